"""The grade ledger's rules: what a platform is owed, each score once, and never an older one over a newer."""

from __future__ import annotations

import math
from enum import StrEnum

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from lrc.celery import enqueue
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lti.models import Context, Person, ResourceLink, Score, ScoreState

DELIVER = "lti.deliver_score"
"""The task that sends one score, by its id."""
_ORIGIN_CHARACTERS, _COMMENT_CHARACTERS = 100, 2000


class Reason(StrEnum):
    """Why a score waits, was refused or, though accepted, is not shown; empty in the ledger where all is well."""

    NO_ANSWER = "no-answer"
    PLATFORM_ERROR = "platform-error"
    BUSY = "busy"
    TOKEN = "token"  # noqa: S105  not a password
    UNREADABLE = "unreadable"
    LOCKED = "locked"
    BROKEN_OFF = "broken-off"
    NOT_A_STUDENT = "not-a-student"
    NO_COLUMN = "no-column"
    FORBIDDEN = "forbidden"
    REJECTED = "rejected"
    GAVE_UP = "gave-up"
    NOT_SHOWN = "not-shown"


class ImpossibleScore(BadInput):
    """A score that no gradebook can hold."""

    message = _("Esa nota no se puede enviar: debe ser un número entre 0 y el máximo, y el máximo mayor que 0.")


def owe(
    session: Session,
    link: ResourceLink,
    person_id: int,
    given: float,
    maximum: float,
    *,
    origin: str,
    comment: str = "",
) -> Score:
    """Owe the platform a complete score for a person and a link, to be sent after the commit.

    ``origin`` (at most 100 characters) says what earned it. The newest score of the same origin is returned as it is
    where it has the same points (tried again where it was refused), so that nothing is owed twice. Otherwise a row is
    made, which takes the place of the pair's scores that were not accepted yet; one being sent settles first.
    ImpossibleScore unless both are finite, 0 <= given <= maximum and 0 < maximum; ValueError for an origin that is
    empty or too long; NotFound for a person of another platform than the link's.
    """
    given, maximum = _points(given, maximum)
    if not 0 < len(origin) <= _ORIGIN_CHARACTERS:
        raise ValueError("origin must have 1 to 100 characters")
    _check_platform(session, link, person_id)
    hold(session, person_id)
    known = session.scalars(of_person(link.id, person_id).where(Score.origin == origin).limit(1)).first()
    if known is not None and (known.given, known.maximum) == (given, maximum):
        if known.state is ScoreState.REFUSED and not has_newer(session, known):
            send_again(session, known)
        return known
    score = Score(
        link_id=link.id,
        person_id=person_id,
        origin=origin,
        given=given,
        maximum=maximum,
        comment=comment.replace("\0", "")[:_COMMENT_CHARACTERS],
        claimed_at=utcnow(),
    )
    session.add(score)
    session.flush()
    _supersede_older(session, score)
    enqueue(session, DELIVER, score.id)
    return score


def of_person(link_id: int, person_id: int) -> Select[Score]:
    """A person's scores for a link, newest first."""
    return select(Score).where(Score.link_id == link_id, Score.person_id == person_id).order_by(Score.id.desc())


def find_newest(session: Session, link_id: int, person_id: int) -> Score | None:
    return session.scalars(of_person(link_id, person_id).limit(1)).first()


def of_context(context_id: int, state: ScoreState | None = None) -> Select[Score]:
    """The ledger of a course, newest first, with people and links; of one state where one is named."""
    query = (
        select(Score)
        .join(Score.link)
        .where(ResourceLink.context_id == context_id)
        .options(joinedload(Score.person), joinedload(Score.link))
        .order_by(Score.id.desc())
    )
    return query if state is None else query.where(Score.state == state)


def counts(session: Session, context_id: int) -> dict[ScoreState, int]:
    """How many scores of a course are in each state that any is in."""
    query = select(Score.state, func.count()).join(Score.link).where(ResourceLink.context_id == context_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(Score.state))}


def has_graded_links(session: Session, context_id: int) -> bool:
    """Whether any link of the course gives grades."""
    graded = exists().where(ResourceLink.context_id == context_id, ResourceLink.is_graded)
    return bool(session.scalar(select(graded)))


def get_in_context(session: Session, context_id: int, score_id: int) -> Score:
    """NotFound also where it is another course's."""
    found = session.scalars(of_context(context_id).where(Score.id == score_id)).one_or_none()
    if found is None:
        raise NotFound(_("Esa nota no es de este curso."))
    return found


def retry(session: Session, score: Score) -> None:
    """Have a score that was refused, or waits, be sent at once, with all its tries before it again.

    Conflict where it was accepted, is being sent, or a newer one took its place.
    """
    hold(session, score.person_id)
    session.refresh(score)
    if score.state not in (ScoreState.REFUSED, ScoreState.CREATED):
        raise Conflict(_("Esta nota ya no espera: mira cómo está ahora."))
    if has_newer(session, score):
        raise Conflict(_("Hay una nota más nueva de la misma persona; esta ya no se envía."))
    send_again(session, score)


def send_again(session: Session, score: Score) -> None:
    """Put the score, which the caller holds, among those to be sent now."""
    score.state, score.reason, score.attempts, score.claim = ScoreState.CREATED, "", 0, ""
    score.next_try_at = score.claimed_at = utcnow()
    score.settled_at = None
    session.flush()
    enqueue(session, DELIVER, score.id)


def hold(session: Session, person_id: int) -> None:
    """Keep others from changing the state of this person's scores until the transaction ends."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def newer_exists() -> ColumnElement[bool]:
    """Whether there is a newer score of the same link and person, as a condition."""
    other = aliased(Score)
    return exists().where(other.link_id == Score.link_id, other.person_id == Score.person_id, other.id > Score.id)


def has_newer(session: Session, score: Score) -> bool:
    return bool(session.scalar(select(newer_exists()).where(Score.id == score.id)))


def _supersede_older(session: Session, score: Score) -> None:
    session.execute(
        update(Score)
        .where(
            Score.link_id == score.link_id,
            Score.person_id == score.person_id,
            Score.id < score.id,
            Score.state.in_((ScoreState.CREATED, ScoreState.REFUSED)),
        )
        .values(state=ScoreState.SUPERSEDED, settled_at=utcnow())
        .execution_options(synchronize_session="fetch")
    )


def _check_platform(session: Session, link: ResourceLink, person_id: int) -> None:
    """One platform is never sent a score of another's person, whatever ids they share."""
    same = (
        select(Person.id)
        .join(Context, Context.platform_id == Person.platform_id)
        .where(Person.id == person_id, Context.id == link.context_id)
    )
    if session.scalar(same) is None:
        raise NotFound(detail=f"person {person_id} is not of the platform of link {link.id}")


def _points(given: float, maximum: float) -> tuple[float, float]:
    if not all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in (given, maximum)):
        raise ImpossibleScore(detail=f"{given!r} of {maximum!r}")
    try:
        points = float(given), float(maximum)
    except OverflowError as error:
        raise ImpossibleScore(detail="a number that is too large") from error
    if not all(map(math.isfinite, points)) or not 0 <= points[0] <= points[1] or points[1] <= 0:
        raise ImpossibleScore(detail=f"{given!r} of {maximum!r}")
    return points
