"""What is handed out to be sent and when: what is due, what a platform in trouble holds back, what it lets go again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select, update
from sqlalchemy.orm import Session

from lrc.celery import enqueue
from lrc.db import utcnow
from lti import delivery, grades
from lti.delivery import OF_PLATFORM, WAITS_S, Trouble
from lti.grades import DELIVER, Reason, newer_exists
from lti.models import Context, ResourceLink, Score, ScoreState

_AT_ONCE = 200


def send_due(session: Session, stale_s: float) -> int:
    """Hand out tries that went silent ``stale_s`` ago, waits that ended, columns that came; answers how many.

    A score that was handed to the broker ``stale_s`` ago and that no task took was lost on the way: it is due too.
    """
    silent_since = utcnow() - timedelta(seconds=stale_s)
    _break_off(session, silent_since)
    for score in session.scalars(_with_new_columns()).all():
        grades.hold(session, score.person_id)
        grades.send_again(session, score)
    now = utcnow()
    due = and_(
        Score.state == ScoreState.CREATED,
        Score.next_try_at <= now,
        or_(Score.claimed_at.is_(None), Score.claimed_at < silent_since),
        ~newer_exists(),
    )
    found = session.scalars(select(Score.id).where(due).order_by(Score.next_try_at, Score.id).limit(_AT_ONCE)).all()
    for score_id in found:
        enqueue(session, DELIVER, score_id)
    _update(session, Score.id.in_(found), claimed_at=now)
    return len(found)


def hold_back(session: Session, platform_id: int) -> None:
    """Let a platform in trouble rest: what is due for it waits as after a first try, so that others' come first."""
    until = utcnow() + timedelta(seconds=WAITS_S[0])
    waiting = _waiting_for(platform_id).where(Score.next_try_at < until)
    reason = case((Score.reason == "", Reason.NO_ANSWER), else_=Score.reason)
    _update(session, Score.id.in_(waiting), next_try_at=until, claimed_at=None, reason=reason)


def let_go(session: Session, platform_id: int) -> None:
    """The platform answers again: what waited for it is due now, and its tries in the dark count as one."""
    waiting = _waiting_for(platform_id).where(Score.next_try_at > utcnow(), Score.reason.in_(OF_PLATFORM))
    attempts = case((Score.attempts > 1, 1), else_=Score.attempts)
    _update(session, Score.id.in_(waiting), next_try_at=utcnow(), claimed_at=None, attempts=attempts)


def _break_off(session: Session, before: datetime) -> None:
    silent = and_(Score.state == ScoreState.SENDING, Score.claimed_at < before)
    # By person, so that two who hold several people never wait for each other.
    found = select(Score.id, Score.person_id).where(silent).order_by(Score.person_id).limit(_AT_ONCE)
    for score_id, person_id in session.execute(found).all():
        grades.hold(session, person_id)
        score = session.scalars(select(Score).where(Score.id == score_id, silent)).one_or_none()
        if score is not None:
            delivery.put_back(session, score, Trouble(Reason.BROKEN_OFF), wait=False)


def _with_new_columns() -> Select[Score]:
    return (
        select(Score)
        .join(Score.link)
        .where(
            Score.state == ScoreState.REFUSED,
            Score.reason == Reason.NO_COLUMN,
            ResourceLink.lineitem_url != "",
            ~newer_exists(),
        )
        .order_by(Score.person_id)
        .limit(_AT_ONCE)
    )


def _waiting_for(platform_id: int) -> Select[int]:
    """Ids of what waits for a platform; rows that others hold are left to them, so that nobody waits crosswise."""
    links = select(ResourceLink.id).join(ResourceLink.context).where(Context.platform_id == platform_id)
    waiting = select(Score.id).where(Score.state == ScoreState.CREATED, Score.link_id.in_(links))
    return waiting.order_by(Score.id).with_for_update(skip_locked=True)


def _update(session: Session, condition: ColumnElement[bool], **values: Any) -> None:
    session.execute(update(Score).where(condition).values(**values).execution_options(synchronize_session=False))
