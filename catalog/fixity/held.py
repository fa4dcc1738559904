"""Which stored objects are looked at, in which order: files, their covers and what stands beside them, and pictures of
others; the longest unseen first."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    String,
    and_,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from catalog.extract.refusal import Failure
from catalog.models import NEVER, Collection, File, FileState, FixityCheck, Rendition

# What was never read yet is proven when it is; what came otherwise than it was sent is kept from everybody anyway.
_SETTLED = and_(File.state.notin_((FileState.RECEIVED, FileState.READING)), File.failure != Failure.ALTERED)
_SEEN_AT = func.coalesce(FixityCheck.checked_at, literal(NEVER, FixityCheck.checked_at.type))


@dataclass(frozen=True)
class Held:
    """An object that storage should hold: its size, None where nobody noted it, and its SHA-256 in hex, or empty.

    It is a file's, where that has an id: the file itself, a rendition or its cover. Else it is a picture that a
    collection has, or, by its name, a module or a course.
    """

    key: str
    checked_at: datetime | None
    sha256: str
    size_bytes: int | None
    file_id: int | None
    rendition_id: int | None
    is_cover: bool
    collection_id: int | None
    resource_id: int | None
    name: str | None


_TYPES = {
    "size_bytes": BigInteger,
    "file_id": Integer,
    "rendition_id": Integer,
    "is_cover": Boolean,
    "collection_id": Integer,
    "resource_id": Integer,
    "name": String,
}


@dataclass(frozen=True)
class Source:
    """Objects of one sort: the column of their keys, and a query for what Held says of them, in order."""

    key: ColumnElement[str]
    query: Any


def source(key: Any, *, sha256: Any = None, **columns: Any) -> Source:
    """The objects under the keys of a column, of which other columns say what Held says."""
    told = [
        columns.get(name, null().cast(type_) if type_ is not Boolean else ~true()).label(name)
        for name, type_ in _TYPES.items()
    ]
    known = func.coalesce(FixityCheck.sha256, "") if sha256 is None else sha256
    query = select(key.label("key"), FixityCheck.checked_at, known.label("sha256"), *told)
    return Source(key, query.outerjoin_from(key.class_, FixityCheck, FixityCheck.key == key).order_by(_SEEN_AT, key))


def _of_files(key: Any, **columns: Any) -> Source:
    made = source(key, file_id=File.id, **columns)
    query = made.query if key.class_ is File else made.query.join(File, File.id == key.class_.file_id)
    return Source(key, query.where(_SETTLED, key != ""))


_FILES = (
    _of_files(File.key, sha256=File.sha256, size_bytes=File.size_bytes),
    _of_files(Rendition.key, rendition_id=Rendition.id, size_bytes=Rendition.size_bytes),
    _of_files(File.cover_key, is_cover=true()),
)
_own_covers = source(Collection.cover_key, collection_id=Collection.id)
_SOURCES = [*_FILES, Source(_own_covers.key, _own_covers.query.where(Collection.cover_key != ""))]


def also(other: Source) -> None:
    """Look at the objects of another room, too."""
    _SOURCES.append(other)


def first(session: Session, count: int, *, before: datetime, unsound_only: bool = False) -> list[Held]:
    """So many of those not looked at since ``before``, the longest unseen (or never seen) first."""
    few = [
        [Held(*row) for row in session.execute(_of(each.query, before, unsound_only).limit(count))] for each in _SOURCES
    ]
    return list(islice(heapq.merge(*few, key=lambda each: each.checked_at or NEVER), count))


def count(session: Session, *, before: datetime, unsound_only: bool = False) -> int:
    """How many were not looked at since ``before``."""
    return sum(
        session.scalar(
            select(func.count()).select_from(_of(each.query, before, unsound_only).order_by(None).subquery())
        )
        or 0
        for each in _SOURCES
    )


def of_file(session: Session, file: File) -> list[Held]:
    """A file and all that stands beside it."""
    return [Held(*row) for each in _FILES for row in session.execute(each.query.where(File.id == file.id))]


def is_named(session: Session, key: str) -> bool:
    """Whether an object still is one of those that are looked at."""
    return any(session.execute(each.query.where(each.key == key)).first() for each in _SOURCES)


def forget_gone(session: Session) -> None:
    """Forget what was found of covers and pictures that nobody has any more; the rest goes with its file."""
    named = union_all(*(select(each.key) for each in _SOURCES[len(_FILES) - 1 :]))
    theirs = or_(FixityCheck.file_id.is_(None), FixityCheck.key.startswith("covers/"))
    gone = delete(FixityCheck).where(theirs, FixityCheck.key.notin_(named))
    session.execute(gone.execution_options(synchronize_session=False))


def _of(query: Any, before: datetime, unsound_only: bool) -> Any:
    unseen = query.where(or_(FixityCheck.checked_at.is_(None), FixityCheck.checked_at < before))
    return unseen.where(FixityCheck.damaged_at.is_not(None)) if unsound_only else unseen
