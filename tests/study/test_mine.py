"""What somebody studies: where they stopped, what is next, what is finished and left, and coming dates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import enrolments
from catalog.days import today
from catalog.models import ResourceState
from lrc.db import engine_of
from lrc.study import mine, studies
from lti.viewers import Viewer
from tests import factories
from tests.catalog.enrolling import statements
from tests.study.walking import read


@pytest.fixture
def student(session: Session) -> Viewer:
    return factories.viewer(session)


def test_nothing_begun_is_empty(session: Session, student: Viewer) -> None:
    found = mine.of(session, student)
    assert found.is_empty
    assert found.groups == []


def test_a_course_leads_to_where_one_stopped_then_to_the_next_module(session: Session, student: Viewer) -> None:
    first, second = factories.module(session, title="Uno"), factories.module(session, title="Dos")
    course = factories.course(session, first, second)
    enrolments.enrol(session, student, course)

    def going_on() -> tuple[str, str]:
        (place,) = mine.of(session, student).under_way
        return place.module.title if place.module else "", place.part.key if place.part else ""

    assert going_on() == ("Uno", "")
    read(session, student, first, "l1")
    assert going_on() == ("Uno", "l2")
    read(session, student, first, "l2")
    assert going_on() == ("Dos", "")
    (place,) = mine.of(session, student).under_way
    assert (place.modules_done, place.modules_open) == (1, 2)
    read(session, student, second)
    found = mine.of(session, student)
    assert ([each.resource.id for each in found.finished], found.under_way) == ([course.id], [])


def test_the_module_touched_last_goes_first(session: Session, student: Viewer) -> None:
    first, second = factories.module(session), factories.module(session)
    enrolments.enrol(session, student, factories.course(session, first, second))
    early = read(session, student, second, "l1")
    late = read(session, student, first, "l1")
    early.last_at, late.last_at = late.last_at, late.last_at - timedelta(hours=1)
    session.flush()
    (place,) = mine.of(session, student).under_way
    assert place.module is second


def test_modules_by_themselves_are_shown_beside_courses_and_not_twice(session: Session, student: Viewer) -> None:
    within, alone, done = (factories.module(session, title=title) for title in ("Dentro", "Solo", "Hecho"))
    course = factories.course(session, within)
    enrolments.enrol(session, student, course)
    read(session, student, within, "l1")
    read(session, student, alone, "l1")
    read(session, student, done)
    found = mine.of(session, student)
    assert {each.resource.id for each in found.under_way} == {course.id, alone.id}
    assert [each.resource.id for each in found.finished] == [done.id]


def test_trials_are_not_studies(session: Session, student: Viewer) -> None:
    studies.begin(session, student, factories.module(session), trial=True)
    assert mine.of(session, student).is_empty


def test_what_was_left_is_kept_apart(session: Session, student: Viewer) -> None:
    course = factories.course(session, factories.module(session))
    enrolments.enrol(session, student, course)
    enrolments.leave(session, student, course)
    found = mine.of(session, student)
    assert ([each.resource.id for each in found.left], found.under_way) == ([course.id], [])


def test_what_was_withdrawn_is_said_and_leads_nowhere(session: Session, student: Viewer) -> None:
    module = factories.module(session)
    read(session, student, module, "l1")
    module.state = ResourceState.WITHDRAWN
    session.flush()
    (place,) = mine.of(session, student).under_way
    assert (place.is_available, place.module, place.part) == (False, None, None)


def test_coming_dates_are_of_groups_that_are_not_over_the_first_first(session: Session, student: Viewer) -> None:
    groups = []
    for days in (20, 5):
        course = factories.course(session)
        groups.append(factories.cohort(session, course, days=days))
        enrolments.enrol(session, student, course, groups[-1])
    over = factories.course(session)
    past = factories.cohort(session, over)
    enrolments.enrol(session, student, over, past)
    past.ends_on = today() - timedelta(days=1)
    session.flush()
    assert [each.cohort for each in mine.of(session, student).groups] == groups[::-1]


def test_the_number_of_queries_does_not_grow(app: Flask, session: Session, student: Viewer) -> None:
    modules = [factories.module(session) for _ in range(4)]
    for each in modules[:2]:
        enrolments.enrol(session, student, factories.course(session, each))
        read(session, student, each, "l1")
    session.commit()

    def count() -> int:
        session.expunge_all()
        mine.of(session, student)  # the contents of modules are kept by the process
        session.commit()
        session.expunge_all()
        return statements(engine_of(app), lambda: mine.of(session, student))

    few = count()
    for each in modules[2:]:
        enrolments.enrol(session, student, factories.course(session, each))
        read(session, student, each, "l1")
    session.commit()
    assert count() == few
