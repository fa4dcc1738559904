"""The task that has the index follow the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock, Thread
from typing import Any, cast

from flask import current_app

from catalog import drift, indexing
from lrc.celery import INDEXING, every, task
from lrc.db import transaction
from search.engine import Index, IndexBusy, IndexUnavailable, current_index

log = logging.getLogger(__name__)
CHECK = "catalog.check_index"
CHECK_EVERY_S = 24 * 3600.0
FEW = 200
"""So many are written in the task itself; where more wait all are beside it, that single changes need not wait."""
BESIDE_WAIT_S = 0.5
"""Joining many small pieces takes less; large ones take minutes, and changes are to be found within two seconds."""
_filling, _merging = Lock(), Lock()


def schedule() -> None:
    """Have beat compare the index with the database once a day."""
    every(CHECK_EVERY_S, CHECK)


@task(indexing.BRING_UP_TO_DATE, queue=INDEXING)
def bring_index_up_to_date(resource_id: int | None = None) -> None:
    """Write a resource that changed, before all else that the index lacks; makes the index anew if it is of no use."""
    index = current_index()
    try:
        if resource_id is not None:
            indexing.bring(index, resource_id)
        indexing.bring_few(index, FEW)
    except IndexBusy as error:
        # Whoever writes takes up everything that lags; what comes too late for that the reconciler sees.
        log.info("left to who writes the index now: %s", error.detail)
    if indexing.is_behind():
        _beside(_fill, _filling, index)
    _beside(_merge, _merging, index)


def _beside(work: Callable[[Index], None], lock: Lock, index: Index) -> None:
    """Do it in a thread, unless one is at it; what changes meanwhile waits for it no longer than BESIDE_WAIT_S."""
    app = cast(Any, current_app)._get_current_object()

    def run() -> None:
        try:
            with app.app_context():
                work(index)
        except IndexBusy as error:
            log.info("left to who writes the index now: %s", error.detail)
        except IndexUnavailable as error:
            log.warning("the index was not seen to, the next task tries again: %s", error.detail)
        finally:
            lock.release()

    if lock.acquire(blocking=False):
        thread = Thread(target=run, name=work.__name__, daemon=True)
        thread.start()
        thread.join(BESIDE_WAIT_S)


def _fill(index: Index) -> None:
    log.info("indexed %s resources", indexing.bring_up_to_date(index, wait_s=0.0))


def _merge(index: Index) -> None:
    index.merge()
    if not indexing.is_behind():
        index.merge(thoroughly=True)


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
