"""Where what was merged into another leads: the names and the addresses of a resource that is no longer by itself."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from catalog.models import Merge, Resource, ResourceState
from lrc.errors import NotFound


class Moved(NotFound):
    """What was asked for is part of another resource now, which the person may see; pages lead there."""

    def __init__(self, kept: Resource) -> None:
        super().__init__(detail=f"merged into resource {kept.id}")
        self.kept = kept


def kept_for(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Says of a resource that another one, of which ``which`` is said, was merged into it."""
    merged = select(Resource.id).where(which).correlate(None).subquery()
    return Resource.id.in_(select(Merge.into_id).where(Merge.from_id.in_(select(merged.c.id))))


def names_of(resource: Resource) -> Select[str]:
    """The record_ids by which links may name a resource: its own, and those of what was merged into it."""
    inside = select(Merge.from_id).where(Merge.into_id == resource.id)
    return select(Resource.record_id).where(or_(Resource.id == resource.id, Resource.id.in_(inside)))


def kept(session: Session, resource_ids: Collection[int]) -> dict[int, Resource]:
    """By the ids of those of these that were merged: what they were merged into, with its file; one query."""
    if not resource_ids:
        return {}
    query = select(Merge).where(Merge.from_id.in_(resource_ids))
    whole = query.options(joinedload(Merge.kept).joinedload(Resource.file))
    return {each.from_id: each.kept for each in session.scalars(whole)}


def by_record(session: Session, visible: Select[Resource], record_ids: Collection[str]) -> dict[str, Resource]:
    """Of ``visible`` resources, with their files, those of these record_ids, whatever they were merged into.

    One query, and a second one where some are missing.
    """
    whole = visible.where(Resource.state != ResourceState.MERGED).options(joinedload(Resource.file))
    found = {each.record_id: each for each in session.scalars(whole.where(Resource.record_id.in_(record_ids)))}
    missing = set(record_ids) - found.keys()
    if missing:
        named = select(Resource.id, Resource.record_id).where(Resource.record_id.in_(missing)).subquery()
        merged = select(named.c.record_id, Merge.into_id).join(Merge, Merge.from_id == named.c.id)
        into: dict[str, int] = dict(session.execute(merged).all())
        by_id = {each.id: each for each in session.scalars(whole.where(Resource.id.in_(into.values())))} if into else {}
        found.update({record_id: by_id[each] for record_id, each in into.items() if each in by_id})
    return found
