"""Places in courses: one a person and course, kept when they leave, never more than a group has."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import enrolments
from catalog.days import today
from catalog.models import Cohort, Course, Enrolment, Resource, ResourceState
from lrc.db import transaction, utcnow
from lrc.errors import Conflict, NotFound
from lti.viewers import Viewer
from tests import factories

LONG_AGO = utcnow() - timedelta(days=90)


@pytest.fixture
def course(session: Session) -> Resource:
    return factories.course(session, factories.module(session))


@pytest.fixture
def student(session: Session) -> Viewer:
    return factories.viewer(session)


def rows(session: Session, course: Resource) -> list[Enrolment]:
    return list(session.scalars(select(Enrolment).where(Enrolment.course_id == course.id)))


def test_one_enrols_once_and_leaving_keeps_the_row(session: Session, course: Resource, student: Viewer) -> None:
    first = enrolments.enrol(session, student, course)
    assert enrolments.enrol(session, student, course) is first
    assert enrolments.leave(session, student, course).left_at is not None
    left_at = first.left_at
    assert enrolments.leave(session, student, course).left_at == left_at
    assert enrolments.come_back(session, student, course).left_at is None
    assert rows(session, course) == [first]


def test_enrolling_again_is_coming_back(session: Session, course: Resource, student: Viewer) -> None:
    enrolments.enrol(session, student, course)
    enrolments.leave(session, student, course)
    assert enrolments.enrol(session, student, course).left_at is None


def test_who_was_never_there_cannot_leave_or_come_back(session: Session, course: Resource, student: Viewer) -> None:
    for step in (enrolments.leave, enrolments.come_back):
        with pytest.raises(NotFound):
            step(session, student, course)


@pytest.mark.parametrize("state", [ResourceState.DRAFT, ResourceState.WAITING, ResourceState.WITHDRAWN])
def test_only_what_is_published_takes_people(session: Session, student: Viewer, state: ResourceState) -> None:
    with pytest.raises(Conflict, match="NoPlace"):
        enrolments.enrol(session, student, factories.course(session, state=state))


def test_a_course_with_tutor_alone_needs_a_group(session: Session, course: Resource, student: Viewer) -> None:
    session.get_one(Course, course.id).is_self_study = False
    with pytest.raises(Conflict) as refused:
        enrolments.enrol(session, student, course)
    assert "tutor" in str(refused.value.message)
    assert enrolments.enrol(session, student, course, factories.cohort(session, course)).cohort_id is not None


def test_a_full_group_takes_nobody_until_somebody_leaves(session: Session, course: Resource, student: Viewer) -> None:
    group = factories.cohort(session, course, places=1)
    other = factories.viewer(session)
    enrolments.enrol(session, other, course, group)
    assert enrolments.enrol(session, other, course, group).cohort_id == group.id
    with pytest.raises(Conflict) as refused:
        enrolments.enrol(session, student, course, group)
    assert str(refused.value.message) == "Este grupo ya no tiene lugares."
    enrolments.leave(session, other, course)
    enrolments.enrol(session, student, course, group)
    with pytest.raises(Conflict):
        enrolments.come_back(session, other, course)


def closed(session: Session, course: Resource) -> Cohort:
    return factories.cohort(session, course, days=-1, starts_on=today() - timedelta(days=1))


def test_after_the_last_day_nobody_enrols_but_who_was_there_comes_back(
    session: Session, course: Resource, student: Viewer
) -> None:
    group = factories.cohort(session, course)
    enrolments.enrol(session, student, course, group)
    enrolments.leave(session, student, course)
    group.enrol_until_on = today() - timedelta(days=1)
    with pytest.raises(Conflict) as refused:
        enrolments.enrol(session, factories.viewer(session), course, group)
    assert "cerraron el" in str(refused.value.message)
    assert enrolments.come_back(session, student, course).cohort_id == group.id


def test_neither_a_cancelled_group_nor_one_that_is_over_takes_people(
    session: Session, course: Resource, student: Viewer
) -> None:
    yesterday = today() - timedelta(days=1)
    over = factories.cohort(session, course, days=-40, ends_on=yesterday)
    cancelled = factories.cohort(session, course, is_cancelled=True)
    said = []
    for group in (over, cancelled):
        with pytest.raises(Conflict) as refused:
            enrolments.enrol(session, student, course, group)
        said.append(str(refused.value.message))
    assert said == ["Este grupo ya terminó.", "Este grupo fue cancelado."]
    assert rows(session, course) == []


def test_a_group_of_another_course_is_not_found(session: Session, course: Resource, student: Viewer) -> None:
    with pytest.raises(NotFound):
        enrolments.enrol(session, student, course, factories.cohort(session, factories.course(session)))


def test_one_moves_between_groups_and_self_study_with_the_same_row(
    session: Session, course: Resource, student: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int | None] = []
    monkeypatch.setattr(enrolments, "moved", [lambda session, each: told.append(each.cohort_id)])
    group = factories.cohort(session, course)
    first = enrolments.enrol(session, student, course)
    assert enrolments.enrol(session, student, course, group) is first
    assert enrolments.enrol(session, student, course) is first
    assert told == [group.id, None]


def test_touching_tells_the_courses_that_hold_the_module_and_were_not_left(session: Session, student: Viewer) -> None:
    module, other = factories.module(session), factories.module(session)
    holding, left, without = (factories.course(session, each) for each in (module, module, other))
    for each in (holding, left, without):
        enrolments.enrol(session, student, each).last_at = LONG_AGO
    enrolments.leave(session, student, left)
    session.flush()
    enrolments.touch(session, student.person_id, module.id)
    session.expire_all()
    assert [rows(session, each)[0].last_at > LONG_AGO for each in (holding, left, without)] == [True, False, False]


def test_many_at_once_never_take_more_places_than_there_are(
    app: Flask, session: Session, course: Resource, student: Viewer
) -> None:
    group = factories.cohort(session, course, places=2)
    viewers = [*(factories.viewer(session) for _ in range(5)), student, student]
    session.commit()
    refused: list[Viewer] = []
    begin = threading.Barrier(len(viewers))

    def take(viewer: Viewer) -> None:
        begin.wait()
        try:
            with app.app_context(), transaction() as own:
                enrolments.enrol(own, viewer, own.get_one(Resource, course.id), own.get_one(Cohort, group.id))
        except Conflict:
            refused.append(viewer)

    threads = [threading.Thread(target=take, args=(each,)) for each in viewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = session.scalar(select(func.count(Enrolment.id)).where(Enrolment.cohort_id == group.id))
    assert taken == 2
    assert len(refused) in (4, 5)  # the student who came twice is refused or let in both times
    per_person = select(func.count(Enrolment.id)).group_by(Enrolment.person_id)
    assert set(session.scalars(per_person)) == {1}
