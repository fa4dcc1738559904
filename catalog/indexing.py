"""Keeps the index as the database says: the database is the truth, and a revision tells what the index lacks.

A resource's ``revision`` grows with every change of what is found; ``indexed_revision`` is the one that the index
holds. The index is written first and the database told afterwards: killed anywhere, the same is done again.

One change is written at once. Many are taken in by one process at a time, beside which single changes are written: of
many those first that are no longer to be found, then those that are found as they were, then the newest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, Table, bindparam, func, inspect, select, true, update
from sqlalchemy.orm import Session, joinedload

from catalog import documents
from catalog.models import Resource, ResourceState
from catalog.vocabularies import state, terms
from lrc.celery import enqueue
from lrc.db import transaction
from search.documents import Document
from search.engine import Index, IndexUnavailable, current_index

log = logging.getLogger(__name__)
BRING_UP_TO_DATE = "catalog.bring_index_up_to_date"
BATCH = 20_000
"""Resources an index commit: what is done again after a kill takes some seconds."""
_READ_AT_ONCE, _ASK_AT_ONCE, _MARK_AT_ONCE = 500, 2_000, 2_000
_LACKING = Resource.revision != Resource.indexed_revision
_FOUND = Resource.state == ResourceState.PUBLISHED
_ANY = true()
_KNOWN = Resource.indexed_revision > 0
_AFTER_ALL = 2**31 - 1
"""No id is as large."""
Progress = Callable[[int], None]


class _Read(NamedTuple):
    """The revision of a resource that went into the index, to be told to the database, which has another one."""

    resource_id: int
    revision: int
    vocabularies: int
    """The revision of all vocabularies, by which its words were understood."""


class _AlreadyRebuilt(Exception):
    """Another process made the index anew while this one waited to."""


def changed(session: Session, resource: Resource) -> None:
    """Note that what is found of a resource has changed, and have the index follow after the commit."""
    if inspect(resource).persistent:
        # Added by the database: of two changes at the same time each must count.
        resource.revision = Resource.revision + 1
        enqueue(session, BRING_UP_TO_DATE, resource.id)
    else:  # a new one is unindexed as it is
        enqueue(session, BRING_UP_TO_DATE)


def changed_together(session: Session, resources: Sequence[Resource]) -> None:
    """As changed, of many that are in the database: one task sees to them all."""
    for resource in resources:
        resource.revision = Resource.revision + 1
    if resources:
        enqueue(session, BRING_UP_TO_DATE)


def reconcile(session: Session) -> None:
    """Have the index follow where it lags behind or cannot be used, whatever became of the task that should have.

    And have its pieces joined where `lrc import` or `lrc reindex` left some.
    """
    index = current_index()
    if lag(session) or not _is_usable(index) or index.is_scattered():
        enqueue(session, BRING_UP_TO_DATE)


def lag(session: Session) -> int:
    """How many resources have changed since they were indexed."""
    return session.scalar(select(func.count()).select_from(Resource).where(_LACKING)) or 0


def found_count(session: Session) -> int:
    """How many resources a whole index holds."""
    return session.scalar(select(func.count()).select_from(Resource).where(_FOUND)) or 0


def bring(index: Index, resource_id: int) -> None:
    """Write one resource, or take it out, where the index lacks its change: nothing else is waited for."""
    ensure_usable(index)
    if is_behind(Resource.id == resource_id):
        _write(index, _LACKING & (Resource.id == resource_id), limit=1)


def bring_up_to_date(
    index: Index, *, batch: int = BATCH, wait_s: float | None = None, progress: Progress = lambda done: None
) -> int:
    """Write what the index lacks, one commit for each ``batch``; returns how many resources that were.

    An index that is missing, unreadable or outdated is made anew first. Raises IndexBusy where another process
    does the same for too long, ``wait_s`` if given; that one, or the reconciler, then sees to it.
    """
    ensure_usable(index)
    total = 0
    while is_behind():
        with index.filling(wait_s=wait_s):
            total += _fill(index, batch, progress)
    return total


def bring_few(index: Index, most: int) -> None:
    """Write what the index lacks if that is not more. Raises IndexBusy where another process is at it."""
    ensure_usable(index)
    with transaction(writing=False) as session:
        few = 0 < lag(session) <= most
    if few:
        with index.filling(wait_s=0.0):
            _write(index, _LACKING, most)


def _fill(index: Index, batch: int, progress: Progress) -> int:
    total = 0
    # What comes first is looked for until there is none, not before every batch: among a million that takes a while.
    while done := _write(index, _LACKING & ~_FOUND, batch):
        total += done
    for which in (_KNOWN, ~_KNOWN):
        while done := _take_in(index, _LACKING & _FOUND & which, batch, progress):
            total += done
    return total


def ensure_usable(index: Index) -> None:
    """Make the index anew where it is missing, cannot be read or was made by another version."""
    try:
        index.count()
    except IndexUnavailable as error:
        with transaction(writing=False) as session:
            is_first = session.scalar(select(Resource.id).where(Resource.indexed_revision > 0).limit(1)) is None
        if is_first:
            log.info("the first index is made")
        else:
            log.warning("the index is made anew from the database: %s", error.detail)
        _rebuild(index, lambda done: None, only_if_unusable=True, is_first=is_first)


def rebuild(index: Index, *, progress: Progress = lambda done: None) -> None:
    """Fill a new index beside the live one, put it in its place, and take in what changed meanwhile."""
    _rebuild(index, progress, only_if_unusable=False, is_first=False)
    bring_up_to_date(index)


def _rebuild(index: Index, progress: Progress, *, only_if_unusable: bool, is_first: bool) -> None:
    read: list[_Read] = []

    def everything() -> Iterator[Document]:
        # Looked at here because here the writer's lock is held: who waited for it may find the work done.
        if only_if_unusable and _is_usable(index):
            raise _AlreadyRebuilt
        if not is_first:  # where nothing was ever indexed, batches fill the new index, and survive a kill
            yield from _documents(_FOUND, read, progress)

    try:
        index.rebuild(everything())
    except _AlreadyRebuilt:
        log.info("another process made the index anew")
    else:
        _mark(read)


def _is_usable(index: Index) -> bool:
    try:
        index.count()
    except IndexUnavailable:
        return False
    return True


def is_behind(which: ColumnElement[bool] = _ANY) -> bool:
    """Whether the index lacks anything, or anything of some resources."""
    with transaction(writing=False) as session:
        return session.scalar(select(Resource.id).where(_LACKING, which).limit(1)) is not None


def _write(index: Index, which: ColumnElement[bool], limit: int) -> int:
    """Write up to so many of what is found, and take out as many of what is not; returns how many these were."""
    if not is_behind(which):
        return 0
    # Both generators are read under the writer's lock: nobody can write a newer state of the same rows in between.
    read: list[_Read] = []
    index.write(_documents(which & _FOUND, read, limit=limit), _deleted(which, read, limit))
    _mark(read)
    return len(read)


def _take_in(index: Index, which: ColumnElement[bool], batch: int, progress: Progress) -> int:
    """Have a batch taken in while others write; returns how many."""
    if not is_behind(which):
        return 0
    read: list[_Read] = []
    dropped: set[str] = set()

    def outdated(ids: Sequence[str]) -> set[str]:
        found = _outdated(ids, {str(each.resource_id): each.revision for each in read})
        dropped.update(found)
        return found

    if not index.take_in(_documents(which, read, progress, batch), outdated):
        return 0
    taken = [each for each in read if str(each.resource_id) not in dropped]
    _mark(taken)
    return len(taken)


def _outdated(ids: Sequence[str], revisions: Mapping[str, int]) -> set[str]:
    """Those that changed since they were read."""
    outdated = set(ids)
    with transaction(writing=False) as session:
        for start in range(0, len(ids), _ASK_AT_ONCE):
            some = list(map(int, ids[start : start + _ASK_AT_ONCE]))
            query = select(Resource.id, Resource.revision).where(Resource.id.in_(some), _FOUND)
            outdated -= {str(id_) for id_, now in session.execute(query) if revisions[str(id_)] == now}
    return outdated


def _documents(
    which: ColumnElement[bool],
    read: list[_Read],
    progress: Progress = lambda done: None,
    limit: int | None = None,
) -> Iterator[Document]:
    """Documents, the newest first, noting in ``read`` what each was when it was read."""
    before = _AFTER_ALL
    while (wanted := _READ_AT_ONCE if limit is None else min(_READ_AT_ONCE, limit - len(read))) > 0:
        with transaction(writing=False) as session:
            known = state.revision(session)
            resources = session.scalars(
                select(Resource)
                .where(which, Resource.id < before)
                .order_by(Resource.id.desc())
                .limit(wanted)
                .options(joinedload(Resource.file))
            ).all()
            loaded = documents.load(session, resources)
        if not loaded:
            return
        taken = resources[: len(loaded)]
        yield from loaded
        read.extend(_Read(each.id, each.revision, known) for each in taken if each.revision != each.indexed_revision)
        before = taken[-1].id
        progress(len(taken))


def _deleted(which: ColumnElement[bool], read: list[_Read], limit: int) -> Iterator[str]:
    """The ids of resources that are not, or no longer, to be found."""
    with transaction(writing=False) as session:
        known = state.revision(session)
        query = select(Resource.id, Resource.revision).where(which, ~_FOUND).order_by(Resource.id).limit(limit)
        rows = session.execute(query).all()
    written = {each.resource_id for each in read}
    for resource_id, revision in rows:
        if resource_id not in written:
            read.append(_Read(resource_id, revision, known))
            yield str(resource_id)


def _mark(read: Sequence[_Read]) -> None:
    """Tell the database what the index holds; where a row changed meanwhile, its newer revision stays to be done."""
    table = cast(Table, Resource.__table__)
    statement = update(table).where(table.c.id == bindparam("row_id"))
    for start in range(0, len(read), _MARK_AT_ONCE):
        some = read[start : start + _MARK_AT_ONCE]
        rows = [{"row_id": each.resource_id, "indexed_revision": each.revision} for each in some]
        with transaction() as session:
            session.execute(statement, rows)
            terms.note_uses(session, {each.resource_id: each.vocabularies for each in some})
