"""A tutor's group: who needs help first, diplomas that wait, and what a decision needs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import enrolments
from catalog.models import Cohort, Resource
from lrc.db import engine_of, utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lrc.study import attempts, studies, tutoring
from lrc.study.classroom import STILL_AFTER, State
from lrc.study.models import Certificate
from lrc.study.tutoring import Decision
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog.enrolling import statements
from tests.study.walking import read


class Group:
    """A course of one module and a group of it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.moodle = factories.platform(session)
        self.tutor: Person = factories.person(session, of=self.moodle, name="Ana Mamani")
        self.module: Resource = factories.module(session, by=self.tutor, quiz=True)
        self.course = factories.course(session, self.module, by=self.tutor, certificate=True)
        self.cohort: Cohort = factories.cohort(session, self.course, tutor=self.tutor)

    def viewer(self, *roles: Role, by: Person | None = None) -> Viewer:
        return factories.viewer(self.session, *(roles or (Role.TEACHER,)), by=by or self.tutor)

    def member(self, name: str) -> Viewer:
        who = factories.viewer(self.session, by=factories.person(self.session, of=self.moodle, name=name))
        enrolments.enrol(self.session, who, self.course, self.cohort)
        return who

    def finished(self, name: str) -> int:
        who = self.member(name)
        enrolment = enrolments.find(self.session, who.person_id, self.course.id)
        assert enrolment is not None
        enrolment.finished_at = utcnow()
        self.session.flush()
        return enrolment.id

    def states(self) -> list[tuple[str, State]]:
        return [(each.enrolment.person.name, each.state) for each in tutoring.members(self.session, self.cohort)]


@pytest.fixture
def group(session: Session) -> Group:
    return Group(session)


def test_who_waits_comes_first_then_who_is_stuck(group: Group, session: Session) -> None:
    group.member("Nadie empezó")
    read(session, group.member("Va bien"), group.module, "l1")
    still = read(session, group.member("Quieta"), group.module, "l1")
    still.last_at = utcnow() - STILL_AFTER
    place = enrolments.find(session, still.person_id, group.course.id)
    assert place is not None
    place.last_at = still.last_at
    fails = group.member("No aprueba")
    study = read(session, fails, group.module, "l1")
    for _ in range(2):
        attempts.submit(session, attempts.begin(session, study, "q1"), [])
    group.finished("Ya terminó")
    left = group.member("Se fue")
    enrolments.leave(session, left, group.course)
    assert group.states() == [
        ("Ya terminó", State.DONE),
        ("No aprueba", State.STUCK),
        ("Quieta", State.STUCK),
        ("Nadie empezó", State.NOT_BEGUN),
        ("Va bien", State.UNDER_WAY),
    ]
    by_name = {each.enrolment.person.name: each for each in tutoring.members(session, group.cohort)}
    assert [by_name[name].fails_often for name in ("No aprueba", "Quieta")] == [True, False]
    assert (by_name["Va bien"].finished, by_name["Va bien"].modules) == (0, 1)


def test_a_diploma_is_approved_or_not_yet_and_the_later_decision_holds(group: Group, session: Session) -> None:
    enrolment_id = group.finished("Rosa")
    viewer = group.viewer()
    tutoring.decide(session, viewer, group.cohort, enrolment_id, Decision(False, "Falta el anexo."))
    (member,) = tutoring.members(session, group.cohort)
    assert (member.awaits, member.approval and member.approval.remark) == (False, "Falta el anexo.")
    made = tutoring.decide(session, viewer, group.cohort, enrolment_id, Decision(True, ""))
    assert (made.is_approved, made.remark, made.decided_by_id) == (True, "", group.tutor.id)


def test_not_yet_says_what_is_missing(group: Group, session: Session) -> None:
    enrolment_id = group.finished("Rosa")
    for remark in (" \n", "x" * 2001):
        with pytest.raises(BadInput):
            tutoring.decide(session, group.viewer(), group.cohort, enrolment_id, Decision(False, remark))


def test_nobody_is_approved_before_they_finished(group: Group, session: Session) -> None:
    who = group.member("Rosa")
    place = enrolments.find(session, who.person_id, group.course.id)
    assert place is not None
    with pytest.raises(Conflict):
        tutoring.decide(session, group.viewer(), group.cohort, place.id, Decision(True, ""))
    tutoring.decide(session, group.viewer(), group.cohort, place.id, Decision(False, "¡Ánimo!"))
    place.finished_at = utcnow()
    session.flush()
    (member,) = tutoring.members(session, group.cohort)
    assert (member.awaits, member.approval and member.approval.remark) == (True, "¡Ánimo!")


def test_an_issued_diploma_is_not_taken_back_here(group: Group, session: Session) -> None:
    enrolment_id = group.finished("Rosa")
    session.add(
        Certificate(
            code="ABC",
            enrolment_id=enrolment_id,
            course_id=group.course.id,
            institution_id=group.tutor.institution_id,
            name="Rosa",
            course_title="Curso",
            effort_minutes=60,
            institution_name="U",
            signatory_name="N",
            signatory_post="P",
        )
    )
    session.flush()
    with pytest.raises(Conflict):
        tutoring.decide(session, group.viewer(), group.cohort, enrolment_id, Decision(False, "No."))


def test_only_the_tutor_decides_and_only_their_library_looks_on(group: Group, session: Session) -> None:
    enrolment_id = group.finished("Rosa")
    librarian = group.viewer(Role.LIBRARIAN, by=factories.person(session, of=group.moodle))
    assert tutoring.get(session, librarian, group.cohort.id) is group.cohort
    with pytest.raises(NotAllowed):
        tutoring.decide(session, librarian, group.cohort, enrolment_id, Decision(True, ""))
    colleague = group.viewer(by=factories.person(session, of=group.moodle))
    for other in (colleague, factories.viewer(session, Role.LIBRARIAN)):
        with pytest.raises(NotFound):
            tutoring.get(session, other, group.cohort.id)


def test_somebody_of_another_group_is_not_decided_on(group: Group, session: Session) -> None:
    other = factories.cohort(session, group.course, tutor=group.tutor)
    enrolment_id = group.finished("Rosa")
    with pytest.raises(NotFound):
        tutoring.decide(session, group.viewer(), other, enrolment_id, Decision(True, ""))


def test_the_number_of_queries_does_not_grow_with_the_group(app: Flask, group: Group, session: Session) -> None:
    read(session, group.member("Uno"), group.module, "l1")
    session.commit()
    few = statements(engine_of(app), lambda: tutoring.members(session, group.cohort))
    for number in range(5):
        read(session, group.member(str(number)), group.module, "l1")
    session.commit()
    assert statements(engine_of(app), lambda: tutoring.members(session, group.cohort)) == few


def test_a_trial_of_the_tutor_is_nobodys_progress(group: Group, session: Session) -> None:
    who = group.member("Rosa")
    studies.begin(session, who, group.module, trial=True).last_at = utcnow() - timedelta(days=1)
    session.flush()
    assert group.states() == [("Rosa", State.NOT_BEGUN)]
