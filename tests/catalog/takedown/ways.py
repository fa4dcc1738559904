"""The ways in which a resource, or what is in it, is taken from readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing, review
from catalog.days import today
from catalog.models import (
    File,
    FileState,
    ResourceState,
)
from lti.viewers import Role
from search.engine import current_index
from tests import factories
from tests.catalog.takedown.shelving import Library


def withdraw(session: Session, library: Library) -> None:
    librarian = factories.viewer(session, Role.LIBRARIAN, by=library.librarian)
    review.withdraw(session, librarian, library.it, "Lo pidió su autora.")


def give_to(audience: str) -> Callable[[Session, Library], None]:
    def give(session: Session, library: Library) -> None:
        library.it.audience = audience

    return give


def send_again(session: Session, library: Library) -> None:
    withdraw(session, library)
    library.it.state = ResourceState.WAITING


HIDING: dict[str, Callable[[Session, Library], None]] = {
    "nothing": lambda session, library: None,
    "withdrawn": withdraw,
    "of another university": give_to("institution:999999"),
    "of another course": give_to("context:999999"),
    "of chosen universities": give_to("group:999999"),
    "waiting for review again": send_again,
}
"""What takes a resource away from readers, whole."""


def put_apart(session: Session, library: Library) -> None:
    for file in session.scalars(select(File)):
        file.state, file.failure = FileState.QUARANTINED, "quarantined"


def embargo(session: Session, library: Library) -> None:
    library.it.embargo_until = today() + timedelta(days=10)


CLOSING: dict[str, Callable[[Session, Library], None]] = {
    "nothing": lambda session, library: None,
    "quarantined": put_apart,
    "embargoed": embargo,
}
"""What shuts in what is in a resource; that there is one may be told."""


def taken_away(session: Session, library: Library, how: Callable[[Session, Library], None]) -> None:
    """What takes it away was done, and the index has heard of it."""
    how(session, library)
    indexing.changed(session, library.it)
    session.commit()
    indexing.bring_up_to_date(current_index())
