"""The pages of duplicates, and the addresses of what was merged."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.merging.tasks import look_for_duplicates
from catalog.models import Merge, Resource, ResourceState
from lrc.db import engine_of
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.catalog import enrolling
from tests.factories import Browser


@pytest.fixture
def librarian(session: Session) -> Person:
    return factories.person(session, librarian=True)


@pytest.fixture
def both(session: Session, librarian: Person) -> tuple[Resource, Resource]:
    kept = factories.resource(
        session, "Uno", by=librarian, record_id="oai:a/1", title="Suelos <b>", subjects=["Suelos"]
    )
    merged = factories.resource(session, "Dos", by=librarian, record_id="oai:a/2", title="Suelos B", date="2019")
    return kept, merged


@pytest.fixture
def browser(app: Flask, session: Session, librarian: Person, both: tuple[Resource, Resource]) -> Browser:
    return factories.signed_in(app, session, Role.LIBRARIAN, by=librarian)


def test_they_are_compared_united_followed_and_separated(
    app: Flask, session: Session, both: tuple[Resource, Resource], browser: Browser
) -> None:
    kept, merged = both
    session.commit()
    look_for_duplicates()
    address = f"/duplicates/{kept.id}/{merged.id}"
    page = browser.get("/duplicates").text
    assert address in page
    assert "Suelos &lt;b&gt;" in page
    page = browser.get(address).text
    assert "2019" in page
    assert "Suelos &lt;b&gt;" in page
    answer = browser.submit(address, {"do": "merge", "say-title": "merged", "file": "kept"})
    assert (answer.status_code, answer.location) == (302, f"/resources/{kept.id}")
    page = browser.get(answer.location).text
    assert "Suelos B" in page
    assert re.search(r'action="/merges/\d+/part"', page), "the message offers the way back"
    assert "Unido con otro material" in page

    reader = factories.signed_in(app, session)
    for path, leads in {
        f"/resources/{merged.id}": f"/resources/{kept.id}",
        f"/resources/{merged.id}/read?page=1&view=text": f"/resources/{kept.id}/read?page=1&view=text",
        f"/resources/{merged.id}/cover?v=1": f"/resources/{kept.id}/cover?v=1",
    }.items():
        moved = reader.get(path)
        assert (moved.status_code, moved.location) == (307, leads)
    assert reader.get("/r/oai%3Aa%2F2").location == f"/resources/{kept.id}"
    assert reader.get("/open/resource/oai:a/2").location == f"/resources/{kept.id}"
    assert reader.get(f"/resources/{merged.id}", follow_redirects=True).status_code == 200

    answer = browser.submit(f"/resources/{merged.id}/withdraw", {"remark": "Por error."})
    assert (answer.status_code, answer.location) == (303, f"/resources/{kept.id}")
    assert "Ese material se unió con este" in browser.get(answer.location).text
    session.rollback()
    assert session.get_one(Resource, kept.id).state is ResourceState.PUBLISHED
    made = session.scalars(select(Merge)).one()
    assert "Separarlos otra vez" in browser.get("/duplicates").text
    answer = browser.submit(f"/merges/{made.id}/part")
    assert (answer.status_code, answer.location) == (302, f"/resources/{merged.id}")
    assert "Separado otra vez" in browser.get(answer.location).text
    assert reader.get(f"/resources/{merged.id}").status_code == 200
    assert browser.submit(f"/merges/{made.id}/part").status_code == 404


def test_two_that_are_not_the_same_are_remembered(
    session: Session, both: tuple[Resource, Resource], browser: Browser
) -> None:
    kept, merged = both
    address = f"/duplicates/{kept.id}/{merged.id}"
    assert browser.submit(address, {"do": "apart"}).location == "/duplicates"
    assert "dijo que no son el mismo" in browser.get(address).text
    assert browser.submit(address, {"do": "again"}).location == address
    assert "dijo que no son el mismo" not in browser.get(address).text
    assert browser.submit(address, {"do": "explode"}).status_code == 422


@pytest.mark.parametrize(
    "written", ["/resources/{id}", "https://x/visit/resources/{id}?q=1", "https://x/r/{name}", "{id}"]
)
def test_two_are_chosen_by_their_addresses(both: tuple[Resource, Resource], browser: Browser, written: str) -> None:
    kept, merged = both
    typed = {"one": written.format(id=merged.id, name="oai%3Aa%2F2"), "other": kept.record_id}
    answer = browser.get("/duplicates/pair", query_string=typed)
    assert answer.location == f"/duplicates/{kept.id}/{merged.id}"


def test_an_address_that_names_nothing_is_told_beside_its_field(
    both: tuple[Resource, Resource], browser: Browser
) -> None:
    for one, other in (("nada\0", "x"), (str(both[0].id), str(both[0].id)), ("", "")):
        page = browser.get("/duplicates/pair", query_string={"one": one, "other": other}).text
        assert "Escribe la dirección de dos materiales distintos" in page


def test_a_reason_against_it_is_told_before_anything_is_chosen(
    session: Session, both: tuple[Resource, Resource], browser: Browser
) -> None:
    kept, merged = both
    kept.state = ResourceState.WITHDRAWN
    session.commit()
    page = browser.get(f"/duplicates/{kept.id}/{merged.id}").text
    assert "está retirado" in page
    assert "unirlos" not in page
    assert browser.submit(f"/duplicates/{kept.id}/{merged.id}", {"do": "merge"}).status_code == 409


def test_who_hands_something_in_is_told_of_what_the_library_has_already(
    app: Flask, session: Session, both: tuple[Resource, Resource]
) -> None:
    teacher = factories.person(session)
    both[0].identifiers = ["10.1590/a"]
    mine = factories.resource(
        session, by=teacher, title="Otra cosa", identifiers=["10.1590/A"], state=ResourceState.WAITING
    )
    browser = factories.signed_in(app, session, Role.TEACHER, by=teacher)
    assert "¿Ya está en la biblioteca?" in browser.get(f"/resources/{mine.id}").text
    mine.identifiers = []
    session.commit()
    assert "¿Ya está en la biblioteca?" not in browser.get(f"/resources/{mine.id}").text


def test_it_is_for_librarians(app: Flask, session: Session, both: tuple[Resource, Resource]) -> None:
    teacher = factories.signed_in(app, session, Role.TEACHER)
    assert teacher.get("/duplicates").status_code == 403
    assert teacher.submit("/duplicates").status_code == 403
    assert teacher.get("/duplicates/pair").status_code == 403
    assert teacher.submit(f"/duplicates/{both[0].id}/{both[1].id}", {"do": "merge"}).status_code == 403
    foreign = factories.signed_in(app, session, Role.LIBRARIAN)
    assert foreign.get(f"/duplicates/{both[0].id}/{both[1].id}").status_code == 404
    assert foreign.submit("/duplicates").status_code == 302


def test_the_page_asks_the_same_few_questions_however_many_there_are(
    app: Flask, session: Session, librarian: Person, browser: Browser
) -> None:
    def counted() -> int:
        session.commit()
        look_for_duplicates()
        return enrolling.statements(engine_of(app), lambda: browser.get("/duplicates"))

    browser.get("/duplicates")
    few = counted()
    for number in range(15):
        for _ in range(2):
            factories.resource(session, by=librarian, title=f"Cuaderno de campo {number}")
    assert counted() == few
