"""What platforms are still owed, across all of them, for operators: choosing, sending again, writing out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from lti import grades
from lti.grades import newer_exists
from lti.models import Context, Platform, ResourceLink, Score, ScoreState

OPEN = (ScoreState.CREATED, ScoreState.SENDING, ScoreState.REFUSED)
_AT_ONCE = 500


@dataclass(frozen=True)
class Choice:
    """Which of them: of one platform (its issuer), for one reason (a code of grades.Reason), in one state."""

    issuer: str = ""
    reason: str = ""
    state: ScoreState | None = None


def chosen(choice: Choice) -> Select[Score]:
    """The scores that no platform has accepted and that no newer one replaces, oldest first."""
    query = (
        select(Score)
        .join(Score.link)
        .join(ResourceLink.context)
        .join(Context.platform)
        .where(Score.state.in_(OPEN if choice.state is None else (choice.state,)), ~newer_exists())
        .options(
            joinedload(Score.person),
            joinedload(Score.link).joinedload(ResourceLink.context).joinedload(Context.platform),
        )
        .order_by(Score.id)
    )
    if choice.issuer:
        query = query.where(Platform.issuer == choice.issuer)
    return query.where(Score.reason == choice.reason) if choice.reason else query


def summary(session: Session, choice: Choice) -> Sequence[tuple[str, ScoreState, str, int]]:
    """Issuer, state, reason and how many, by platform."""
    plain = (
        chosen(choice)
        .order_by(None)
        .options()
        .with_only_columns(Platform.issuer, Score.state, Score.reason, func.count())
    )
    grouped = plain.group_by(Platform.issuer, Score.state, Score.reason)
    found = session.execute(grouped.order_by(Platform.issuer, Score.state, Score.reason)).all()
    return [(issuer, state, reason, count) for issuer, state, reason, count in found]


def retry(session: Session, choice: Choice, ids: Sequence[int] = (), *, after: int = 0) -> tuple[int, int]:
    """Have what was refused or waits be sent now (only ``ids``, where given), at most 500 after the number ``after``.

    Answers how many, and the last one's number.
    """
    waiting = chosen(choice).where(Score.state != ScoreState.SENDING, Score.id > after)
    if ids:
        waiting = waiting.where(Score.id.in_(ids))
    found = session.scalars(waiting.limit(_AT_ONCE)).all()
    for score in found:
        grades.retry(session, score)
    return len(found), found[-1].id if found else after


def record(score: Score) -> dict[str, str | int | float | None]:
    """All that is needed to enter a score by hand, without names."""
    context = score.link.context
    return {
        "id": score.id,
        "issuer": context.platform.issuer,
        "client_id": context.platform.client_id,
        "context_id": context.context_id,
        "resource_link_id": score.link.resource_link_id,
        "line_item": score.link.lineitem_url,
        "sub": score.person.sub,
        "given": score.given,
        "maximum": score.maximum,
        "scored_at": score.scored_at.isoformat(timespec="seconds"),
        "state": score.state.value,
        "reason": score.reason,
        "attempts": score.attempts,
        "next_try_at": score.next_try_at.isoformat(timespec="seconds") if score.state is ScoreState.CREATED else None,
        "status": score.status,
        "said": score.said,
    }
