"""The task that has the index follow the database."""

from __future__ import annotations

import logging
from threading import Lock, Thread

from catalog import drift, indexing
from lrc.celery import INDEXING, every, task
from lrc.db import transaction
from search.engine import Index, IndexBusy, IndexUnavailable, current_index

log = logging.getLogger(__name__)
CHECK = "catalog.check_index"
CHECK_EVERY_S = 24 * 3600.0
MERGE_WAIT_S = 1.0
"""Joining many small pieces takes less; large ones take minutes, and changes are to be found within two seconds."""
_merging = Lock()


def schedule() -> None:
    """Have beat compare the index with the database once a day."""
    every(CHECK_EVERY_S, CHECK)


@task(indexing.BRING_UP_TO_DATE, queue=INDEXING)
def bring_index_up_to_date() -> None:
    """Write what the index lacks; makes the index anew where it cannot be used."""
    index = current_index()
    try:
        done = indexing.bring_up_to_date(index)
        if done:
            _merge_beside(index)
    except IndexBusy as error:
        # Whoever writes takes up everything that lags; what comes too late for that the reconciler sees.
        log.info("left to who writes the index now: %s", error.detail)
        return
    log.info("indexed %s resources", done)


def _merge_beside(index: Index) -> None:
    """Join pieces of the index; what changes meanwhile waits for it no longer than MERGE_WAIT_S."""
    thread = Thread(target=_merge, args=(index,), name="merging", daemon=True)
    thread.start()
    thread.join(MERGE_WAIT_S)


def _merge(index: Index) -> None:
    if not _merging.acquire(blocking=False):
        return
    try:
        index.merge()
    except IndexUnavailable as error:
        log.warning("the pieces of the index were not joined, the next write tries again: %s", error.detail)
    finally:
        _merging.release()


@task(CHECK, queue=INDEXING)
def check_index() -> None:
    """Compare the index with the database and mend what differs; the log tells operators."""
    index = current_index()
    try:
        indexing.ensure_usable(index)
        with transaction(writing=False) as session:
            found = drift.find(session, index)
        if found.is_none:
            log.info("index and database agree: %s documents, %s sought by title", found.in_index, found.sampled)
            return
        log.error(
            "index and database differ: %s missing, %s left over, %s old, %s of %s not found by title; mending",
            *(len(each) for each in (found.missing, found.stray, found.outdated, found.unfound)),
            found.sampled,
        )
        with transaction() as session:
            drift.mend(session, index, found)
    except IndexBusy as error:
        log.info("the index is not compared now: %s", error.detail)
