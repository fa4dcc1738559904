"""Where links in courses lead, for whom, and what is said where they lead nowhere any more."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalog import links
from catalog.links import RESOURCE, SEARCH, Trouble
from catalog.models import Collection, FileState, Resource, ResourceState
from lrc.db import engine_of
from lti import messages
from lti.linksettings import CARD, READER, Manner
from lti.models import Context, Person, ResourceLink
from lti.viewers import Role, context_audience, institution_audience
from tests import factories
from tests.catalog.choosing import browser_of
from tests.factories import Browser

GONE = [
    ({"state": ResourceState.WITHDRAWN}, 410, "ya no está publicado"),
    ({"state": ResourceState.WAITING}, 410, "ya no está publicado"),
    ({"audience": context_audience(4711)}, 403, "es solo para otro curso u otra universidad"),
    ({"audience": institution_audience(4711), "state": ResourceState.WITHDRAWN}, 403, "es solo para otro curso"),
    (None, 404, "No encontramos el material"),
]


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session)


@pytest.fixture
def course(session: Session, person: Person) -> Context:
    return factories.context(session, of=person.platform)


@pytest.fixture
def book(session: Session) -> Resource:
    return factories.resource(session, "uno", "dos", "tres", record_id="r1", title="Guía")


def by_link(app: Flask, session: Session, role: Role, person: Person, course: Context, **link: Any) -> Browser:
    """Somebody who came by a link of the course."""
    made = ResourceLink(context_id=course.id, **{"resource_link_id": "1", "kind": RESOURCE, "target": "r1"} | link)
    session.add(made)
    session.flush()
    visit = factories.launch(session, role, by=person, where=course)
    visit.claims = {"link_id": made.id}
    return browser_of(app, session, visit)


def test_the_kinds_are_those_that_launches_know() -> None:
    assert set(links.KINDS) == set(messages.KINDS)


def test_a_link_opens_the_resource_or_the_search(app: Flask, session: Session, book: Resource) -> None:
    student = factories.signed_in(app, session, Role.STUDENT)
    assert student.get("/open/resource/r1").location == f"/resources/{book.id}"
    assert student.get("/open/search/riego%20por%20goteo").location == "/search?q=riego+por+goteo"


def test_a_link_opens_a_collection_while_it_is_open_to_the_course(
    app: Flask, session: Session, person: Person, course: Context
) -> None:
    shelf = Collection(institution_id=person.institution_id, title="Para empezar", is_published=True)
    session.add(shelf)
    session.flush()
    link = f"/open/collection/{shelf.id}"
    student = by_link(app, session, Role.STUDENT, person, course, kind="collection", target=str(shelf.id))
    assert student.get(link).location == f"/collections/{shelf.id}"
    shelf.is_published = False
    session.commit()
    answer = student.get(link)
    assert (answer.status_code, "Para empezar" in answer.text) == (410, False)
    assert [student.get(f"/open/collection/{other}").status_code for other in ("0", "٣", "x", "9999999")] == [404] * 4


@pytest.mark.parametrize(
    "record_id", ["https://hdl.example/20.500/1", "oai:x.example:a/b", "20.500/ñandú é?", "a#b", "100%25", "a b&c=d"]
)
def test_whatever_the_id_of_a_record_is_its_address_opens_it(app: Flask, session: Session, record_id: str) -> None:
    made = factories.resource(session, "x", record_id=record_id)
    student = factories.signed_in(app, session, Role.STUDENT)
    answer = student.get(f"/open/resource/{quote(record_id)}")
    assert answer.location == f"/resources/{made.id}"


def test_who_is_not_signed_in_opens_nothing(app: Flask, session: Session, book: Resource) -> None:
    session.commit()
    assert Browser(app, app.response_class).get("/open/resource/r1").status_code == 401


@pytest.mark.parametrize(
    ("chosen", "rest"),
    [
        ({}, ""),
        ({"place": CARD, "page": 2}, ""),
        ({"place": READER}, "/read"),
        ({"page": 2}, "/read?page=2"),
        ({"place": READER, "page": 3, "view": "text"}, "/read?page=3&view=text"),
        ({"view": "pages"}, "/read?view=pages"),
        ({"page": 99}, "/read?page=3"),
        ({"page": -1, "view": "sideways", "place": ["x"]}, ""),
    ],
)
def test_a_link_opens_as_its_teacher_set_it(
    app: Flask,
    session: Session,
    person: Person,
    course: Context,
    book: Resource,
    chosen: dict[str, Any],
    rest: str,
) -> None:
    student = by_link(app, session, Role.STUDENT, person, course, settings=chosen)
    answer = student.get("/open/resource/r1")
    assert answer.location == f"/resources/{book.id}{rest}"
    assert student.get(answer.location).status_code == 200


def test_how_one_link_opens_says_nothing_of_another(
    app: Flask, session: Session, person: Person, course: Context, book: Resource
) -> None:
    other = factories.resource(session, "x", record_id="r2")
    student = by_link(app, session, Role.STUDENT, person, course, settings={"page": 2})
    assert student.get("/open/resource/r2").location == f"/resources/{other.id}"


def test_what_cannot_be_read_here_opens_at_its_card(session: Session, book: Resource) -> None:
    viewer = factories.viewer(session)
    assert book.file is not None
    book.file.state = FileState.FAILED
    session.flush()
    endpoint, _values = links.place(links.find(session, viewer, RESOURCE, "r1"), Manner(READER, "text", 2))
    assert endpoint == "catalog.show"
    book.file = None
    session.flush()
    endpoint, _values = links.place(links.find(session, viewer, RESOURCE, "r1"), Manner(READER))
    assert endpoint == "catalog.show"


@pytest.mark.parametrize(("columns", "status", "words"), GONE)
def test_a_teacher_learns_what_happened_and_a_student_whom_to_tell(
    app: Flask,
    session: Session,
    person: Person,
    course: Context,
    columns: dict[str, Any] | None,
    status: int,
    words: str,
) -> None:
    if columns is not None:
        factories.resource(session, "x", record_id="r1", title="Título secreto", **columns)
    teacher = by_link(app, session, Role.TEACHER, person, course)
    student = by_link(app, session, Role.STUDENT, person, course, resource_link_id="2")
    told, asked = (each.get("/open/resource/r1") for each in (teacher, student))
    assert (told.status_code, asked.status_code) == (status, status)
    assert words in told.text
    assert "Ver los enlaces de este curso" in told.text
    assert "Avísale a tu docente" in asked.text
    assert words not in asked.text
    assert "enlaces de este curso" not in asked.text
    assert "secreto" not in told.text + asked.text


def test_an_address_typed_at_random_does_not_tell_what_exists(app: Flask, session: Session) -> None:
    factories.resource(session, "x", record_id="r1", audience=context_audience(4711))
    for role in (Role.STUDENT, Role.TEACHER):
        browser = factories.signed_in(app, session, role)
        assert browser.get("/open/resource/r1").status_code == browser.get("/open/resource/r2").status_code == 404
        assert browser.get("/open/unheard/of").status_code == 404


@pytest.mark.parametrize("target", ["%00", "a%00b", "%0A", "%FF%FE", "x" * 5000, "%20"])
@pytest.mark.parametrize("kind", ["resource", "search"])
def test_an_address_that_can_be_nobodys_is_missing(app: Flask, session: Session, kind: str, target: str) -> None:
    browser = factories.signed_in(app, session, Role.TEACHER)
    status = browser.get(f"/open/{kind}/{target}").status_code
    assert status in (302, 404) if kind == "search" else status == 404


def test_who_uploaded_it_learns_its_name_and_finds_its_card(
    app: Flask, session: Session, person: Person, course: Context
) -> None:
    mine = factories.resource(session, "x", by=person, record_id="r1", title="Lo mío", state=ResourceState.WITHDRAWN)
    answer = by_link(app, session, Role.TEACHER, person, course).get("/open/resource/r1")
    assert answer.status_code == 410
    assert "«Lo mío» ya no está publicado" in answer.text
    assert f'href="/resources/{mine.id}"' in answer.text


def test_a_copied_course_opens_what_was_for_the_course_that_it_was_copied_from(
    app: Flask, session: Session, person: Person, course: Context
) -> None:
    copy = factories.context(session, of=person.platform)
    made = factories.resource(session, "x", record_id="r1", audience=context_audience(course.id))
    visit = factories.launch(session, Role.STUDENT, by=person, where=copy)
    visit.claims = {"earlier": [course.id]}
    assert browser_of(app, session, visit).get("/open/resource/r1").location == f"/resources/{made.id}"
    stranger = factories.signed_in(app, session, Role.STUDENT, where=factories.context(session, of=person.platform))
    assert stranger.get("/open/resource/r1").status_code == 404


def test_many_links_take_one_query_for_each_kind(app: Flask, session: Session) -> None:
    viewer = factories.viewer(session, Role.TEACHER)
    for number in range(30):
        factories.resource(session, "x", record_id=f"r{number}")
    session.commit()
    session.expunge_all()
    wanted = [(RESOURCE, f"r{number}") for number in range(40)] + [(SEARCH, f"w{n}") for n in range(10)] + [("x", "y")]
    asked: list[str] = []
    event.listen(engine_of(app), "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    found = links.find_all(session, viewer, wanted)
    assert len([each for each in asked if each.startswith("SELECT")]) == 1
    assert [pair for pair in wanted if found[pair].exists] == wanted[:30] + wanted[40:50]
    assert found["x", "y"].trouble is Trouble.MISSING
