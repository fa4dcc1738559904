"""What a teacher grants somebody in a module: more time for its quizzes, and more attempts."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.db import utcnow
from lrc.errors import BadInput, NotAllowed
from lrc.study import scoring, studies, tending
from lrc.study.models import Allowance, Study
from lti.viewers import Viewer

MOST_TIME_PERCENT, MOST_ATTEMPTS = 400, 100


@dataclass(frozen=True)
class Grant:
    """What is granted, in all: nothing of it takes it away again."""

    extra_time_percent: int = 0
    """Of a quiz's time limit: with 50 thirty minutes become forty-five."""
    extra_attempts: int = 0
    """At each quiz."""
    reason: str = ""


def of(session: Session, study: Study) -> Grant:
    """What the person of a study was granted in its module."""
    found = session.get(Allowance, (study.module_id, study.person_id))
    if found is None:
        return Grant()
    return Grant(found.extra_time_percent, found.extra_attempts, found.reason)


def grant(session: Session, viewer: Viewer, module: Resource, person_id: int, wish: Grant) -> Allowance:
    """Grant it, in the place of what was granted before; the attempt that is open gets its time too.

    NotAllowed for who does not teach the person with the module; BadInput for what cannot be, and for no reason.
    """
    if not tending.may_tend(session, viewer, module.id, person_id):
        raise NotAllowed
    _check(wish)
    reason = tending.reason_of(wish.reason)
    study = studies.find(session, person_id, module.id)
    if study is not None:
        studies.hold(session, study)
    found = session.get(Allowance, (module.id, person_id))
    if found is None:
        found = Allowance(module_id=module.id, person_id=person_id)
        session.add(found)
    found.extra_time_percent, found.extra_attempts = wish.extra_time_percent, wish.extra_attempts
    found.reason, found.granted_by_id, found.granted_at = reason, viewer.person_id, utcnow()
    session.flush()
    if study is not None:
        _give_time(session, study, wish.extra_time_percent)
    return found


def _check(wish: Grant) -> None:
    if not 0 <= wish.extra_time_percent <= MOST_TIME_PERCENT:
        raise BadInput(_("El tiempo adicional debe estar entre 0 y %(most)s %%.", most=MOST_TIME_PERCENT))
    if not 0 <= wish.extra_attempts <= MOST_ATTEMPTS:
        raise BadInput(_("Los intentos adicionales deben ser entre 0 y %(most)s.", most=MOST_ATTEMPTS))


def _give_time(session: Session, study: Study, extra_time_percent: int) -> None:
    for attempt in session.scalars(scoring.of_study(study.id).execution_options(populate_existing=True)):
        if attempt.submitted_at is None and attempt.due_at is not None:
            attempt.due_at = scoring.due_at(scoring.quiz_of(session, attempt), attempt.begun_at, extra_time_percent)
    session.flush()
