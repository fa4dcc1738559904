"""One's own library, citing and asking as pages: what they show, where forms lead, and how many queries they take."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.models import OwnList, OwnListItem, Resource, ResourceState, Visited, Wish, WishState
from catalog.views import citing
from lti.models import Person, Platform
from lti.viewers import Role
from search.engine import current_index
from tests import factories
from tests.factories import Browser
from tests.statements import queries


@pytest.fixture
def home(session: Session) -> Platform:
    return factories.platform(session)


@pytest.fixture
def rosa(session: Session, home: Platform) -> Person:
    return factories.person(session, of=home, name="Rosa Quispe")


@pytest.fixture
def student(app: Flask, session: Session, rosa: Person) -> Browser:
    return factories.signed_in(app, session, Role.STUDENT, by=rosa)


@pytest.fixture
def librarian(app: Flask, session: Session, home: Platform) -> Browser:
    return factories.signed_in(app, session, Role.LIBRARIAN, by=factories.person(session, of=home, librarian=True))


@pytest.fixture
def guide(session: Session) -> Resource:
    made = factories.resource(session, "Texto.", title="Guía <b>de</b> quinua", creators=["Ana Ríos"], date="2020")
    session.commit()
    return made


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def only_list(session: Session) -> OwnList:
    session.rollback()
    return session.scalars(select(OwnList)).one()


def test_keeping_by_one_button_with_and_without_scripts(session: Session, student: Browser, guide: Resource) -> None:
    path = f"/resources/{guide.id}/favourite"
    part = student.submit(path, {"title": guide.title}, headers={"HX-Request": "true"}).text
    assert "Guardado: quitar" in words(part).replace(" :", ":")
    assert "Guía &lt;b&gt;de&lt;/b&gt; quinua" in part
    assert "Guardado" in student.get(f"/resources/{guide.id}").text
    back = student.submit(path, {"remove": "1"}, headers={"Referer": f"{student.tool_url}/search?q=quinua"})
    assert (back.status_code, back.location) == (303, f"/search?q=quinua#keep-{guide.id}")
    assert student.submit(path, headers={"Referer": "https://otro.example/v"}).status_code >= 400


def test_what_is_not_for_somebody_cannot_be_kept_cited_or_listed(session: Session, student: Browser) -> None:
    hidden = factories.resource(session, audience="institution:999")
    session.commit()
    assert student.submit(f"/resources/{hidden.id}/favourite").status_code == 404
    assert student.get(f"/resources/{hidden.id}/cite").status_code == 404
    assert student.get(f"/resources/{hidden.id}/cite/ris").status_code == 404
    assert student.get(f"/resources/{hidden.id}/lists").status_code == 404


def test_a_resource_is_cited_in_four_styles_and_as_files(student: Browser, guide: Resource) -> None:
    page = student.get(f"/resources/{guide.id}/cite").text
    assert "Ríos, A. (2020). <i>Guía &lt;b&gt;de&lt;/b&gt; quinua</i>." in page
    assert "<b>" not in page
    assert [name in page for name in ("APA 7", "ISO 690", "Vancouver", "IEEE")] == [True] * 4
    answer = student.get(f"/resources/{guide.id}/cite/ris")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Guia_bde_b_quinua.ris"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "TI  - Guía <b>de</b> quinua\r\n" in answer.text
    assert json.loads(student.get(f"/resources/{guide.id}/cite/csl").data)[0]["title"] == guide.title
    assert student.get(f"/resources/{guide.id}/cite/exe").status_code == 404


def test_a_list_from_its_first_resource_to_its_end(session: Session, student: Browser, guide: Resource) -> None:
    choose = f"/resources/{guide.id}/lists"
    assert student.submit(choose, {"name": "Tesis"}).status_code == 303
    own = only_list(session)
    path = f"/lists/{own.id}"
    assert "Tesis" in student.get(choose).text
    student.submit(f"{path}/items/{guide.id}", {"do": "note", "note": "Cap. <3>"})
    assert "Cap. &lt;3&gt;" in student.get(path).text
    assert "Ríos, A. (2020)" in student.get(f"{path}/cite?style=apa").text
    assert student.get(f"{path}/cite/bibtex").text.startswith("@misc{lrc")
    assert student.submit(path, {"do": "rename", "name": " "}).status_code == 422
    student.submit(path, {"do": "rename", "name": "Tesis de grado"})
    assert "Tesis de grado" in student.get("/library").text
    student.submit(choose, {})
    session.rollback()
    assert list(session.scalars(select(OwnListItem))) == []
    assert student.submit(path, {"do": "delete"}).location == "/library"
    assert student.get(path).status_code == 404


def test_of_a_long_list_the_page_writes_out_the_first_and_files_have_all(
    session: Session, student: Browser, rosa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citing, "MOST_WRITTEN", 2)
    made = [factories.resource(session, title=f"Libro {number}") for number in range(3)]
    items = [OwnListItem(resource_id=each.id, position=place) for place, each in enumerate(made)]
    session.add(OwnList(person_id=rosa.id, name="Tesis", items=items))
    session.commit()
    path = f"/lists/{only_list(session).id}/cite"
    page = student.get(f"{path}?style=ieee").text
    assert page.count('class="cited"') == 2
    assert "las primeras 2 de 3" in page
    assert student.get(f"{path}/ris").text.count("TY  - ") == 3


def test_a_list_of_that_name_is_refused_beside_the_field(student: Browser, guide: Resource) -> None:
    student.submit("/lists", {"name": "Tesis"})
    again = student.submit("/lists", {"name": "Tesis"})
    assert (again.status_code, "Ya tienes una lista con ese nombre." in again.text) == (409, True)
    inside = student.submit(f"/resources/{guide.id}/lists", {"name": "Tesis"})
    assert (inside.status_code, "Ya tienes una lista con ese nombre." in inside.text) == (422, True)


def test_a_shared_list_does_not_tell_whose_it_is(
    app: Flask, session: Session, student: Browser, guide: Resource
) -> None:
    student.submit(f"/resources/{guide.id}/lists", {"name": "Tesis"})
    path = f"/lists/{only_list(session).id}"
    student.submit(path, {"do": "share"})
    token = only_list(session).share_token
    assert f'value="{student.tool_url}/lists/shared/{token}"' in student.get(path).text
    stranger = factories.signed_in(app, session, Role.STUDENT)
    page = stranger.get(f"/lists/shared/{token}").text
    assert "Guía &lt;b&gt;" in page
    assert "Rosa" not in page
    assert stranger.get(path).status_code == 404
    assert stranger.submit(path, {"do": "delete"}).status_code == 404
    assert "TY  - " in stranger.get(f"/lists/shared/{token}/cite/ris").text
    assert app.test_client().get(f"/lists/shared/{token}").status_code == 401
    student.submit(path, {"do": "unshare"})
    assert stranger.get(f"/lists/shared/{token}").status_code == 404


def test_what_is_withdrawn_is_not_told_but_can_be_taken_out(
    session: Session, student: Browser, guide: Resource
) -> None:
    student.submit(f"/resources/{guide.id}/favourite")
    guide.state = ResourceState.WITHDRAWN
    session.commit()
    page = student.get(f"/lists/{only_list(session).id}").text
    assert "Ya no está disponible" in page
    assert "quinua" not in page
    student.submit(f"/lists/{only_list(session).id}/items/{guide.id}", {"do": "drop"})
    session.rollback()
    assert list(session.scalars(select(OwnListItem))) == []


def test_the_history_begins_when_one_says_so(session: Session, student: Browser, guide: Resource) -> None:
    student.get(f"/resources/{guide.id}")
    assert "No guardamos lo que abres" in student.get("/history").text
    student.submit("/history", {"do": "keep"})
    student.get(f"/resources/{guide.id}/read")
    assert "Guía &lt;b&gt;" in student.get("/history").text
    student.submit("/history", {"do": "stop"})
    session.rollback()
    assert list(session.scalars(select(Visited))) == []


def test_from_a_search_in_vain_to_the_answer(
    session: Session, student: Browser, librarian: Browser, guide: Resource
) -> None:
    indexing.bring_up_to_date(current_index())
    vain = student.get("/search?q=xilófago").text
    assert "Pedir «xilófago»" in vain
    assert student.submit("/wishes", {"sought": "xilófago"}).status_code == 303
    assert "Ya pediste «Xilofago»" in student.get("/search?q=Xilofago").text
    session.rollback()
    asked = session.scalars(select(Wish)).one()
    assert "Pedidos de lectores" in librarian.get("/review").text
    queue, page = librarian.get("/wishes/queue").text, librarian.get(f"/wishes/{asked.id}").text
    assert "xilófago" in queue
    assert "Rosa" not in queue + page
    bad = librarian.submit(f"/wishes/{asked.id}", {"how": "give", "address": "https://otro.example/a"})
    assert (bad.status_code, "pega la dirección" in bad.text) == (422, True)
    address = f"{student.tool_url}/v/c12/resources/{guide.id}?q=x"
    told = librarian.submit(f"/wishes/{asked.id}", {"how": "give", "address": address, "answer": "Mira el <cap. 2>"})
    assert told.status_code == 303
    assert "La biblioteca respondió a un pedido tuyo" in student.get("/").text
    mine = student.get("/wishes").text
    assert "Mira el &lt;cap. 2&gt;" in mine
    assert f'href="/resources/{guide.id}"' in mine
    assert "La biblioteca respondió" not in student.get("/").text


def test_requests_are_answered_by_librarians_of_the_same_institution(
    app: Flask, session: Session, student: Browser
) -> None:
    student.submit("/wishes", {"sought": "xilófago"})
    session.rollback()
    asked = session.scalars(select(Wish)).one()
    stranger = factories.signed_in(app, session, Role.LIBRARIAN)
    assert stranger.get(f"/wishes/{asked.id}").status_code == 404
    assert student.get(f"/wishes/{asked.id}").status_code == 403
    assert student.get("/wishes/queue").status_code == 403
    assert student.submit(f"/wishes/{asked.id}", {"how": "decline", "answer": "x"}).status_code == 403
    assert student.submit(f"/wishes/{asked.id}/take-back").status_code == 303
    session.rollback()
    assert session.scalars(select(Wish.state)).one() is WishState.TAKEN_BACK


def test_pages_take_as_many_queries_for_much_as_for_little(
    app: Flask, session: Session, student: Browser, librarian: Browser, rosa: Person
) -> None:
    own = OwnList(person_id=rosa.id, name="", items=[])
    other = OwnList(person_id=rosa.id, name="Tesis", share_token="t" * 22, items=[])
    session.add_all([own, other])
    pages = ["/library", "/wishes", "/history", "/lists/{0}", "/lists/{0}/cite", "/lists/shared/" + "t" * 22]

    def counted() -> list[int]:
        found = []
        for page in pages:
            with queries(app) as sent:
                assert student.get(page.format(other.id)).status_code == 200
            found.append(_asked(sent))
        with queries(app) as sent:
            assert librarian.get("/wishes/queue").status_code == 200
        return [*found, _asked(sent)]

    def put(number: int) -> None:
        for place in range(number):
            made = factories.resource(session, title=f"Libro {number}-{place}")
            own.items.append(OwnListItem(resource_id=made.id, position=place))
            other.items.append(OwnListItem(resource_id=made.id, position=place))
            sought = f"tema {number} {place}"
            session.add(Wish(person_id=rosa.id, institution_id=rosa.institution_id, sought=sought, folded=sought))
        session.commit()

    put(1)
    few = counted()
    put(12)
    assert counted() == few
    assert max(few) <= 7


def _asked(sent: list[str]) -> int:
    """How many questions of the page's own; who may frame pages is asked from time to time by any of them."""
    return sum(each.startswith("SELECT") and "SELECT platforms.issuer" not in each for each in sent)
