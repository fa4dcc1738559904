"""Attempts at quizzes: beginning one, submitting it once, its time, and what a teacher may change of it."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lrc.study import allowances, journal, progress, questions, scoring, studies, tending
from lrc.study.content import Quiz
from lrc.study.journal import Line, Receipt
from lrc.study.models import Attempt, Entry, EntryKind, Study
from lti.viewers import Viewer

_SEEDS = 2**53


class NoneLeft(Conflict):
    """All attempts that a person has are used."""

    title = _("Ya usaste tus intentos")
    message = _("Ya usaste todos los intentos de este cuestionario.")
    advice = _("Puedes repasar lo que respondiste. Si necesitas otro intento, pídelo a tu docente.")


def begin(session: Session, study: Study, quiz_key: str) -> Attempt:
    """The attempt that is open, else a new one, at the quiz of the study's version. NoneLeft; NotFound for no quiz.

    Holds the study. One whose time is over is submitted as it stands first.
    """
    studies.hold(session, study)
    found = list(session.scalars(of_quiz(study, quiz_key).execution_options(populate_existing=True)))
    for each in found:
        close_if_over(session, each)
    open_one = next((each for each in found if each.submitted_at is None), None)
    if open_one is not None:
        return open_one
    quiz = studies.get_quiz(studies.module_of(study), quiz_key)
    granted = allowances.of(session, study)
    if quiz.attempts and len(found) >= quiz.attempts + granted.extra_attempts:
        raise NoneLeft
    now, seed = utcnow(), secrets.randbelow(_SEEDS)
    made = Attempt(study_id=study.id, part=quiz_key, version_id=study.version_id, number=len(found) + 1, seed=seed)
    made.begun_at, made.due_at = now, scoring.due_at(quiz, now, granted.extra_time_percent)
    made.maximum = questions.maximum(questions.choose(quiz, seed))
    session.add(made)
    session.flush()
    return made


def left(session: Session, study: Study, quiz: Quiz) -> int | None:
    """How many attempts the person may still begin; None: as many as they like."""
    if not quiz.attempts:
        return None
    used = len(session.scalars(of_quiz(study, quiz.key)).all())
    return max(quiz.attempts + allowances.of(session, study).extra_attempts - used, 0)


def find(session: Session, study: Study, quiz_key: str, number: int) -> Attempt | None:
    return session.scalars(of_quiz(study, quiz_key).where(Attempt.number == number)).one_or_none()


def get(session: Session, study: Study, quiz_key: str, number: int) -> Attempt:
    found = find(session, study, quiz_key, number)
    if found is None:
        raise NotFound(_("Ese intento no existe."))
    return found


def of_quiz(study: Study, quiz_key: str) -> Select[Attempt]:
    """The attempts at a quiz, by number."""
    return scoring.of_study(study.id).where(Attempt.part == quiz_key)


def counting(session: Session, study: Study, quiz: Quiz) -> Attempt | None:
    """The attempt that counts; None before the first is submitted."""
    return scoring.counting(quiz, session.scalars(of_quiz(study, quiz.key)).all())


def submit(session: Session, attempt: Attempt, lines: Sequence[Line]) -> Attempt:
    """Write the lines and submit the attempt, once: submitted again it stays as it is, and lines that are new are late.

    Holds the study.
    """
    write_and_submit(session, attempt, lines)
    return attempt


def write_and_submit(session: Session, attempt: Attempt, lines: Sequence[Line]) -> Receipt:
    """As submit; answers what became of the lines."""
    submitting = journal.new(EntryKind.SUBMITTED, attempt.part, attempt_number=attempt.number)
    return journal.write(session, attempt.study, [*lines, submitting])


def close_if_over(session: Session, attempt: Attempt) -> bool:
    """Submit an attempt whose time is over as it stands; whether that was to be done. Holds the study."""
    if attempt.submitted_at is not None or not scoring.is_over(attempt):
        return False
    studies.hold(session, attempt.study)
    session.refresh(attempt)
    if attempt.submitted_at is not None or not scoring.is_over(attempt):
        return False
    scoring.settle(session, attempt, attempt.due_at or utcnow())
    progress.refresh(session, attempt.study)
    return True


def over(now: datetime) -> Select[Attempt]:
    """Attempts that wait to be submitted because their time is over, the oldest first."""
    return (
        select(Attempt)
        .where(Attempt.submitted_at.is_(None), Attempt.due_at < now - scoring.GRACE)
        .order_by(Attempt.due_at, Attempt.id)
    )


def override(session: Session, viewer: Viewer, attempt: Attempt, points: float | None, reason: str) -> None:
    """Put a teacher's points in the place of what an attempt earned, with the reason; None takes them away again.

    NotAllowed for who does not teach its person with this module; Conflict before it is submitted; BadInput for points
    outside 0 to the maximum and for no reason.
    """
    tending.check(session, viewer, attempt.study)
    _check_submitted(session, attempt)
    reason = tending.reason_of(reason)
    if points is not None and not (math.isfinite(points) and 0 <= points <= attempt.maximum):
        raise BadInput(_("Los puntos deben estar entre 0 y %(most)s.", most=f"{attempt.maximum:g}"))
    attempt.override, attempt.override_reason = points, reason
    attempt.overridden_by_id, attempt.overridden_at = viewer.person_id, utcnow()
    progress.refresh(session, attempt.study)


def accept_late(session: Session, viewer: Viewer, attempt: Attempt, reason: str) -> None:
    """Count the answers that came too late as well, with a teacher's reason, and work the points out anew.

    NotAllowed and Conflict as override; Conflict also where none came late.
    """
    tending.check(session, viewer, attempt.study)
    _check_submitted(session, attempt)
    reason = tending.reason_of(reason)
    came_late = (Entry.attempt_id == attempt.id, Entry.is_late, Entry.kind == EntryKind.ANSWERED)
    if session.scalar(select(Entry.id).where(*came_late).limit(1)) is None:
        raise Conflict(_("En este intento no hay respuestas que hayan llegado tarde."))
    session.execute(update(Entry).where(*came_late).values(is_late=False).execution_options(synchronize_session=False))
    attempt.override_reason = f"{attempt.override_reason}\n\n{reason}".strip()
    attempt.overridden_by_id, attempt.overridden_at = viewer.person_id, utcnow()
    scoring.settle(session, attempt, utcnow())
    progress.refresh(session, attempt.study)


def _check_submitted(session: Session, attempt: Attempt) -> None:
    studies.hold(session, attempt.study)
    session.refresh(attempt)
    if attempt.submitted_at is None:
        raise Conflict(_("Este intento todavía no se entrega."))
