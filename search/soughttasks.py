"""What beat does for what is sought: forget who sought what, and measure the judged queries once a day."""

from __future__ import annotations

import logging

from flask import current_app

from lrc.celery import DELIVERY, INDEXING, every, task
from lrc.db import transaction
from search import judging, soughtlog, teaching
from search.engine import IndexMissing, IndexUnavailable, current_index

log = logging.getLogger(__name__)
FORGET_SEARCHES, MEASURE_JUDGED = "search.forget_searches", "search.measure_judged"
FORGET_EVERY_S = 1800.0
MEASURE_EVERY_S = 24 * 3600.0


def schedule() -> None:
    """Have beat forget now and then, soon after midnight too, and measure."""
    every(FORGET_EVERY_S, FORGET_SEARCHES)
    every(MEASURE_EVERY_S, MEASURE_JUDGED)


@task(FORGET_SEARCHES, queue=DELIVERY)
def forget() -> None:
    with transaction() as session:
        soughtlog.forget(session)


@task(MEASURE_JUDGED, queue=INDEXING)
def measure() -> None:
    """Ask all judged queries and keep the figures; nothing where none is judged or the index cannot be read."""
    with transaction(writing=False) as session:
        asked = judging.judged(session)
        dictionary, revision = teaching.live(session), teaching.revision_of(session)
    if not asked:
        return
    try:
        ranks = judging.ranks(current_index(), asked, dictionary)
    except (IndexMissing, IndexUnavailable) as error:
        log.warning("judged queries were not measured: %s", error)
        return
    with transaction() as session:
        judging.record(session, ranks, engine=current_app.config["LRC_SETTINGS"].search_engine, revision=revision)
