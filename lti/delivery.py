"""Which task sends a score, with what timestamp, and how it settles; a late task writes nothing."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, func, select, update
from sqlalchemy.orm import Session, aliased

from lrc.celery import enqueue
from lrc.db import utcnow
from lti import grades
from lti.grades import DELIVER, Reason, newer_exists
from lti.models import Context, Person, ResourceLink, Score, ScoreState

_MINUTE, _HOUR = 60, 3600
WAITS_S = (_MINUTE, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 6 * _HOUR, *(9 * (12 * _HOUR,)))
"""After each try that failed for the moment; after the last one, some five days later, the score is given up."""
LONGEST_WAIT_S = 12 * _HOUR
_JITTER = 0.2
_SAID_CHARACTERS, _OK = 1000, 200
OF_PLATFORM = (Reason.NO_ANSWER, Reason.PLATFORM_ERROR, Reason.BUSY, Reason.TOKEN, Reason.UNREADABLE)
"""What ails the whole platform and not one score."""


@dataclass(frozen=True)
class Parcel:
    """A score in the hands of one task, with all that sending it needs; void once another task holds the score."""

    score_id: int
    claim: str
    link_id: int
    person_id: int
    platform_id: int
    sub: str
    given: float
    maximum: float
    comment: str
    stamped_at: datetime
    """Whole seconds, later than every other timestamp sent for the pair: a late sender comes too late everywhere."""
    tries: int
    """How many there were with this one."""
    may_be_there: bool
    """Whether it was sent with this timestamp before and no answer came: the platform may have it all the same."""
    column_url: str
    columns_url: str
    resource_link_id: str
    target: str
    """Our id of what the link opens; the picker gave it to the column as its resourceId."""


@dataclass(frozen=True)
class Trouble:
    """Why a try failed: a code of grades.Reason, the HTTP status (None: no answer) and what the platform said."""

    reason: Reason
    status: int | None = None
    said: str = ""
    wait_s: float = 0
    """How long the platform asked us to wait (Retry-After); 0 where it did not."""

    @property
    def is_of_platform(self) -> bool:
        return self.reason in OF_PLATFORM


def take(session: Session, score_id: int) -> Parcel | None:
    """Claim a score that is due; None where it is not, a newer one exists, or one of the pair is being sent."""
    score = session.get(Score, score_id)
    if score is None:
        return None
    grades.hold(session, score.person_id)
    claim = secrets.token_hex(16)
    now = utcnow()
    is_due = and_(Score.id == score_id, Score.state == ScoreState.CREATED, Score.next_try_at <= now)
    taken = _update(
        session,
        and_(is_due, ~newer_exists(), ~_is_pair_being_sent()),
        state=ScoreState.SENDING,
        claim=claim,
        claimed_at=now,
        attempts=Score.attempts + 1,
    )
    if not taken:
        return None
    session.refresh(score)
    may_be_there = score.stamped_at is not None and score.status is None
    score.stamped_at = score.stamped_at or _next_stamp(session, score, score.scored_at)
    session.flush()
    return _parcel(session, score, may_be_there)


def restamp(session: Session, parcel: Parcel) -> Parcel | None:
    """The parcel with a timestamp of now, for a platform that wants a later one; None where the claim was lost."""
    score = _held(session, parcel)
    if score is None or score.stamped_at is None:
        return None
    later = max(utcnow(), score.stamped_at + timedelta(seconds=1))
    score.stamped_at = _next_stamp(session, score, later)
    session.flush()
    return replace(parcel, stamped_at=score.stamped_at)


def accept(session: Session, parcel: Parcel, column_url: str) -> bool:
    """The platform has it, in this column. False, and nothing written, where the claim was lost."""
    score = _held(session, parcel)
    if score is None:
        return False
    _settle(score, ScoreState.ACCEPTED)
    _keep_column(session, parcel, column_url)
    _send_newer(session, parcel)
    return True


def refuse(session: Session, parcel: Parcel, trouble: Trouble) -> bool:
    """The platform will not have it. A column that is gone is forgotten, until a launch names one again."""
    score = _held(session, parcel)
    if score is None:
        return False
    is_newest = not grades.has_newer(session, score)
    _settle(score, ScoreState.REFUSED if is_newest else ScoreState.SUPERSEDED, trouble)
    if trouble.reason is Reason.NO_COLUMN:
        _keep_column(session, parcel, "")
    _send_newer(session, parcel)
    return True


def postpone(session: Session, parcel: Parcel, trouble: Trouble) -> bool:
    """To be tried again later; given up after all tries, superseded where a newer one has come meanwhile."""
    score = _held(session, parcel)
    if score is None:
        return False
    put_back(session, score, trouble)
    _send_newer(session, parcel)
    return True


def show(session: Session, parcel: Parcel, shown: float | None) -> None:
    """Keep what the gradebook showed after the score was accepted, in points of its maximum; None: nothing.

    A column of grade type "text" takes scores and shows none; no gradebook need show a grade of 0.
    """
    is_missing = shown is None and parcel.given > 0
    _update(
        session,
        and_(Score.id == parcel.score_id, Score.state == ScoreState.ACCEPTED),
        shown=shown,
        reason=Reason.NOT_SHOWN if is_missing else "",
    )


def put_back(session: Session, score: Score, trouble: Trouble, *, wait: bool = True) -> None:
    """As postpone, for a score that the caller holds; at once where it need not ``wait``."""
    if grades.has_newer(session, score):
        _settle(score, ScoreState.SUPERSEDED, trouble)
    elif score.attempts > len(WAITS_S):
        _settle(score, ScoreState.REFUSED, replace(trouble, reason=Reason.GAVE_UP))
    else:
        _settle(score, ScoreState.CREATED, trouble)
        score.settled_at = score.claimed_at = None
        score.next_try_at = utcnow() + timedelta(seconds=_wait_s(score.attempts, trouble.wait_s) if wait else 0)
    session.flush()


def _wait_s(attempts: int, asked_s: float) -> float:
    planned = WAITS_S[attempts - 1] * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311  no secret
    return max(planned, min(asked_s, LONGEST_WAIT_S))


def _settle(score: Score, state: ScoreState, trouble: Trouble | None = None) -> None:
    score.state, score.claim, score.settled_at = state, "", utcnow()
    score.reason, score.status, score.said = ("", _OK, "")
    if trouble is not None:
        score.reason, score.status, score.said = trouble.reason, trouble.status, trouble.said[:_SAID_CHARACTERS]


def _send_newer(session: Session, parcel: Parcel) -> None:
    """Hand out the pair's newest where it waited for this one."""
    session.flush()
    newest = grades.find_newest(session, parcel.link_id, parcel.person_id)
    if newest is not None and newest.id != parcel.score_id and newest.state is ScoreState.CREATED:
        enqueue(session, DELIVER, newest.id)


def _next_stamp(session: Session, score: Score, wanted: datetime) -> datetime:
    """The wanted time in whole seconds, or a second after the last timestamp of the pair's other scores."""
    others = (Score.link_id == score.link_id, Score.person_id == score.person_id, Score.id != score.id)
    last = session.scalar(select(func.max(Score.stamped_at)).where(*others))
    wanted = wanted.replace(microsecond=0)
    return wanted if last is None else max(wanted, last + timedelta(seconds=1))


def _parcel(session: Session, score: Score, may_be_there: bool) -> Parcel | None:
    """None, and nothing is sent, where person and link are of different platforms."""
    row = session.execute(
        select(ResourceLink, Context, Person.sub)
        .join(Context, Context.id == ResourceLink.context_id)
        .join(Person, Person.platform_id == Context.platform_id)
        .where(ResourceLink.id == score.link_id, Person.id == score.person_id)
    ).one_or_none()
    if row is None or score.stamped_at is None:
        _settle(score, ScoreState.REFUSED, Trouble(Reason.REJECTED, said="person and link are of different platforms"))
        return None
    link, context, sub = row
    return Parcel(
        score_id=score.id,
        claim=score.claim,
        link_id=link.id,
        person_id=score.person_id,
        platform_id=context.platform_id,
        sub=sub,
        given=score.given,
        maximum=score.maximum,
        comment=score.comment,
        stamped_at=score.stamped_at,
        tries=score.attempts,
        may_be_there=may_be_there,
        column_url=link.lineitem_url,
        columns_url=context.lineitems_url,
        resource_link_id=link.resource_link_id,
        target=link.target,
    )


def _keep_column(session: Session, parcel: Parcel, url: str) -> None:
    """Note where the grades of the link go, unless a launch has told otherwise meanwhile."""
    link = session.get_one(ResourceLink, parcel.link_id)
    if link.lineitem_url == parcel.column_url:
        link.lineitem_url = url


def _is_pair_being_sent() -> ColumnElement[bool]:
    other = aliased(Score)
    return (
        select(other.id)
        .where(
            other.link_id == Score.link_id,
            other.person_id == Score.person_id,
            other.id != Score.id,
            other.state == ScoreState.SENDING,
        )
        .exists()
    )


def _held(session: Session, parcel: Parcel) -> Score | None:
    """The parcel's score, kept from others until the transaction ends; None where another task has it by now."""
    grades.hold(session, parcel.person_id)
    is_held = and_(Score.id == parcel.score_id, Score.claim == parcel.claim, Score.state == ScoreState.SENDING)
    return session.scalars(select(Score).where(is_held)).one_or_none()


def _update(session: Session, condition: ColumnElement[bool], **values: Any) -> int:
    changed = session.execute(
        update(Score).where(condition).values(**values).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", changed).rowcount
