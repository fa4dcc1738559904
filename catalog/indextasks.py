"""The task that has the index follow the database."""

from __future__ import annotations

import logging

from catalog import indexing
from lrc.celery import INDEXING, task
from search.engine import IndexBusy, current_index

log = logging.getLogger(__name__)


@task(indexing.BRING_UP_TO_DATE, queue=INDEXING)
def bring_index_up_to_date() -> None:
    """Write what the index lacks; makes the index anew where it cannot be used."""
    index = current_index()
    try:
        done = indexing.bring_up_to_date(index)
        if done:
            index.merge()
    except IndexBusy as error:
        # Whoever writes takes up everything that lags; what comes too late for that the reconciler sees.
        log.info("left to who writes the index now: %s", error.detail)
        return
    log.info("indexed %s resources", done)
