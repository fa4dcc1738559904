"""Groups with a tutor: who makes them, what a plan must say, and how they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import cohorts, enrolments
from catalog.cohorts import Phase, Plan, PlanMisfit
from catalog.days import today
from catalog.models import Authorship, Resource, ResourceState
from lrc.db import engine_of, utcnow
from lrc.errors import Conflict, NotAllowed
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog.enrolling import statements


class Desk:
    """An author, a librarian and a tutor of the same university, and a published course of the author."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.moodle = factories.platform(session)
        self.author = self.teacher("Rosa Quispe")
        self.tutor = self.teacher("Ana Mamani")
        self.course: Resource = factories.course(session, by=self.author, published_at=utcnow())

    def teacher(self, name: str) -> Person:
        made = factories.person(self.session, of=self.moodle, name=name)
        made.last_roles = ["teacher"]
        self.session.flush()
        return made

    def viewer(self, person: Person | None = None, role: Role = Role.TEACHER) -> Viewer:
        return factories.viewer(self.session, role, by=person or self.author)

    def plan(self, **changes: object) -> Plan:
        day = today()
        whole = Plan("Grupo  de marzo", self.tutor.id, day, day + timedelta(days=7), day + timedelta(days=30), 20)
        return replace(whole, **changes)  # type: ignore[arg-type]


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_an_author_makes_a_group(desk: Desk) -> None:
    made = cohorts.create(desk.session, desk.viewer(), desk.course, desk.plan())
    assert (made.title, made.tutor.name, made.places) == ("Grupo de marzo", "Ana Mamani", 20)
    (standing,) = cohorts.of_course(desk.session, desk.course.id)
    assert (standing.phase, standing.places_left, standing.has_begun) == (Phase.ENROLLING, 20, False)


def test_coauthors_and_librarians_of_the_institution_may_and_others_not(desk: Desk, session: Session) -> None:
    helper = desk.teacher("Luis Huamán")
    assert not cohorts.may_run(session, desk.viewer(helper), desk.course)
    session.add(Authorship(resource_id=desk.course.id, person_id=helper.id))
    session.flush()
    assert cohorts.may_run(session, desk.viewer(helper), desk.course)
    assert cohorts.may_run(session, desk.viewer(desk.tutor, Role.LIBRARIAN), desk.course)
    assert not cohorts.may_run(session, desk.viewer(role=Role.STUDENT), desk.course)
    stranger = factories.viewer(session, Role.LIBRARIAN)
    with pytest.raises(NotAllowed):
        cohorts.create(session, stranger, desk.course, desk.plan())


def test_a_course_that_was_never_published_has_no_groups(desk: Desk, session: Session) -> None:
    draft = factories.course(session, by=desk.author, state=ResourceState.DRAFT)
    with pytest.raises(Conflict):
        cohorts.create(session, desk.viewer(), draft, desk.plan())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " \n"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"ends_on": cohorts.date(2020, 1, 1)}, "ends_on"),
        ({"enrol_until_on": cohorts.date(2999, 1, 1)}, "enrol_until_on"),
        ({"places": -1}, "places"),
        ({"places": 10_001}, "places"),
        ({"tutor_id": 2**31 - 1}, "tutor"),
    ],
)
def test_a_plan_that_cannot_be_says_which_field(desk: Desk, changes: dict[str, object], field: str) -> None:
    with pytest.raises(PlanMisfit) as refused:
        cohorts.create(desk.session, desk.viewer(), desk.course, desk.plan(**changes))
    assert refused.value.field == field


def test_nobody_but_a_teacher_of_the_institution_is_a_tutor(desk: Desk, session: Session) -> None:
    student = factories.person(session, of=desk.moodle, name="Pedro")
    stranger = factories.person(session, name="Otra", librarian=True)
    for each in (student, stranger):
        with pytest.raises(PlanMisfit):
            cohorts.create(session, desk.viewer(), desk.course, desk.plan(tutor_id=each.id))


def test_a_group_changes_but_never_has_fewer_places_than_people(desk: Desk, session: Session) -> None:
    made = cohorts.create(session, desk.viewer(), desk.course, desk.plan())
    for _ in range(2):
        enrolments.enrol(session, factories.viewer(session), desk.course, made)
    cohorts.change(session, desk.viewer(), made, desk.plan(title="Otro", places=2))
    assert (made.title, cohorts.standing(session, made).phase) == ("Otro", Phase.FULL)
    with pytest.raises(PlanMisfit):
        cohorts.change(session, desk.viewer(), made, desk.plan(places=1))


def test_a_cancelled_group_is_not_shown_any_more_nor_changed(desk: Desk, session: Session) -> None:
    made = cohorts.create(session, desk.viewer(), desk.course, desk.plan())
    assert [each.cohort for each in cohorts.current(session, [desk.course.id])[desk.course.id]] == [made]
    cohorts.cancel(session, desk.viewer(), made)
    cohorts.cancel(session, desk.viewer(), made)
    assert cohorts.current(session, [desk.course.id]) == {}
    assert cohorts.standing(session, made).phase is Phase.CANCELLED
    with pytest.raises(Conflict):
        cohorts.change(session, desk.viewer(), made, desk.plan())


def test_many_groups_are_told_by_one_query(app: Flask, desk: Desk, session: Session) -> None:
    made = [factories.cohort(session, desk.course, places=number) for number in (1, 2, 3)]
    assert statements(engine_of(app), lambda: cohorts.standings(session, made)) == 1
    found = cohorts.standings(session, made)
    assert [found[each.id].places_left for each in made] == [1, 2, 3]
