"""What somebody opened lately: kept only for who asked for it, and forgotten at a touch."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from catalog import habits, library
from catalog.models import ReadingHabits, Resource, Visited
from lrc.db import utcnow
from lti.viewers import Viewer

KEPT = timedelta(days=365)
NOTED_EVERY = timedelta(minutes=10)
"""Rows are not written at every turn of a page."""


def is_kept(session: Session, viewer: Viewer) -> bool:
    """Whether this person asked for a history; nobody has one by default."""
    kept = select(ReadingHabits.keeps_history).where(ReadingHabits.person_id == viewer.person_id)
    return bool(session.scalar(kept))


def keep(session: Session, viewer: Viewer, *, kept: bool) -> None:
    """Begin to keep a history, or stop and forget all of it."""
    habits.row_of(session, viewer).keeps_history = kept
    session.flush()
    if not kept:
        clear(session, viewer)


def clear(session: Session, viewer: Viewer) -> None:
    session.execute(delete(Visited).where(Visited.person_id == viewer.person_id))


def visited(viewer: Viewer) -> Select[Visited]:
    """What the person opened and may still see, the latest first."""
    allowed = library.visible_to(viewer).with_only_columns(Resource.id)
    return (
        select(Visited)
        .where(Visited.person_id == viewer.person_id, Visited.resource_id.in_(allowed))
        .options(joinedload(Visited.resource).joinedload(Resource.file))
        .order_by(Visited.opened_at.desc(), Visited.id.desc())
    )


def is_due(session: Session, viewer: Viewer, resource: Resource) -> bool:
    """Whether this opening is to be noted: for who keeps a history, unless it was noted a moment ago."""
    query = (
        select(ReadingHabits.keeps_history, Visited.opened_at)
        .outerjoin(Visited, (Visited.person_id == ReadingHabits.person_id) & (Visited.resource_id == resource.id))
        .where(ReadingHabits.person_id == viewer.person_id)
    )
    found = session.execute(query).one_or_none()
    if found is None or not found.keeps_history:
        return False
    return found.opened_at is None or utcnow() - found.opened_at > NOTED_EVERY


def note(session: Session, viewer: Viewer, resource: Resource) -> None:
    """Keep that the person opened the resource now, as is_due says; what is older than KEPT goes."""
    mine = Visited.person_id == viewer.person_id
    found = session.scalar(select(Visited).where(mine, Visited.resource_id == resource.id))
    if found is not None:
        found.opened_at = utcnow()
    else:
        try:
            with session.begin_nested():
                session.add(Visited(person_id=viewer.person_id, resource_id=resource.id))
        except IntegrityError:
            return  # another request of the same person noted it at the same moment
    session.execute(delete(Visited).where(mine, Visited.opened_at < utcnow() - KEPT))
