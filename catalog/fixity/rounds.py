"""Rounds over what is stored: some of it every night, all of it by command; each can be gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.fixity import held
from catalog.fixity.held import Held
from catalog.fixity.looking import News, look, note
from catalog.models import FixityRound, RoundKind
from lrc.config import Settings
from lrc.db import transaction, utcnow
from lrc.storage import Storage

AT_ONCE = 50
MOST_OBJECTS = 4000
"""Of a sample; LRC_FIXITY_BYTES bounds what of them is read."""
SILENT = timedelta(minutes=5)
"""A sample without a sign of life for so long was left by whoever was at it."""
_NIGHT_HOURS = range(1, 5)
_AT_NIGHT, _AT_LAST = timedelta(hours=20), timedelta(hours=30)


@dataclass(frozen=True)
class Scope:
    """What a round looks at: all that nobody looked at since it began, or of that only what is known to be damaged."""

    round_id: int
    began_at: datetime
    unsound_only: bool = False


def due_sample(session: Session, settings: Settings) -> FixityRound | None:
    """The sample to go on with, or a new one where it is time for it; None where there is nothing to do now.

    It is time at night, and by day where a night was missed: many a small server is switched off at night.
    """
    now = utcnow()
    last = session.scalar(
        select(FixityRound).where(FixityRound.kind == RoundKind.SAMPLE).order_by(FixityRound.id.desc()).limit(1)
    )
    if last is not None and last.ended_at is None:
        return _touched(last, now) if last.moved_at < now - SILENT else None
    is_night = now.astimezone(ZoneInfo(settings.time_zone)).hour in _NIGHT_HOURS
    if last is not None and now - last.began_at < (_AT_NIGHT if is_night else _AT_LAST):
        return None
    return _begun(session, RoundKind.SAMPLE)


def full(session: Session, *, anew: bool) -> FixityRound:
    """The full round that was not ended, to go on with, or a new one; ``anew``: a new one in any case."""
    left = session.scalars(
        select(FixityRound).where(FixityRound.kind == RoundKind.FULL, FixityRound.ended_at.is_(None))
    ).all()
    if left and not anew:
        return left[-1]
    for each in left:
        each.ended_at = utcnow()
    return _begun(session, RoundKind.FULL)


def of_damaged(session: Session) -> FixityRound:
    """A new round over what is known to be damaged."""
    return _begun(session, RoundKind.DAMAGED)


def _begun(session: Session, kind: RoundKind) -> FixityRound:
    held.forget_gone(session)
    made = FixityRound(kind=kind)
    session.add(made)
    session.flush()
    return made


def _touched(left: FixityRound, now: datetime) -> FixityRound:
    left.moved_at = now
    return left


def walk(storage: Storage, scope: Scope, on_bytes: Callable[[int], None]) -> Iterator[tuple[Held, News]]:
    """Look at what is in the scope, one object after the other, each written down before the next. Unavailable."""
    while True:
        with transaction(writing=False) as session:
            few = held.first(session, AT_ONCE, before=scope.began_at, unsound_only=scope.unsound_only)
        if not few:
            return
        for each in few:
            found = look(storage, each, on_bytes)
            with transaction() as session:
                news = note(session, each, found)
                _count(session.get_one(FixityRound, scope.round_id), each.size_bytes or found.size_bytes, news)
            yield each, news


def _count(of: FixityRound, size_bytes: int | None, news: News) -> None:
    of.moved_at = utcnow()
    of.objects += 1
    of.bytes += size_bytes or 0
    of.damaged += news.is_damaged
    of.mended += news.is_mended


def is_enough(sample: FixityRound, settings: Settings) -> bool:
    """Whether a night's share is done."""
    return sample.objects >= MOST_OBJECTS or sample.bytes >= settings.fixity_bytes


def end(session: Session, round_id: int) -> FixityRound:
    """Say that a round is through, so that the next one begins anew."""
    ended = session.get_one(FixityRound, round_id)
    ended.ended_at = ended.moved_at = utcnow()
    return ended


def last_ended(session: Session, kind: RoundKind) -> FixityRound | None:
    """The last round of a kind that came to its end."""
    ended = select(FixityRound).where(FixityRound.kind == kind, FixityRound.ended_at.is_not(None))
    return session.scalar(ended.order_by(FixityRound.id.desc()).limit(1))
