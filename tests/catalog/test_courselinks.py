"""The links of a course: a teacher sees what each opens and what is wrong, and changes many at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import Resource, ResourceState
from lrc.db import engine_of, utcnow
from lti.models import Context, ResourceLink
from lti.viewers import Role, context_audience
from search.documents import Document
from search.engine import Index
from tests import factories
from tests.catalog import enrolling
from tests.factories import Browser

PDF = "application/pdf"


@pytest.fixture
def context(session: Session) -> Context:
    return factories.context(session)


@pytest.fixture
def teacher(app: Flask, session: Session, context: Context) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=enrolling.teacher(session, context), where=context)


@pytest.fixture
def guide(session: Session) -> Resource:
    """A PDF of three pages."""
    return factories.resource(session, "Uno", "Dos", "Tres", title="Guía", media_type=PDF)


def settings_of(session: Session, link: ResourceLink) -> dict[str, Any]:
    session.rollback()
    session.refresh(link)
    return link.settings


def change(browser: Browser, *links: ResourceLink | int, **fields: str) -> str:
    ids = [str(each if isinstance(each, int) else each.id) for each in links]
    return words(browser.submit("/course/links", {"link": ids, "do": "change", **fields}).text)


def words(page: str) -> str:
    """The text of the page's main part."""
    main = page[page.index("<main") :]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split()).replace(" .", ".").replace(" :", ":").replace(" ;", ";")


def test_every_link_says_what_it_opens_and_what_is_wrong(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    draft = factories.resource(session, title="Borrador", state=ResourceState.WAITING)
    theirs = factories.resource(session, title="Ajeno", audience="institution:999")
    enrolling.link(session, context, guide, title="A", is_graded=True, lineitem_url="https://x/1", maximum=20)
    enrolling.link(session, context, guide, title="B", is_graded=True)
    enrolling.link(session, context, draft, title="C")
    enrolling.link(session, context, theirs, title="D")
    enrolling.link(session, context, None, title="E", kind="resource", target="gone")
    enrolling.link(session, context, None, title="F", kind="search", target="fracciones")
    enrolling.link(session, context, None, title="")
    enrolling.link(session, context, guide, title="Z", hidden_at=utcnow())
    session.commit()
    page = words(teacher.get("/course/links").text)
    cards = re.split(r"(?:Sin nota|Con nota, hasta \d+) Abierto por última vez el \d+ \S+ \d{4}", page)
    said = [card.split("Ir a los cambios")[-1].strip() for card in cards]
    assert said[0] == "Enlace sin nombre Lleva a la portada de la biblioteca."
    assert said[1] == "A Lleva a «Guía»."
    assert said[2].startswith("B Lleva a «Guía». Con nota, pero Moodle no nos dijo su columna")
    assert said[3].startswith("C Llevaba a un material que no podemos mostrarte. No está publicado")
    assert said[4].startswith("D Llevaba a un material que no podemos mostrarte. Es para otro curso")
    assert said[5].startswith("E Llevaba a un material que no podemos mostrarte. Ya no existe en la biblioteca")
    assert said[6] == "F Lleva a la búsqueda «fracciones»."
    assert "1 que ya no está en el curso" in said[7]
    assert "Con nota, hasta 20" in page


def test_many_links_are_changed_at_once(session: Session, context: Context, teacher: Browser, guide: Resource) -> None:
    one, two, three = (enrolling.link(session, context, guide, title=title) for title in ("Uno", "Dos", "Tres"))
    session.commit()
    said = change(teacher, one, two, place="reader", view="text", page="2")
    assert "Cambiamos 2 enlaces: Dos; Uno." in said
    assert said.count("Se abre en el lector, página 2, como texto") == 2
    wanted = {"place": "reader", "view": "text", "page": 2}
    assert [settings_of(session, each) for each in (one, two, three)] == [wanted, wanted, {}]
    assert "Cambiamos 1 enlace: Uno." in change(teacher, one, place="card")
    assert settings_of(session, one) == {"place": "card"}
    change(teacher, two, view="any")
    assert settings_of(session, two) == {"place": "reader", "page": 2}


def test_a_page_alone_opens_the_reader_there(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    link = enrolling.link(session, context, guide, settings={"place": "card"})
    session.commit()
    change(teacher, link, page="3")
    assert settings_of(session, link) == {"place": "reader", "page": 3}
    change(teacher, link, view="pages")
    assert settings_of(session, link) == {"place": "reader", "page": 3, "view": "pages"}


def test_what_does_not_fit_a_link_leaves_it_as_it_was_and_says_why(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    text = factories.resource(session, *map(str, range(9)), title="Texto")
    record = factories.resource(session, title="Ficha sola")
    fits = enrolling.link(session, context, text, title="Cabe")
    others = [
        enrolling.link(session, context, guide, title="Corta"),
        enrolling.link(session, context, record, title="Sin páginas"),
        enrolling.link(session, context, None, title="Búsqueda", kind="search", target="x"),
        enrolling.link(session, context, None, title="Perdida", kind="resource", target="gone"),
    ]
    session.commit()
    said = change(teacher, fits, *others, place="reader", page="7")
    assert "Cambiamos 1 enlace: Cabe. 4 quedaron como estaban:" in said
    assert "Corta: su material solo tiene 3 páginas." in said
    assert "Sin páginas: su material no tiene páginas que se puedan leer aquí." in said
    assert "Búsqueda: no abre un material, sino una búsqueda, las lecturas o la portada." in said
    assert "Perdida: lo que abre ya no está disponible." in said
    assert [settings_of(session, each) for each in others] == [{}] * 4
    assert "Cabe: su material no es un PDF" in change(teacher, fits, view="pages")
    assert settings_of(session, fits) == {"place": "reader", "page": 7}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Elige qué quieres cambiar"),
        ({"place": "cellar", "view": "upside down"}, "Elige qué quieres cambiar"),
        ({"page": "0"}, "Escribe el número de la página"),
        ({"page": "dos"}, "Escribe el número de la página"),
        ({"page": "9" * 30}, "Escribe el número de la página"),
        ({"place": "card", "page": "2"}, "La vista y la página solo cuentan en el lector"),
    ],
)
def test_a_wish_that_cannot_be_is_said_and_nothing_typed_is_lost(
    session: Session, context: Context, teacher: Browser, guide: Resource, fields: dict[str, str], said: str
) -> None:
    link = enrolling.link(session, context, guide)
    session.commit()
    answer = teacher.submit("/course/links", {"link": str(link.id), "do": "change", **fields})
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert re.search(rf'value="{link.id}"[^>]* checked', answer.text)
    assert settings_of(session, link) == {}


def test_all_links_of_the_list_are_changed_by_one_tick(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    links = [enrolling.link(session, context, guide, title=title) for title in ("Uno", "Dos")]
    gone = enrolling.link(session, context, guide, title="Ya no", hidden_at=utcnow())
    other = enrolling.link(session, factories.context(session, of=context.platform), guide)
    session.commit()
    assert "Cambiamos 2 enlaces: Dos; Uno." in change(teacher, all="yes", place="reader")
    assert [settings_of(session, each) for each in links] == [{"place": "reader"}] * 2
    assert [settings_of(session, each) for each in (gone, other)] == [{}] * 2
    page = teacher.get("/course/links/target?all=yes").text
    assert "Para estos 2 enlaces: Dos; Uno." in words(page)


@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["9" * 40], ["²"]])
def test_nothing_ticked_is_said(teacher: Browser, ids: list[str]) -> None:
    answer = teacher.submit("/course/links", {"link": ids, "do": "change", "place": "card"})
    assert answer.status_code == 422
    assert "Marca al menos un enlace" in answer.text


def test_links_of_other_courses_are_neither_shown_nor_changed(
    app: Flask, session: Session, context: Context, guide: Resource
) -> None:
    link = enrolling.link(session, context, guide, title="Del primero")
    other = factories.context(session, of=context.platform)
    browser = factories.signed_in(app, session, Role.TEACHER, where=other)
    assert "Todavía no conocemos ningún enlace" in browser.get("/course/links").text
    for do in ("change", "take_off", "restore"):
        answer = browser.submit("/course/links", {"link": str(link.id), "do": do, "place": "reader"})
        assert (answer.status_code, "Del primero" in answer.text) == (422, False)
    answer = browser.submit("/course/links/target", {"link": str(link.id), "record": guide.record_id})
    assert answer.status_code == 422
    session.refresh(link)
    assert (link.settings, link.hidden_at) == ({}, None)


@pytest.mark.parametrize("role", [Role.STUDENT, Role.LIBRARIAN])
def test_only_teachers_change_links(
    app: Flask, session: Session, context: Context, guide: Resource, role: Role
) -> None:
    link = enrolling.link(session, context, guide)
    browser = factories.signed_in(app, session, role, where=context)
    for path, fields in (("/course/links", {"do": "take_off"}), ("/course/links/target", {"record": "x"})):
        assert browser.submit(path, {"link": str(link.id), **fields}).status_code == 403
        assert browser.get(path).status_code == 403
    session.refresh(link)
    assert link.hidden_at is None


def test_links_that_are_gone_leave_the_list_and_come_back(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    link = enrolling.link(session, context, guide, title="Lectura vieja")
    session.commit()
    said = words(teacher.submit("/course/links", {"link": str(link.id), "do": "take_off"}).text)
    assert "Cambiamos 1 enlace: Lectura vieja." in said
    assert "1 que ya no está en el curso" in said
    again = words(teacher.submit("/course/links", {"link": str(link.id), "do": "take_off"}).text)
    assert "Lectura vieja: ya estaba fuera de la lista." in again
    teacher.submit("/course/links", {"link": str(link.id), "do": "put_back"})
    session.rollback()
    session.refresh(link)
    assert link.hidden_at is None


def indexed(index: Index, *resources: Resource) -> None:
    index.write(
        Document(id=str(each.id), record_id=each.record_id, title=each.title, audience=each.audience)
        for each in resources
    )


def test_another_resource_is_chosen_by_words_address_or_record(
    session: Session, context: Context, teacher: Browser, guide: Resource, index: Index
) -> None:
    link = enrolling.link(session, context, guide, title="Lectura 1")
    atlas = factories.resource(session, title="Atlas del Perú", record_id="oai:repo:77")
    secret = factories.resource(session, title="Atlas ajeno", audience="institution:999")
    draft = factories.resource(session, title="Atlas en revisión", state=ResourceState.WAITING)
    session.commit()
    indexed(index, guide, atlas, secret, draft)
    for asked in ("atlas", "oai:repo:77", f"https://tool.example/v/c7/resources/{atlas.id}/read?page=2"):
        page = teacher.get("/course/links/target", query_string={"link": link.id, "q": asked}).text
        assert re.findall(r'name="record" value="([^"]+)"', page) == ["oai:repo:77"], asked
        assert "Para este enlace: Lectura 1." in words(page)
    for asked in (f"/resources/{secret.id}", f"/resources/{draft.id}", "zzzz"):
        page = teacher.get("/course/links/target", query_string={"link": link.id, "q": asked}).text
        assert "No encontramos ese material" in page
    assert "No marcaste ningún enlace" in teacher.get("/course/links/target?q=atlas").text


def test_links_open_another_resource_and_what_moodle_says_comes_back(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    atlas = factories.resource(session, "Uno", title="Atlas")
    link = enrolling.link(session, context, guide, title="Lectura 1", settings={"place": "reader", "page": 3})
    home = enrolling.link(session, context, None, title="Portada")
    session.commit()
    ids = [str(link.id), str(home.id)]
    said = words(teacher.submit("/course/links/target", {"link": ids, "record": atlas.record_id}).text)
    assert "Cambiamos 2 enlaces: Lectura 1; Portada." in said
    assert said.count("Lleva a «Atlas». Se eligió aquí, en lugar de lo que dice Moodle.") == 2
    assert settings_of(session, link)["place"] == "reader"
    assert (link.kind, link.target) == ("resource", atlas.record_id)
    again = words(teacher.submit("/course/links/target", {"link": ids, "record": atlas.record_id}).text)
    assert "Lectura 1: ya abre ese material." in again
    said = words(teacher.submit("/course/links", {"link": ids, "do": "restore"}).text)
    assert "Lleva a «Guía»." in said
    assert "Lleva a la portada de la biblioteca." in said
    assert "ya abre lo que dice Moodle" in words(teacher.submit("/course/links", {"link": ids, "do": "restore"}).text)
    assert settings_of(session, link) == {"place": "reader"}


def test_a_resource_that_students_cannot_open_is_not_taken(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    link = enrolling.link(session, context, guide)
    draft = factories.resource(session, title="Borrador", state=ResourceState.WAITING)
    session.commit()
    for record in (draft.record_id, "gone", ""):
        answer = teacher.submit("/course/links/target", {"link": str(link.id), "record": record})
        assert answer.status_code == 422
    assert settings_of(session, link) == {}


def test_a_graded_link_does_not_open_what_cannot_be_graded(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    bare = Resource(record_id="bare", title="Sin archivo", state=ResourceState.PUBLISHED)
    session.add(bare)
    link = enrolling.link(session, context, guide, title="Con nota", is_graded=True)
    session.commit()
    answer = teacher.submit("/course/links/target", {"link": str(link.id), "record": "bare"})
    assert "Con nota: tiene nota, y ese material no tiene un archivo" in words(answer.text)
    assert settings_of(session, link) == {}


def test_links_are_shown_by_few_queries(
    app: Flask, session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    def count() -> int:
        session.commit()
        return enrolling.statements(engine_of(app), lambda: teacher.get("/course/links"))

    enrolling.link(session, context, guide)
    enrolling.link(session, context, None, kind="search", target="x")
    few = count()
    for number in range(60):
        enrolling.link(session, context, factories.resource(session, title=f"Guía {number}"))
    assert count() <= few <= 15


def test_a_resource_for_the_course_is_one_that_its_students_see(
    session: Session, context: Context, teacher: Browser
) -> None:
    own = factories.resource(session, "Uno", title="Separata", audience=context_audience(context.id))
    enrolling.link(session, context, own, title="Lectura")
    session.commit()
    page = words(teacher.get("/course/links").text)
    assert "Lleva a «Separata»." in page
    assert "tus estudiantes no lo ven" not in page


def test_a_page_of_thousands_of_digits_is_no_page(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    link = enrolling.link(session, context, guide)
    session.commit()
    answer = teacher.submit("/course/links", {"link": str(link.id), "do": "change", "page": "9" * 5000})
    assert answer.status_code == 422


def test_words_that_no_database_takes_find_what_is_left_of_them(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    link = enrolling.link(session, context, guide)
    session.commit()
    asked = {"link": str(link.id), "q": f"/resources/{guide.id}\x00"}
    assert "Guía" in teacher.get("/course/links/target", query_string=asked).text
