"""Which stored objects are looked at, in which order: files, their covers and what stands beside them; the longest
unseen first."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Integer, and_, func, literal, null, or_, select, true
from sqlalchemy.orm import Session

from catalog.extract.refusal import Failure
from catalog.models import NEVER, File, FileState, FixityCheck, Rendition

# What was never read yet is proven when it is; what came otherwise than it was sent is kept from everybody anyway.
_SETTLED = and_(File.state.notin_((FileState.RECEIVED, FileState.READING)), File.failure != Failure.ALTERED)


@dataclass(frozen=True)
class Held:
    """An object that storage should hold: its size, None where nobody noted it, and its SHA-256 in hex, or empty."""

    key: str
    file_id: int
    rendition_id: int | None
    size_bytes: int | None
    sha256: str
    checked_at: datetime | None
    is_cover: bool = False
    """The cover of the file."""


def first(session: Session, count: int, *, before: datetime, unsound_only: bool = False) -> list[Held]:
    """So many of those not looked at since ``before``, the longest unseen (or never seen) first."""
    few = [[_held(row) for row in session.execute(_of(query, before, unsound_only).limit(count))] for query in _QUERIES]
    return list(islice(heapq.merge(*few, key=lambda each: (each.checked_at or NEVER, each.file_id)), count))


def count(session: Session, *, before: datetime, unsound_only: bool = False) -> int:
    """How many were not looked at since ``before``."""
    return sum(
        session.scalar(select(func.count()).select_from(_of(query, before, unsound_only).order_by(None).subquery()))
        or 0
        for query in _QUERIES
    )


def of_file(session: Session, file: File) -> list[Held]:
    """A file and all that stands beside it."""
    return [_held(row) for query in _QUERIES for row in session.execute(query.where(File.id == file.id).order_by(None))]


_SEEN_AT = func.coalesce(FixityCheck.checked_at, literal(NEVER, FixityCheck.checked_at.type))
_FILES: Any = (
    select(File.key, File.id, null().cast(Integer), File.size_bytes, File.sha256, FixityCheck.checked_at)
    .select_from(File)
    .outerjoin(FixityCheck, FixityCheck.key == File.key)
    .where(_SETTLED)
    .order_by(_SEEN_AT, File.id)
)
_RENDITIONS: Any = (
    select(
        Rendition.key,
        File.id,
        Rendition.id,
        Rendition.size_bytes,
        func.coalesce(FixityCheck.sha256, ""),
        FixityCheck.checked_at,
    )
    .select_from(Rendition)
    .join(Rendition.file)
    .outerjoin(FixityCheck, FixityCheck.key == Rendition.key)
    .where(_SETTLED)
    .order_by(_SEEN_AT, File.id)
)
_COVERS: Any = (
    select(
        File.cover_key,
        File.id,
        null().cast(Integer).label("rendition_id"),
        null().cast(Integer).label("size_bytes"),
        func.coalesce(FixityCheck.sha256, ""),
        FixityCheck.checked_at,
        true(),
    )
    .select_from(File)
    .outerjoin(FixityCheck, FixityCheck.key == File.cover_key)
    .where(_SETTLED, File.cover_key != "")
    .order_by(_SEEN_AT, File.id)
)
_QUERIES = (_FILES, _RENDITIONS, _COVERS)


def _of(query: Any, before: datetime, unsound_only: bool) -> Any:
    unseen = query.where(or_(FixityCheck.checked_at.is_(None), FixityCheck.checked_at < before))
    return unseen.where(FixityCheck.damaged_at.is_not(None)) if unsound_only else unseen


def _held(row: Any) -> Held:
    return Held(*row)
