"""The embargo: until its day the record is found, and nothing of what is in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog import documents, links
from catalog.availability import embargo
from catalog.days import today
from catalog.models import Resource
from lti.linksettings import READER, Manner
from lti.viewers import Role
from tests import factories

PAGES = ("read", "file", "link", "print", "captions/1", "read?page=2&view=text")


@pytest.fixture
def resource(session: Session) -> Resource:
    return factories.resource(session, "Uno secreto", "Dos", title="Tesis", embargo_until=today() + timedelta(days=40))


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_gets_nothing_of_what_is_in_it_and_is_told_the_day(
    app: Flask, session: Session, resource: Resource, page: str
) -> None:
    answer = factories.signed_in(app, session).get(f"/resources/{resource.id}/{page}")
    assert answer.status_code == 403
    assert "secreto" not in answer.text
    assert str(resource.embargo_until.year) in answer.text  # type: ignore[union-attr]


def test_its_record_says_from_when_and_offers_no_reading(app: Flask, session: Session, resource: Resource) -> None:
    page = factories.signed_in(app, session).get(f"/resources/{resource.id}").text
    assert "Se podrá abrir desde el" in page
    assert f"/resources/{resource.id}/read" not in page
    assert f"/resources/{resource.id}/file" not in page


def test_who_made_it_and_its_librarians_read_it_meanwhile(session: Session, resource: Resource) -> None:
    owner = resource.owner
    assert owner is not None
    colleague = factories.person(session, of=owner.platform, librarian=True)
    assert not embargo.is_closed_to(factories.viewer(session, Role.TEACHER, by=owner), resource)
    assert not embargo.is_closed_to(factories.viewer(session, Role.LIBRARIAN, by=colleague), resource)
    assert embargo.is_closed_to(factories.viewer(session, Role.TEACHER, by=colleague), resource)
    assert embargo.is_closed_to(factories.viewer(session, Role.LIBRARIAN), resource)


def indexed(session: Session) -> list[int]:
    """How many pages of each resource the index gets."""
    session.expire_all()
    query = select(Resource).order_by(Resource.id).options(joinedload(Resource.file))
    return [len(each.pages) for each in documents.load(session, session.scalars(query).all())]


def test_it_is_found_by_its_record_alone_and_by_its_text_once_its_day_has_come(
    session: Session, resource: Resource
) -> None:
    assert indexed(session) == [0]
    before = resource.revision
    assert embargo.lift_due(session) == 0

    resource.embargo_until = today()
    session.flush()
    assert not embargo.is_closed(resource)
    assert embargo.lift_due(session) == 1
    session.flush()
    session.refresh(resource)
    assert (resource.embargo_until, resource.revision) == (None, before + 1)
    assert indexed(session) == [2]
    assert embargo.lift_due(session) == 0


def test_a_link_into_its_pages_leads_to_its_record_until_then(session: Session, resource: Resource) -> None:
    viewer = factories.viewer(session, by=resource.owner)
    target = links.find(session, viewer, links.RESOURCE, resource.record_id)
    manner = Manner(place=READER, page=2)
    assert links.place(target, manner)[0] == "catalog.show"
    resource.embargo_until = today()
    assert links.place(target, manner)[0] == "catalog.read"
