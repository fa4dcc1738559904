"""The digest: counting, about once a day, what is new in each saved search of which its person wants to hear."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from lrc.celery import DELIVERY, every, task
from lrc.db import transaction, utcnow
from lti import groups
from search import saving, teaching
from search.dictionary import Dictionary
from search.engine import Index, IndexMissing, IndexUnavailable, current_index
from search.models import SavedSearch

log = logging.getLogger(__name__)
COUNT_NEW = "search.count_new"
EVERY_S = 1800.0
COUNTED_AGAIN_AFTER = timedelta(hours=20)
MOST_AT_ONCE = 500


def schedule() -> None:
    """Have beat count a part of them now and then: each once in COUNTED_AGAIN_AFTER."""
    every(EVERY_S, COUNT_NEW)


def due(most: int = MOST_AT_ONCE) -> Select[SavedSearch]:
    """Those that were not counted for long, the longest first."""
    before = utcnow() - COUNTED_AGAIN_AFTER
    query = select(SavedSearch).where(
        SavedSearch.tells, or_(SavedSearch.checked_at.is_(None), SavedSearch.checked_at < before)
    )
    return query.order_by(SavedSearch.checked_at.is_not(None), SavedSearch.checked_at, SavedSearch.id).limit(most)


@task(COUNT_NEW, queue=DELIVERY)
def count_new() -> None:
    """Count what is due, without holding the database meanwhile."""
    with transaction(writing=False) as session:
        found = list(session.scalars(due()))
        dictionary = teaching.live(session)
        audiences = groups.audiences_of(session, (each.institution_id for each in found))
    if not found:
        return
    try:
        counted = [(saved, _new_in(current_index(), saved, audiences, dictionary)) for saved in found]
    except (IndexMissing, IndexUnavailable) as error:
        log.warning("saved searches wait to be counted: %s", error.detail or error)
        return
    with transaction() as session:
        for saved, fresh in counted:
            keep(session, saved, fresh)
    log.info("%s saved searches counted, %s with something new", len(counted), sum(1 for _, new in counted if new))


def keep(session: Session, saved: SavedSearch, fresh: int) -> None:
    """Keep a count, unless the search was looked at or deleted since ``saved`` was read."""
    is_same = (SavedSearch.id == saved.id, SavedSearch.looked_at == saved.looked_at)
    session.execute(update(SavedSearch).where(*is_same).values(fresh=fresh, checked_at=utcnow()))


def _new_in(index: Index, saved: SavedSearch, audiences: Mapping[int, frozenset[str]], dictionary: Dictionary) -> int:
    """For what its person may see from any course: what is for everybody of their institution."""
    return saving.count_new(index, saved, audiences[saved.institution_id], dictionary)
