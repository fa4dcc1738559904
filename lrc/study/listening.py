"""What courses make of learning: they note that something was done, and are finished when their modules are."""

from __future__ import annotations

from sqlalchemy import Select, delete
from sqlalchemy.orm import Session

from catalog import enrolments
from catalog.models import Enrolment
from lrc.db import utcnow
from lrc.study import progress, syllabus
from lrc.study.models import Approval, Study


def finish_where_done(session: Session, person_id: int, module_id: int) -> None:
    """Finish the courses with this module of which somebody has finished all modules that they can study.

    Finishing stays, whatever is added to the course later. Of two modules finished at once the later sees both.
    """
    _settle(session, enrolments.with_module(person_id, module_id))


def settle(session: Session, enrolment: Enrolment) -> None:
    """The same for one place in a course: a module may have been finished before, or taken out of it since."""
    _settle(session, enrolments.of_person(enrolment.person_id).where(Enrolment.id == enrolment.id))


def is_due(session: Session, enrolment: Enrolment) -> bool:
    """Whether settle would finish it; to be asked where nothing may be written."""
    if enrolment.left_at is not None or enrolment.finished_at is not None:
        return False
    return enrolment.id in _done(session, {enrolment.id})


def _settle(session: Session, query: Select[Enrolment]) -> None:
    pending = query.where(Enrolment.finished_at.is_(None), Enrolment.left_at.is_(None))
    held = session.scalars(pending.with_for_update(of=Enrolment).order_by(None).order_by(Enrolment.id)).all()
    done = _done(session, {each.id for each in held})
    for each in held:
        if each.id in done:
            each.finished_at = utcnow()
    session.flush()


def _done(session: Session, ids: set[int]) -> set[int]:
    if not ids:
        return set()
    return {id for id, modules, finished in session.execute(syllabus.done_counts(ids)) if modules == finished}


def _learnt(session: Session, study: Study) -> None:
    enrolments.touch(session, study.person_id, study.module_id)
    if study.finished_at is not None:
        finish_where_done(session, study.person_id, study.module_id)


def _moved(session: Session, enrolment: Enrolment) -> None:
    """What a tutor decided of somebody holds for the tutor's own group."""
    session.execute(delete(Approval).where(Approval.enrolment_id == enrolment.id))


progress.listeners.append(_learnt)
enrolments.moved.append(_moved)
