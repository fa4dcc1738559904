"""Who may see what: decided in the SQL, by state, owner, institution and audience."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from catalog import library
from catalog.models import Resource, ResourceState
from lrc.errors import BadInput, NotAllowed, NotFound
from lti.models import Context, Person
from lti.viewers import EVERYONE, Role, Viewer, context_audience, institution_audience
from tests import factories

UNPUBLISHED = [state for state in ResourceState if state not in (ResourceState.PUBLISHED, ResourceState.MERGED)]


class Campus:
    """A university with a course and a teacher, and another university."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.moodle = factories.platform(session)
        self.other_moodle = factories.platform(session)
        self.course: Context = factories.context(session, of=self.moodle)
        self.teacher: Person = factories.person(session, of=self.moodle)

    def someone(self, *roles: Role, elsewhere: bool = False, in_course: bool = False) -> Viewer:
        person = factories.person(self.session, of=self.other_moodle if elsewhere else self.moodle)
        return factories.viewer(self.session, *roles, by=person, where=self.course if in_course else None)

    def sees(self, viewer: Viewer, resource: Resource) -> bool:
        return resource in self.session.scalars(library.visible_to(viewer)).all()


@pytest.fixture
def campus(session: Session) -> Campus:
    return Campus(session)


def test_what_is_published_for_everyone_is_seen_everywhere(campus: Campus) -> None:
    resource = factories.resource(campus.session, by=campus.teacher)
    assert campus.sees(campus.someone(Role.STUDENT), resource)
    assert campus.sees(campus.someone(Role.STUDENT, elsewhere=True), resource)


def test_what_is_for_an_institution_stays_there(campus: Campus) -> None:
    mine = institution_audience(campus.teacher.institution_id)
    resource = factories.resource(campus.session, by=campus.teacher, audience=mine)
    assert campus.sees(campus.someone(Role.STUDENT), resource)
    for role in Role:
        assert not campus.sees(campus.someone(role, elsewhere=True), resource)


def test_what_is_for_a_course_stays_there_but_for_those_who_answer_for_it(campus: Campus) -> None:
    resource = factories.resource(campus.session, by=campus.teacher, audience=context_audience(campus.course.id))
    assert campus.sees(campus.someone(Role.STUDENT, in_course=True), resource)
    assert not campus.sees(campus.someone(Role.STUDENT), resource)
    assert not campus.sees(campus.someone(Role.TEACHER), resource)
    assert campus.sees(campus.someone(Role.LIBRARIAN), resource)


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_what_is_not_published_is_seen_by_its_owner_and_its_librarians_alone(
    campus: Campus, state: ResourceState
) -> None:
    resource = factories.resource(campus.session, by=campus.teacher, state=state)
    assert campus.sees(factories.viewer(campus.session, Role.TEACHER, by=campus.teacher), resource)
    assert campus.sees(campus.someone(Role.LIBRARIAN), resource)
    for role in (Role.STUDENT, Role.TEACHER, Role.ADMINISTRATOR):
        assert not campus.sees(campus.someone(role, in_course=True), resource)
    assert not campus.sees(campus.someone(Role.LIBRARIAN, elsewhere=True), resource)


def test_a_record_of_no_institution_is_in_no_librarians_charge(campus: Campus) -> None:
    resource = factories.resource(campus.session, institution_id=None, state=ResourceState.WITHDRAWN)
    assert not campus.sees(campus.someone(Role.LIBRARIAN), resource)


def test_what_one_may_not_see_is_as_if_it_were_not_there(campus: Campus) -> None:
    hidden = factories.resource(campus.session, by=campus.teacher, state=ResourceState.DRAFT)
    with pytest.raises(NotFound):
        library.get(campus.session, campus.someone(Role.STUDENT), hidden.id)
    with pytest.raises(NotFound):
        library.get(campus.session, campus.someone(Role.STUDENT), hidden.id + 1000)


def test_only_its_owner_may_change_a_resource(campus: Campus) -> None:
    resource = factories.resource(campus.session, by=campus.teacher)
    with pytest.raises(NotAllowed):
        library.get_own_for_change(campus.session, campus.someone(Role.LIBRARIAN), resource.id)


def test_an_audience_is_always_one_of_those_who_choose_it(campus: Campus) -> None:
    teacher = campus.someone(Role.TEACHER, in_course=True)
    assert library.audience_of(teacher, "everyone") == EVERYONE
    for choice in library.AUDIENCES:
        assert library.audience_of(teacher, choice) in teacher.audiences
    with pytest.raises(BadInput):
        library.audience_of(replace(teacher, context_id=None), "course")
    with pytest.raises(BadInput):
        library.audience_of(teacher, "institution:1")
