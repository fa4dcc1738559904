"""What hangs on a resource and goes along when that is merged into another: links to it in every table, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, Table, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from catalog.merging import leading
from catalog.models import (
    Collection,
    CollectionItem,
    Merge,
    Opening,
    OwnListItem,
    Place,
    ReadingItem,
    Resource,
    Visited,
    Wish,
)
from lrc.db import Base
from lti.models import ResourceLink

RESOURCE = "resource"
"""The kind of a link to a material (catalog.links)."""
_AT_ONCE = 500
Moved = dict[str, list[int]]
"""By the name of a table and column, the ids of the rows that were moved."""


@dataclass(frozen=True)
class Follower:
    """A column that names resources and follows them.

    Where a table has one row for each resource and ``beside``, a row that would be there twice stays where it is:
    nobody sees it any more, and ``goes_back`` needs it.
    """

    model: type[Base]
    column: str = "resource_id"
    beside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.model.__tablename__}.{self.column}"

    @property
    def table(self) -> Table:
        return cast(Table, self.model.__table__)

    @property
    def resource(self) -> Column[Any]:
        return self.table.c[self.column]


FOLLOWERS = (
    Follower(OwnListItem, beside=("list_id",)),
    Follower(Place, beside=("person_id",)),
    Follower(Visited, beside=("person_id",)),
    Follower(Opening, beside=("context_id", "person_id")),
    Follower(Wish),
    Follower(ReadingItem),
    Follower(CollectionItem, beside=("collection_id",)),
    Follower(Collection, "cover_resource_id"),
    Follower(Merge, "into_id"),
)
"""Whoever makes a table that names materials adds it here, or says in STAYING why it stays."""
STAYING = frozenset(
    {
        "remarks.resource_id",  # what was said of this one
        "edits.resource_id",
        "bulk_changes.resource_id",
        "takings.resource_id",
        "versions.resource_id",
        "files.resource_id",  # moved only where its file is chosen
        "uploads.resource_id",  # what became of an upload
        "uploads.replaces_id",
        "concept_uses.resource_id",  # follows what each says
        "adaptations.resource_id",
        "schedulings.resource_id",
        "fixity_checks.resource_id",  # of modules and courses, which are never merged
        "weblinks.resource_id",
        "known_as.resource_id",  # by which it is found as the one that was kept
        "likenesses.one_id",
        "likenesses.other_id",
        "merges.from_id",
    }
)


@dataclass(frozen=True)
class Hanging:
    """How much hangs on a material, for who decides which of two stays."""

    links: int
    """In courses of platforms, where they were launched at least once."""
    readers: int
    """Who opened it there."""
    lists: int
    """Own lists, collections and reading lists in which it stands."""


def count(session: Session, resource: Resource) -> Hanging:
    """What hangs on it; five queries."""
    named = (ResourceLink.kind == RESOURCE, ResourceLink.target.in_(leading.names_of(resource)))
    links = session.scalar(select(func.count()).select_from(ResourceLink).where(*named))
    opened = select(func.count(Opening.person_id.distinct())).where(Opening.resource_id == resource.id)
    lists = [
        session.scalar(select(func.count()).select_from(each).where(each.resource_id == resource.id))
        for each in (OwnListItem, CollectionItem, ReadingItem)
    ]
    return Hanging(links or 0, session.scalar(opened) or 0, sum(each or 0 for each in lists))


def move(session: Session, from_id: int, into_id: int) -> Moved:
    """Have all followers of one resource follow the other; returns what ``goes_back`` needs."""
    _add_up(session, from_id, into_id, _with)
    return {each.name: _move(session, each, from_id, into_id) for each in FOLLOWERS}


def goes_back(session: Session, from_id: int, into_id: int, moved: Mapping[str, Sequence[int]]) -> None:
    """Have what was moved, and was not moved on or deleted since, follow the first resource again."""
    for each in FOLLOWERS:
        for ids in _portions(moved.get(each.name, ())):
            back = update(each.table).where(each.table.c.id.in_(ids), each.resource == into_id)
            session.execute(back.values({each.column: from_id}))
    _add_up(session, from_id, into_id, _without)
    session.expire_all()


def drop_left(session: Session, from_id: int) -> None:
    """Delete the rows that ``move`` left where they were."""
    for each in FOLLOWERS:
        if each.beside:
            session.execute(delete(each.table).where(each.resource == from_id))


def _move(session: Session, follower: Follower, from_id: int, into_id: int) -> list[int]:
    table, other = follower.table, follower.table.alias()
    query = select(table.c.id).where(follower.resource == from_id)
    if follower.beside:
        same = [table.c[name] == other.c[name] for name in follower.beside]
        query = query.where(~select(other.c.id).where(other.c[follower.column] == into_id, *same).exists())
    ids = list(session.scalars(query.order_by(table.c.id).with_for_update(of=table)))
    for some in _portions(ids):
        session.execute(update(table).where(table.c.id.in_(some)).values({follower.column: into_id}))
    session.expire_all()
    return ids


def _add_up(session: Session, from_id: int, into_id: int, change: Callable[[Opening, Opening], None]) -> None:
    """Change what is counted of who opened both."""
    other = aliased(Opening)
    same = (other.context_id == Opening.context_id) & (other.person_id == Opening.person_id)
    both = select(Opening, other).join(other, same).where(Opening.resource_id == into_id, other.resource_id == from_id)
    for kept, merged in session.execute(both).all():
        change(kept, merged)
    session.flush()


def _with(kept: Opening, merged: Opening) -> None:
    kept.times += merged.times
    kept.first_opened_at = min(kept.first_opened_at, merged.first_opened_at)
    kept.last_opened_at = max(kept.last_opened_at, merged.last_opened_at)
    kept.read_at = min((each for each in (kept.read_at, merged.read_at) if each), default=None)


def _without(kept: Opening, merged: Opening) -> None:
    kept.times = max(1, kept.times - merged.times)


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
