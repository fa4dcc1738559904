"""People of a course, links in it, and what was opened: the rows of a teacher's class, for tests."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from catalog.links import kind_of
from catalog.models import Opening, Resource
from lrc.db import utcnow
from lti.models import Context, Membership, Person, ResourceLink, RosterState
from lti.people import fold
from tests import factories


def listed(session: Session, context: Context, name: str, **columns: Any) -> Membership:
    """Somebody whom the roster names and who never came."""
    given = {"sub": secrets.token_hex(4), "roster_roles": ["student"], "launch_roles": [], "groups": []}
    made = Membership(
        **given | {"name": name, "folded_name": fold(name), "listed_at": utcnow(), "context_id": context.id} | columns
    )
    session.add(made)
    session.flush()
    return made


def came(session: Session, context: Context, name: str, **columns: Any) -> Membership:
    """A student who has come from the course."""
    person = factories.person(session, of=context.platform, name=name)
    given: dict[str, Any] = {"launch_roles": ["student"], "launched_at": utcnow(), "listed_at": None}
    return listed(session, context, name, **given | {"sub": person.sub, "person_id": person.id} | columns)


def link(session: Session, context: Context, to: Resource | None = None, **columns: Any) -> ResourceLink:
    """A link of ours in the course, to a resource where one is given."""
    given = {"resource_link_id": secrets.token_hex(4), "title": to.title if to else "Biblioteca", "settings": {}}
    leads = {"kind": kind_of(to), "target": to.record_id} if to else {}
    made = ResourceLink(**given | leads | {"context_id": context.id} | columns)
    session.add(made)
    session.flush()
    return made


def opened(session: Session, by: Membership, what: Resource, read_at: datetime | None = None) -> Opening:
    assert by.person_id is not None
    made = Opening(context_id=by.context_id, person_id=by.person_id, resource_id=what.id, read_at=read_at)
    session.add(made)
    session.flush()
    return made


def context_with_a_list(session: Session) -> Context:
    """A course whose list of people came a moment ago."""
    made = factories.context(session)
    made.memberships_url = "https://moodle.example/memberships"
    made.roster_asked_at = made.roster_fetched_at = utcnow()
    made.roster_state = RosterState.READY
    session.flush()
    return made


def teacher(session: Session, context: Context) -> Person:
    """Somebody who teaches the course and has come from it."""
    person = factories.person(session, of=context.platform, name="Tomás Enseña")
    listed(
        session,
        context,
        person.name,
        sub=person.sub,
        person_id=person.id,
        launch_roles=["teacher"],
        roster_roles=["teacher"],
        launched_at=utcnow(),
    )
    return person


def statements(engine: Engine, work: Callable[[], object]) -> int:
    """How many statements ``work`` sends to the database."""
    sent: list[str] = []

    def note(*given: Any) -> None:
        sent.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(sent)
