"""What a member of a tutor's group did: who may look at it, and how the pages lead there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import enrolments
from catalog.models import Cohort, Enrolment, Resource, ResourceState
from lrc.errors import NotFound
from lrc.study import attempts, lines, memberwork
from lrc.study.models import Attempt, EntryKind
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories
from tests.factories import signed_in
from tests.study import learners


@dataclass(frozen=True)
class Group:
    """A tutor's group of one member, in a course of three modules of which the member did a quiz of the first."""

    session: Session
    tutor: Person
    member: Person
    modules: list[Resource]
    cohort: Cohort
    place: Enrolment
    attempt: Attempt

    def somebody(self, *, librarian: bool = False) -> Person:
        made = factories.person(self.session, librarian=librarian)
        made.platform_id, made.institution_id = self.tutor.platform_id, self.tutor.institution_id
        self.session.flush()
        return made

    def sees(self, viewer: Viewer, place: Enrolment | None = None, cohort: Cohort | None = None) -> bool:
        try:
            memberwork.get(self.session, viewer, (cohort or self.cohort).id, (place or self.place).id)
        except NotFound:
            return False
        return True

    def leads(self, viewer: Viewer, module: Resource | None = None) -> bool:
        wanted = module or self.modules[0]
        return memberwork.find_place(self.session, viewer, wanted.id, self.member.id) is not None

    @property
    def path(self) -> str:
        return f"/study/tutoring/{self.cohort.id}/{self.place.id}"

    @property
    def work(self) -> str:
        return f"/study/class/modules/{self.modules[0].id}/people/{self.member.id}"


@pytest.fixture
def group(session: Session) -> Group:
    moodle = factories.platform(session)
    tutor = factories.person(session, of=moodle, name="Ana Mamani")
    member = factories.person(session, of=moodle, name="Pedro Puma")
    parts = (learners.lesson(), learners.quiz())
    modules = [learners.module(session, *parts, audience="everyone", title=each) for each in ("Riego", "Poda", "Abono")]
    course = factories.course(session, *modules, by=tutor, title="El cacao", audience="everyone")
    cohort = factories.cohort(session, course, tutor=tutor)
    who = factories.viewer(session, by=member)
    place = enrolments.enrol(session, who, course, cohort)
    attempt = attempts.begin(session, learners.study(session, modules[0], who), "prueba")
    said = lines.new(EntryKind.ANSWERED, "prueba", question="q1", attempt_number=1, response="la quincha")
    attempts.submit(session, attempt, [said])
    return Group(session, tutor, member, modules, cohort, place, attempt)


def test_only_the_tutor_and_the_librarians_of_the_institution_look(group: Group, session: Session) -> None:
    tutor = factories.viewer(session, by=group.tutor)
    librarian = factories.viewer(session, Role.LIBRARIAN, by=group.somebody(librarian=True))
    for viewer in (tutor, librarian):
        assert (group.sees(viewer), group.leads(viewer)) == (True, True)
    other_tutor = group.somebody()
    factories.cohort(session, group.place.course, tutor=other_tutor)
    others = (
        factories.viewer(session, Role.TEACHER, by=other_tutor),
        factories.viewer(session, Role.TEACHER, by=group.somebody()),
        factories.viewer(session, Role.LIBRARIAN),
        factories.viewer(session, by=group.member),
    )
    for viewer in others:
        assert (group.sees(viewer), group.leads(viewer)) == (False, False)


def test_only_members_and_modules_of_the_course_are_looked_at(group: Group, session: Session) -> None:
    tutor = factories.viewer(session, by=group.tutor)
    elsewhere = factories.cohort(session, group.place.course, tutor=group.tutor)
    alone = enrolments.enrol(session, factories.viewer(session), group.place.course)
    assert not group.sees(tutor, cohort=elsewhere)
    assert not group.sees(tutor, alone)
    assert not group.leads(tutor, learners.module(session, learners.lesson()))
    enrolments.leave(session, factories.viewer(session, by=group.member), group.place.course)
    assert (group.sees(tutor), group.leads(tutor)) == (False, False)


def test_nobody_looks_at_their_own_work_as_tutor(group: Group, session: Session) -> None:
    group.cohort.tutor_id = group.member.id
    session.flush()
    own = factories.viewer(session, by=group.member)
    assert (group.sees(own), group.leads(own)) == (False, False)


def test_modules_stand_in_order_with_their_attempts(group: Group, session: Session) -> None:
    group.modules[1].state = ResourceState.WITHDRAWN
    session.flush()
    found = memberwork.works(session, group.place)
    assert [(each.line.module.title, each.line.state, each.attempts) for each in found] == [
        ("Riego", "under-way", 1),
        ("Abono", "untouched", 0),
    ]


def test_the_group_leads_its_tutor_to_what_was_answered(app: Flask, group: Group, session: Session) -> None:
    # Comes from a course in which they are no teacher: they accompany the group all the same.
    tutor = signed_in(app, session, by=group.tutor)
    assert f'href="{group.path}"' in tutor.get(f"/study/tutoring/{group.cohort.id}").text
    page = tutor.get(group.path).text
    assert f'href="{group.work}"' in page
    assert "1 intento entregado" in page
    work = tutor.get(group.work).text
    assert "«la quincha»" in work
    assert f'href="{group.path}"' in work
    fields = {"points": "1", "reason": "Se entendía."}
    assert tutor.submit(f"{group.work}/attempts/{group.attempt.id}/override", fields).status_code == 303
    assert "Se entendía." in tutor.get(group.work).text


def test_a_librarian_reads_and_changes_nothing(app: Flask, group: Group, session: Session) -> None:
    librarian = signed_in(app, session, Role.LIBRARIAN, by=group.somebody(librarian=True))
    work = librarian.get(group.work).text
    assert "«la quincha»" in work
    assert "Cambiar los puntos" not in work
    assert "Más tiempo y más intentos" not in work
    fields = {"points": "1", "reason": "Se entendía."}
    assert librarian.submit(f"{group.work}/attempts/{group.attempt.id}/override", fields).status_code == 404
    assert librarian.submit(f"{group.work}/grant", {"extra_attempts": "1", "reason": "x"}).status_code == 404


def test_others_find_no_page(app: Flask, group: Group, session: Session) -> None:
    other_tutor = group.somebody()
    factories.cohort(session, group.place.course, tutor=other_tutor)
    browsers = (
        signed_in(app, session, Role.TEACHER, by=other_tutor),
        signed_in(app, session, Role.TEACHER, by=group.somebody()),
        signed_in(app, session, by=group.somebody()),
        signed_in(app, session, by=group.member),
    )
    for browser in browsers:
        assert [browser.get(path).status_code for path in (group.path, group.work)] == [404, 404]
    tutor = signed_in(app, session, by=group.tutor)
    stranger = factories.person(session)
    session.commit()
    assert tutor.get(group.work.replace(f"people/{group.member.id}", f"people/{stranger.id}")).status_code == 404
