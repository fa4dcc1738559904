"""What courses make of learning: touched, finished when all their modules are, never unfinished again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from catalog import enrolments
from catalog.models import CourseModule, Enrolment, Resource, ResourceState
from lrc.db import utcnow
from lrc.study import listening
from lrc.study.models import Approval
from lti.viewers import Viewer, institution_audience
from tests import factories
from tests.study.walking import read


@pytest.fixture
def student(session: Session) -> Viewer:
    return factories.viewer(session)


def place(session: Session, viewer: Viewer, course: Resource) -> Enrolment:
    found = enrolments.find(session, viewer.person_id, course.id)
    assert found is not None
    session.refresh(found)
    return found


def test_a_course_is_finished_with_its_last_module_and_stays_so(session: Session, student: Viewer) -> None:
    first, second = factories.module(session), factories.module(session)
    course, other = factories.course(session, first, second), factories.course(session, first)
    for each in (course, other):
        enrolments.enrol(session, student, each)
    read(session, student, first)
    assert place(session, student, course).finished_at is None
    assert place(session, student, other).finished_at is not None
    read(session, student, second)
    finished_at = place(session, student, course).finished_at
    assert finished_at is not None
    third = factories.module(session)
    session.add(CourseModule(course_id=course.id, module_id=third.id, position=3))
    session.flush()
    read(session, student, third, "l1")
    assert place(session, student, course).finished_at == finished_at


def test_studying_is_noted_in_the_course(session: Session, student: Viewer) -> None:
    module = factories.module(session)
    course = factories.course(session, module)
    long_ago = utcnow() - timedelta(days=30)
    enrolments.enrol(session, student, course).last_at = long_ago
    session.flush()
    read(session, student, module, "l1")
    assert place(session, student, course).last_at > long_ago


def test_what_was_withdrawn_or_is_for_others_is_not_needed(session: Session, student: Viewer) -> None:
    gone = factories.module(session, state=ResourceState.WITHDRAWN)
    for_others = factories.module(session, audience=institution_audience(student.institution_id + 1000))
    for_us = factories.module(session, audience=institution_audience(student.institution_id))
    course = factories.course(session, gone, for_others, for_us)
    enrolments.enrol(session, student, course)
    read(session, student, for_us)
    assert place(session, student, course).finished_at is not None


def test_a_course_whose_modules_are_all_gone_is_not_finished_by_that(session: Session, student: Viewer) -> None:
    course = factories.course(session, factories.module(session, state=ResourceState.WITHDRAWN))
    enrolment = enrolments.enrol(session, student, course)
    assert not listening.is_due(session, enrolment)


def test_what_was_finished_before_enrolling_counts_once_it_is_settled(session: Session, student: Viewer) -> None:
    module = factories.module(session)
    course = factories.course(session, module)
    read(session, student, module)
    enrolment = enrolments.enrol(session, student, course)
    assert listening.is_due(session, enrolment)
    listening.settle(session, enrolment)
    assert enrolment.finished_at is not None
    assert not listening.is_due(session, enrolment)


def test_who_left_does_not_finish(session: Session, student: Viewer) -> None:
    module = factories.module(session)
    course = factories.course(session, module)
    enrolments.enrol(session, student, course)
    enrolments.leave(session, student, course)
    read(session, student, module)
    enrolment = place(session, student, course)
    assert enrolment.finished_at is None
    assert not listening.is_due(session, enrolment)


def test_a_tutors_decision_is_forgotten_in_another_group(session: Session, student: Viewer) -> None:
    course = factories.course(session, factories.module(session))
    group, other = factories.cohort(session, course), factories.cohort(session, course)
    enrolment = enrolments.enrol(session, student, course, group)
    session.add(Approval(enrolment_id=enrolment.id, is_approved=True))
    session.flush()
    enrolments.leave(session, student, course)
    enrolments.come_back(session, student, course)
    session.expire_all()
    assert session.get(Approval, enrolment.id) is not None
    enrolments.enrol(session, student, course, other)
    session.expire_all()
    assert session.get(Approval, enrolment.id) is None
