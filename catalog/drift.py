"""Compares the index with the database, which is the truth: tells what is missing, left over or old, and mends it."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.models import Resource, ResourceState
from lrc.celery import enqueue
from search.documents import Query
from search.engine import Index

SAMPLE = 200
"""Resources that are sought by their own title."""
_IDS_AT_ONCE = 500
_NAMESAKES = 20_000


@dataclass(frozen=True)
class Drift:
    """Where the index differs from the database; ids of resources. What only waits for the index is no difference."""

    in_database: int
    in_index: int
    waiting: int
    missing: Sequence[int]
    """Published, said to be indexed, and not in the index."""
    stray: Sequence[str]
    """In the index, and not published (any more)."""
    outdated: Sequence[int]
    """In the index in an earlier state than the database believes."""
    sampled: int
    unfound: Sequence[int]
    """Of the sample: in the index, and not found by their own title."""

    @property
    def is_none(self) -> bool:
        return not (self.missing or self.stray or self.outdated or self.unfound)


def find(session: Session, index: Index, *, sample: int = SAMPLE) -> Drift:
    """Compare counts and revisions of everything, and look for a sample by title.

    The database is read before the index and again where they differ, so that what changes meanwhile is no drift.
    Raises IndexUnavailable where there is nothing to compare with.
    """
    published = _published(session)
    held = dict(index.holds())
    missing = [each for each, (revision, told) in published.items() if revision == told and str(each) not in held]
    outdated = [each for each, (_, told) in published.items() if held.get(str(each), told) < told]
    known = set(map(str, published))
    stray = [each for each in held if each not in known]
    settled = [each for each, (revision, told) in published.items() if revision == told and str(each) in held]
    chosen = random.sample(settled, min(sample, len(settled)))
    return Drift(
        in_database=len(published),
        in_index=len(held),
        waiting=indexing.lag(session),
        missing=_still(session, missing),
        stray=_still_not(session, stray),
        outdated=_still(session, outdated),
        sampled=len(chosen),
        unfound=_unfound(session, index, chosen),
    )


def mend(session: Session, index: Index, drift: Drift) -> None:
    """Have the index follow where it differs: what is wrong is indexed anew, what is left over is deleted."""
    wrong = {*drift.missing, *drift.outdated, *drift.unfound}
    for ids in _parts(sorted(wrong)):
        session.execute(
            update(Resource).where(Resource.id.in_(ids)).values(revision=Resource.revision + 1),
            execution_options={"synchronize_session": False},
        )
    if drift.stray:
        index.write(deleted=drift.stray)
    if wrong:
        enqueue(session, indexing.BRING_UP_TO_DATE)


def _published(session: Session) -> dict[int, tuple[int, int]]:
    """Id -> the revision and the one that was told to be in the index, of all that is to be found."""
    query = select(Resource.id, Resource.revision, Resource.indexed_revision).where(
        Resource.state == ResourceState.PUBLISHED
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def _still(session: Session, ids: Sequence[int]) -> list[int]:
    """Of these those that are published and settled now as well."""
    query = select(Resource.id).where(
        Resource.state == ResourceState.PUBLISHED, Resource.revision == Resource.indexed_revision
    )
    return [found for some in _parts(ids) for found in session.scalars(query.where(Resource.id.in_(some)))]


def _still_not(session: Session, held: Collection[str]) -> list[str]:
    """Of these ids those of which nothing is published now either, nor waits for the index to forget it."""
    numbers = [int(each) for each in held if each.isdecimal()]
    kept: set[str] = set()
    for some in _parts(numbers):
        accounted = (Resource.state == ResourceState.PUBLISHED) | (Resource.revision != Resource.indexed_revision)
        kept.update(map(str, session.scalars(select(Resource.id).where(Resource.id.in_(some), accounted))))
    return [each for each in held if each not in kept]


def _unfound(session: Session, index: Index, ids: Sequence[int]) -> list[int]:
    return [each for each, query in _titles(session, ids) if str(each) not in index.ids(query)]


def _titles(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Query]]:
    for some in _parts(ids):
        rows = session.execute(select(Resource.id, Resource.title, Resource.audience).where(Resource.id.in_(some)))
        for resource_id, title, audience in rows:
            # Quotes and colons in a title would be read as operators.
            words = "".join(letter if letter.isalnum() else " " for letter in title)
            if words.strip():
                yield resource_id, Query(words, frozenset({audience}), limit=_NAMESAKES)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[start : start + _IDS_AT_ONCE]
