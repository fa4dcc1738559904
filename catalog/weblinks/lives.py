"""What tries to open an address tell of it over time: alive, moved or dead, and when it is to be tried again."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from catalog.models import Resource, ResourceState, WebLink, WebLinkState
from catalog.weblinks import addresses, following
from catalog.weblinks.asking import Life, Seen
from lrc.db import utcnow

EVERY = {True: timedelta(days=14), False: timedelta(days=60)}
"""How often what answers is asked again: what somebody pasted, and what came with an import."""
AGAIN_AFTER = (timedelta(hours=1), timedelta(days=1), timedelta(days=2), timedelta(days=4), timedelta(days=8))
"""After the first, second... failure; after more of them as after the last but what is dead, which is left alone."""
DEAD_EVERY = timedelta(days=30)
GONE_TRIES, GONE_FOR = 2, timedelta(days=1)
FAILED_TRIES, FAILED_FOR = 4, timedelta(days=3)
"""So often and for so long it must fail to be dead: what its site says is gone, and what does not answer well."""
LEASE = timedelta(minutes=15)
"""Who was handed an address has so long to ask it, before another may."""
MOMENT = timedelta(seconds=30)
MOST_A_ROUND, MOST_A_HOST = 40, 5
_LOOKED_AT = 400


def due(session: Session) -> list[WebLink]:
    """Hand out what is to be asked now: MOST_A_ROUND at most, of one host MOST_A_HOST; nobody else is handed the same.

    What somebody just pasted comes first. What leads elsewhere by now, since an import, has its turn anew.
    """
    now = utcnow()
    query = select(WebLink).join(WebLink.resource).where(WebLink.due_at <= now, *_IS_WANTED)
    query = query.order_by(WebLink.is_to_be_read.desc(), WebLink.due_at, WebLink.resource_id).limit(_LOOKED_AT)
    query = query.options(contains_eager(WebLink.resource)).with_for_update(of=WebLink, skip_locked=True)
    found = session.scalars(query).all()
    strayed = {each.resource_id: url for each in found if (url := addresses.of(each.resource)) != each.url}
    following.keep(session, strayed, dict.fromkeys(strayed, now))
    chosen: list[WebLink] = []
    taken: Counter[str] = Counter()
    for each in found:
        if each.resource_id not in strayed and len(chosen) < MOST_A_ROUND and taken[each.host] < MOST_A_HOST:
            taken[each.host] += 1
            each.due_at = now + LEASE
            chosen.append(each)
    return chosen


_IS_WANTED = (Resource.state != ResourceState.WITHDRAWN,)


def was_just_asked(link: WebLink) -> bool:
    """Was it asked a moment ago, so that asking again would tell nothing new?"""
    return not link.is_to_be_read and link.checked_at is not None and link.checked_at > utcnow() - MOMENT


def get_for_note(session: Session, resource_id: int) -> WebLink | None:
    """The address of a resource, held against others' changes."""
    return session.scalar(select(WebLink).where(WebLink.resource_id == resource_id).with_for_update())


def note(link: WebLink, seen: Seen) -> None:
    """Note how a try ended, and when the next one is due. What cannot be seen from here is unknown, not dead."""
    now = utcnow()
    link.checked_at, link.status, link.failure = now, seen.status, seen.failure
    if seen.life in (Life.ANSWERED, Life.MOVED, Life.UNSEEN):
        link.tries, link.failing_at = 0, None
        link.moved_to = seen.moved_to
        _settle(link, _STATES[seen.life], now)
        link.due_at = now + EVERY[link.resource.owner_id is not None] * random.uniform(0.8, 1.2)  # noqa: S311
        return
    link.tries += 1
    link.failing_at = link.failing_at or now
    if _is_dead(link, seen, now):
        _settle(link, WebLinkState.DEAD, now)
    wait = DEAD_EVERY if link.state is WebLinkState.DEAD else AGAIN_AFTER[min(link.tries, len(AGAIN_AFTER)) - 1]
    link.due_at = now + wait * random.uniform(1.0, 1.2)  # noqa: S311 (no secret)


_STATES = {Life.ANSWERED: WebLinkState.ALIVE, Life.MOVED: WebLinkState.MOVED, Life.UNSEEN: WebLinkState.UNKNOWN}


def _is_dead(link: WebLink, seen: Seen, now: datetime) -> bool:
    tries, lasting = (GONE_TRIES, GONE_FOR) if seen.life is Life.GONE else (FAILED_TRIES, FAILED_FOR)
    return link.tries >= tries and link.failing_at is not None and now - link.failing_at >= lasting


def _settle(link: WebLink, state: WebLinkState, now: datetime) -> None:
    if link.state is not state:
        link.state, link.since = state, now


def to_be_mended(institution_id: int, which: Sequence[WebLinkState]) -> Select[WebLink]:
    """The addresses of an institution's resources in these states, the longest so first."""
    query = select(WebLink).join(WebLink.resource)
    query = query.where(WebLink.state.in_(which), Resource.institution_id == institution_id, *_IS_WANTED)
    return query.options(contains_eager(WebLink.resource)).order_by(WebLink.since, WebLink.resource_id)


def count(session: Session, institution_id: int, which: Sequence[WebLinkState]) -> int:
    """How many those are."""
    mended = to_be_mended(institution_id, which).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(mended)) or 0
