"""The task that looks now and then for materials that are alike, and settles what was merged long ago."""

from __future__ import annotations

import logging

from catalog.merging import likeness, merges
from lrc.celery import READING, every, task
from lrc.db import transaction

log = logging.getLogger(__name__)
LOOK = "catalog.look_for_duplicates"
EVERY_S = 24 * 3600.0


def schedule() -> None:
    """Have beat look once a day."""
    every(EVERY_S, LOOK)


@task(LOOK, queue=READING)
def look_for_duplicates() -> None:
    """Write down which materials are alike, found before, so that nobody waits for the search to write."""
    with transaction(writing=False) as session:
        found = likeness.find(session)
    with transaction() as session:
        likeness.keep(session, found)
        merges.forget_old(session)
        let_go = merges.let_files_go(session)
    log.info("%s pairs of materials may be the same; %s files of merged ones let go", len(found), let_go)
