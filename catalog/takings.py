"""Who has taken which review. It says who looks after it, and keeps nobody else from reviewing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from catalog.models import Resource, Taking
from lti.viewers import Viewer


def of(session: Session, resource_ids: Sequence[int]) -> dict[int, Taking]:
    """Those of these resources whose review somebody has taken, by their ids, with who it is; one query."""
    query = select(Taking).where(Taking.resource_id.in_(resource_ids)).options(joinedload(Taking.person))
    return {each.resource_id: each for each in session.scalars(query)} if resource_ids else {}


def put(session: Session, viewer: Viewer, resource: Resource) -> None:
    """Have the viewer look after it, whoever did before. The resource is to be held against others' changes."""
    let_go(session, resource)
    session.add(Taking(resource_id=resource.id, person_id=viewer.person_id))


def let_go(session: Session, resource: Resource) -> None:
    """Let anybody take it."""
    session.execute(delete(Taking).where(Taking.resource_id == resource.id))
