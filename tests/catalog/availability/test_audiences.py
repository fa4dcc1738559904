"""For whom a material is: chosen institutions find it and open it, all others do not know of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import library
from catalog.availability import audiences
from catalog.availability.audiences import Wanted
from catalog.days import today
from catalog.models import Resource, ResourceState
from lrc.errors import BadInput, NotAllowed
from lti import groups
from lti.models import Person, Platform
from lti.viewers import Role, Viewer
from tests import factories


class Shelf:
    """A teacher's published material and a librarian, at one of three universities."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.here, self.partner, self.stranger = (factories.platform(session) for _ in range(3))
        self.teacher = factories.person(session, of=self.here)
        self.librarian = factories.person(session, of=self.here, librarian=True)
        self.resource = factories.resource(session, "Texto", by=self.teacher)

    def asks(self, *roles: Role, by: Person) -> Viewer:
        return factories.viewer(self.session, *roles, by=by)

    def student(self, of: Platform) -> Viewer:
        return self.asks(by=factories.person(self.session, of=of))

    def share(self, *platforms: Platform) -> None:
        chosen = frozenset(each.institution_id for each in platforms)
        viewer = self.asks(Role.LIBRARIAN, by=self.librarian)
        audiences.set_for(self.session, viewer, self.resource, Wanted("institutions", chosen))

    def is_seen_by(self, viewer: Viewer) -> bool:
        return self.session.scalar(library.visible_to(viewer).where(Resource.id == self.resource.id)) is not None


@pytest.fixture
def shelf(session: Session) -> Shelf:
    return Shelf(session)


def test_what_is_for_chosen_institutions_is_seen_by_their_people_and_nobody_else(shelf: Shelf) -> None:
    shelf.share(shelf.partner)

    assert shelf.is_seen_by(shelf.student(shelf.here))
    assert shelf.is_seen_by(shelf.student(shelf.partner))
    assert not shelf.is_seen_by(shelf.student(shelf.stranger))
    assert audiences.choice_of(shelf.resource) == "institutions"


def test_the_same_institutions_are_one_group_however_often_they_are_chosen(shelf: Shelf) -> None:
    shelf.share(shelf.partner, shelf.stranger)
    first = shelf.resource.audience
    shelf.share(shelf.partner)
    assert shelf.resource.audience != first
    shelf.share(shelf.stranger, shelf.partner)

    assert shelf.resource.audience == first
    everywhere = {each.institution_id for each in (shelf.here, shelf.partner, shelf.stranger)}
    assert {each.id for each in groups.members(shelf.session, first)} == everywhere
    assert [len(each.institution.group_ids) for each in (shelf.here, shelf.partner, shelf.stranger)] == [2, 2, 1]


def test_a_visit_knows_the_groups_of_its_institution(app: Flask, shelf: Shelf) -> None:
    shelf.share(shelf.partner)
    partner, stranger = (factories.person(shelf.session, of=each) for each in (shelf.partner, shelf.stranger))
    path = f"/resources/{shelf.resource.id}"

    assert factories.signed_in(app, shelf.session, by=partner).get(path).status_code == 200
    assert factories.signed_in(app, shelf.session, by=stranger).get(path).status_code == 404


def test_its_teacher_chooses_until_it_is_published_and_its_librarians_always(shelf: Shelf) -> None:
    teacher = shelf.asks(Role.TEACHER, by=shelf.teacher)
    elsewhere = shelf.asks(Role.LIBRARIAN, by=factories.person(shelf.session, of=shelf.partner, librarian=True))
    for nobody in (teacher, elsewhere, shelf.student(shelf.here)):
        with pytest.raises(NotAllowed):
            audiences.set_for(shelf.session, nobody, shelf.resource, Wanted("institution"))

    shelf.resource.state = ResourceState.WAITING
    audiences.set_for(shelf.session, teacher, shelf.resource, Wanted("institution"))
    assert shelf.resource.audience == f"institution:{shelf.here.institution_id}"


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("nobody"),
        Wanted(""),
        Wanted("course"),  # it came from none
        Wanted("institutions"),
        Wanted("institutions", frozenset({2**31 - 1})),  # there is no such one
        Wanted("everyone", embargo_until=date(2900, 1, 1)),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(shelf: Shelf, wanted: Wanted) -> None:
    before = shelf.resource.audience
    with pytest.raises(BadInput):
        audiences.set_for(shelf.session, shelf.asks(Role.LIBRARIAN, by=shelf.librarian), shelf.resource, wanted)
    assert (shelf.resource.audience, shelf.resource.embargo_until) == (before, None)


def test_the_form_shows_what_is_chosen_and_keeps_what_is_sent(app: Flask, shelf: Shelf) -> None:
    librarian = factories.signed_in(app, shelf.session, Role.LIBRARIAN, by=shelf.librarian)
    path = f"/resources/{shelf.resource.id}/availability"
    day = str(today() + timedelta(days=30))
    fields = {"audience": "institutions", "institution": [str(shelf.partner.institution_id)], "embargo": day}

    assert librarian.submit(path, fields).status_code == 302
    page = librarian.get(path).text
    assert f'value="{shelf.partner.institution_id}" checked' in page
    assert f'value="{shelf.stranger.institution_id}" checked' not in page
    assert f'value="{day}"' in page
    assert shelf.partner.institution.name in librarian.get(f"/resources/{shelf.resource.id}").text


def test_where_there_is_one_university_no_others_are_offered(app: Flask, session: Session) -> None:
    librarian = factories.person(session, librarian=True)
    resource = factories.resource(session, by=librarian)
    session.commit()
    browser = factories.signed_in(app, session, Role.LIBRARIAN, by=librarian)
    page = browser.get(f"/resources/{resource.id}/availability")
    assert "Solo mi universidad" in page.text
    assert "Solo algunas universidades" not in page.text
    assert "Qué universidades" not in page.text


@pytest.mark.parametrize("day", ["mañana", "2027-02-30", "1e9", "9999-12-31"])
def test_a_day_that_is_none_is_said_beside_the_form_with_what_was_typed(app: Flask, shelf: Shelf, day: str) -> None:
    librarian = factories.signed_in(app, shelf.session, Role.LIBRARIAN, by=shelf.librarian)
    answer = librarian.submit(f"/resources/{shelf.resource.id}/availability", {"audience": "everyone", "embargo": day})
    assert answer.status_code == 422
    assert f'value="{day}"' in answer.text
    shelf.session.refresh(shelf.resource)
    assert shelf.resource.embargo_until is None


def test_students_and_strangers_get_no_form(app: Flask, shelf: Shelf) -> None:
    path = f"/resources/{shelf.resource.id}/availability"
    assert factories.signed_in(app, shelf.session).get(path).status_code == 403
    assert factories.signed_in(app, shelf.session, Role.LIBRARIAN).get(path).status_code == 403
