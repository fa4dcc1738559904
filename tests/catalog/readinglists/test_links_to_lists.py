"""A link of a course that opens its reading list: for whom, in copies of the course, and while it is a draft."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import links
from catalog.links import READINGS, Trouble
from catalog.models import ReadingList
from catalog.readinglists import items, lists
from lti.models import Context, Person, Placement
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog.choosing import choosing, tick, ticks


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session)


@pytest.fixture
def course(session: Session, person: Person) -> Context:
    return factories.context(session, of=person.platform)


@pytest.fixture
def teacher(session: Session, person: Person, course: Context) -> Viewer:
    return factories.viewer(session, Role.TEACHER, by=person, where=course)


@pytest.fixture
def readings(session: Session, teacher: Viewer) -> ReadingList:
    made = lists.hold(session, teacher)
    items.add(session, teacher, items.find_last_section(session, made), factories.resource(session, title="Guía"))
    lists.publish(made, published=True)
    session.commit()
    return made


def trouble(session: Session, viewer: Viewer, readings: ReadingList) -> Trouble | None:
    session.flush()
    return links.find(session, viewer, READINGS, readings.token).trouble


def test_a_link_opens_the_list_for_the_people_of_the_course_alone(
    app: Flask, session: Session, course: Context, readings: ReadingList
) -> None:
    student = factories.signed_in(app, session, Role.STUDENT, where=course)
    opened = student.get(f"/open/readings/{readings.token}")
    assert opened.location == "/course/readings"
    assert "Guía" in student.get(opened.location).text
    stranger = factories.signed_in(app, session, Role.TEACHER, where=factories.context(session))
    answer = stranger.get(f"/open/readings/{readings.token}")
    assert (answer.status_code, "Guía" in answer.text) == (404, False)
    assert student.get("/open/readings/nada").status_code == 404


def test_a_draft_is_opened_by_who_writes_it(
    app: Flask, session: Session, person: Person, course: Context, readings: ReadingList
) -> None:
    lists.publish(session.get_one(ReadingList, readings.id), published=False)
    path = f"/open/readings/{readings.token}"
    teaching = factories.signed_in(app, session, Role.TEACHER, by=person, where=course)
    assert teaching.get(path).location == "/course/readings"
    answer = factories.signed_in(app, session, Role.STUDENT, where=course).get(path)
    assert (answer.status_code, "todavía no está publicada" in answer.text) == (410, True)


def test_in_a_copy_of_the_course_the_same_link_opens_the_list_of_the_copy(
    session: Session, teacher: Viewer, readings: ReadingList
) -> None:
    copied = factories.context(session)
    heir = replace(teacher, context_id=copied.id, earlier_context_ids=(readings.context_id,))
    student = replace(heir, roles=frozenset({Role.STUDENT}))
    assert trouble(session, student, readings) is None
    assert lists.find(session, student) is readings
    own = lists.hold(session, heir)
    assert [trouble(session, each, readings) for each in (student, heir)] == [None, None]
    assert lists.find(session, heir) is own
    lists.publish(own, published=True)
    assert trouble(session, student, readings) is None
    assert lists.find(session, student) is own
    assert trouble(session, replace(student, earlier_context_ids=()), readings) is Trouble.FOR_OTHERS


def test_the_picker_offers_the_list_of_the_course(
    app: Flask, session: Session, person: Person, course: Context, readings: ReadingList
) -> None:
    value = f"readings:{readings.token}"
    teaching = choosing(app, session, by=person, where=course)
    assert ticks(teaching.get("/").text)[value] is False
    assert tick(teaching, value).status_code == 303
    assert ticks(teaching.get("/").text)[value] is True
    assert "Lecturas del curso" in teaching.get("/picker/review").text
    session.add(Placement(item="i1", person_id=person.id, kind="readings", target=readings.token, title="Lecturas"))
    session.commit()
    assert teaching.get("/").text.count(f'value="{value}"') == 1
    lists.publish(session.get_one(ReadingList, readings.id), published=False)
    session.commit()
    assert value not in ticks(teaching.get("/").text)
    other = choosing(app, session, by=person, where=course)
    answer = tick(other, value, **{"HX-Request": "true"})
    assert "todavía es un borrador" in answer.text
