"""What beat does for the log of searches: forget who sought what today, and what is too old."""

from __future__ import annotations

from lrc.celery import DELIVERY, every, task
from lrc.db import transaction
from search import soughtlog

FORGET_SEARCHES = "search.forget_searches"
EVERY_S = 1800.0


def schedule() -> None:
    """Have beat forget now and then, soon after midnight too."""
    every(EVERY_S, FORGET_SEARCHES)


@task(FORGET_SEARCHES, queue=DELIVERY)
def forget() -> None:
    with transaction() as session:
        soughtlog.forget(session)
