"""What is to be published on a later day: which resources, by whom, and what it was that they reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from catalog.days import today
from catalog.models import Resource, ResourceState, Scheduling
from lti.viewers import Viewer


def of(session: Session, resource_ids: Sequence[int]) -> dict[int, Scheduling]:
    """Those of these resources that are to be published on a day, by their ids, with who said so; one query."""
    query = select(Scheduling).where(Scheduling.resource_id.in_(resource_ids)).options(joinedload(Scheduling.person))
    return {each.resource_id: each for each in session.scalars(query)} if resource_ids else {}


def put(session: Session, resource: Resource, person_id: int, day: date, fingerprint: str) -> None:
    """Note the day, in the place of any other. The resource is to be held against others' changes."""
    drop(session, resource)
    session.add(Scheduling(resource_id=resource.id, person_id=person_id, publish_on=day, fingerprint=fingerprint))


def drop(session: Session, resource: Resource) -> None:
    """Publish it on no day by itself."""
    session.execute(delete(Scheduling).where(Scheduling.resource_id == resource.id))


def missed(viewer: Viewer) -> Select[Scheduling]:
    """What was not published on its day, as it had changed meanwhile, and waits: of the viewer's own, and of those
    for which the viewer chose the day; the newest first, with its resource.
    """
    concerned = or_(Resource.owner_id == viewer.person_id, Scheduling.person_id == viewer.person_id)
    query = select(Scheduling).join(Scheduling.resource).options(contains_eager(Scheduling.resource))
    query = query.where(Scheduling.missed_at.is_not(None), concerned, Resource.state != ResourceState.MERGED)
    return query.order_by(Scheduling.missed_at.desc(), Scheduling.resource_id)


def due() -> Select[int]:
    """The ids of the resources whose day has come, the oldest day first."""
    query = select(Scheduling.resource_id).where(Scheduling.publish_on <= today(), Scheduling.missed_at.is_(None))
    return query.order_by(Scheduling.publish_on, Scheduling.resource_id)
