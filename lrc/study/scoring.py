"""What an attempt is worth: which answers count, what they earn, and which of several attempts counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.study import questions, studies
from lrc.study.content import Question, Quiz
from lrc.study.models import Attempt, Entry, EntryKind

GRACE = timedelta(seconds=60)
"""What is still taken after the time is over: it was on its way."""
_DECIMALS = 6


def asked(session: Session, attempt: Attempt) -> tuple[Question, ...]:
    """The questions of an attempt, in its order, as its own version has them."""
    return questions.choose(quiz_of(session, attempt), attempt.seed)


def quiz_of(session: Session, attempt: Attempt) -> Quiz:
    return studies.get_quiz(studies.module_at(session, attempt.version_id), attempt.part)


def answers(session: Session, attempt: Attempt) -> dict[str, Any]:
    """By question the response that counts: of those in time the one with the greatest (sequence, uid).

    None as a response is a question that was left empty again.
    """
    query = (
        select(Entry.question, Entry.response)
        .where(Entry.attempt_id == attempt.id, Entry.kind == EntryKind.ANSWERED, Entry.is_late.is_(False))
        .order_by(Entry.sequence, Entry.uid)
    )
    return {row.question: row.response for row in session.execute(query)}


def of_study(study_id: int) -> Select[Attempt]:
    """All attempts in a study, by quiz and number."""
    return select(Attempt).where(Attempt.study_id == study_id).order_by(Attempt.part, Attempt.number)


def is_over(attempt: Attempt, now: datetime | None = None) -> bool:
    """Whether an attempt's time and grace have passed."""
    return attempt.due_at is not None and (now or utcnow()) > attempt.due_at + GRACE


def due_at(quiz: Quiz, begun_at: datetime, extra_time_percent: int) -> datetime | None:
    """When an attempt's time is over, extra time included; None without a limit."""
    if not quiz.time_limit_minutes:
        return None
    return begun_at + timedelta(minutes=quiz.time_limit_minutes) * (100 + extra_time_percent) / 100


def settle(session: Session, attempt: Attempt, at: datetime) -> None:
    """Submit the attempt as its answers in the journal stand, or count it again."""
    given = answers(session, attempt)
    marks = {each.key: _mark(each, given.get(each.key)) for each in asked(session, attempt)}
    attempt.marks = marks
    attempt.given = round(math.fsum(each["points"] for each in marks.values()), _DECIMALS)
    attempt.submitted_at = attempt.submitted_at or at
    session.flush()


def points(attempt: Attempt) -> float:
    """What counts of a submitted attempt: a teacher's points where there are any."""
    return attempt.override if attempt.override is not None else attempt.given or 0.0


def percent(attempt: Attempt) -> float:
    """0 to 100; a quiz that asks nothing is answered wholly."""
    if attempt.maximum <= 0:
        return 100.0
    return round(min(max(100 * points(attempt) / attempt.maximum, 0.0), 100.0), _DECIMALS)


def counting(quiz: Quiz, attempts: Sequence[Attempt]) -> Attempt | None:
    """Which of the attempts at the quiz counts: of those submitted the best (the first of equals) or the last."""
    done = sorted((each for each in attempts if each.submitted_at is not None), key=lambda each: each.number)
    if not done:
        return None
    return done[-1] if quiz.counts == "last" else max(done, key=percent)


def _mark(question: Question, response: Any) -> dict[str, Any]:
    fraction = questions.mark(question, response).fraction
    return {
        "response": response,
        "fraction": fraction,
        "points": round(fraction * question.points, _DECIMALS),
    }
