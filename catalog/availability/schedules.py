"""What is to be published on a later day: which resources, by whom, and what it was that they reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, joinedload

from catalog.days import today
from catalog.models import Resource, Scheduling


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


def due() -> Select[int]:
    """The ids of the resources whose day has come, the oldest day first."""
    query = select(Scheduling.resource_id).where(Scheduling.publish_on <= today())
    return query.order_by(Scheduling.publish_on, Scheduling.resource_id)
