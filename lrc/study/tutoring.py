"""A tutor's group: how its members stand, those who need help first, and the diplomas that wait for a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from catalog.models import Cohort, CourseModule, Enrolment
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lrc.study import syllabus
from lrc.study.classroom import FAILED_OFTEN, STILL_AFTER, State
from lrc.study.models import Approval, Attempt, Certificate, Study
from lti.models import Person
from lti.viewers import Viewer

REMARK_LIMIT = 2000


@dataclass(frozen=True)
class Member:
    """Somebody of a group and how they stand in its course."""

    enrolment: Enrolment
    modules: int
    """That they can study."""
    finished: int
    studied_at: datetime | None
    """When they last did something in a module; None: never."""
    is_still: bool
    """Whether they did nothing for long."""
    fails_often: bool
    """Whether a quiz was submitted often and is not passed."""
    approval: Approval | None

    @property
    def state(self) -> State:
        if self.enrolment.finished_at is not None:
            return State.DONE
        if self.studied_at is None:
            return State.NOT_BEGUN
        return State.STUCK if self.is_still or self.fails_often else State.UNDER_WAY

    @property
    def awaits(self) -> bool:
        """Whether their diploma waits for the tutor; a remark from before they finished decides nothing."""
        finished_at = self.enrolment.finished_at
        if finished_at is None:
            return False
        return self.approval is None or not (self.approval.is_approved or self.approval.decided_at >= finished_at)


@dataclass(frozen=True)
class Decision:
    """What a tutor says of somebody's work: it is enough for the diploma, or not yet; and a remark."""

    is_approved: bool
    remark: str = ""


def of_tutor(viewer: Viewer) -> Select[Cohort]:
    """The groups that the viewer accompanies, the last to begin first."""
    query = select(Cohort).where(Cohort.tutor_id == viewer.person_id).options(joinedload(Cohort.course))
    return query.order_by(Cohort.is_cancelled, Cohort.starts_on.desc(), Cohort.id.desc())


def get(session: Session, viewer: Viewer, cohort_id: int) -> Cohort:
    """A group that the viewer may look at: its tutor, and the librarians of its institution. NotFound for others."""
    query = select(Cohort).where(Cohort.id == cohort_id, seen_by(viewer))
    found = session.scalar(query.options(joinedload(Cohort.course), joinedload(Cohort.tutor)))
    if found is None:
        raise NotFound
    return found


def seen_by(viewer: Viewer) -> ColumnElement[bool]:
    """Which groups the viewer may look at."""
    is_in_charge = and_(literal(viewer.is_librarian), Cohort.institution_id == viewer.institution_id)
    return or_(Cohort.tutor_id == viewer.person_id, is_in_charge)


def members(session: Session, cohort: Cohort) -> list[Member]:
    """Who is in a group: who waits for a decision first, then who is stuck, did not begin, is under way, is done.

    By five queries, however many they are.
    """
    everyone = session.scalars(_present(cohort)).all()
    ids = [each.id for each in everyone]
    counted = {row[0]: (row[1], row[2]) for row in session.execute(syllabus.done_counts(ids))}
    decided = {each.enrolment_id: each for each in session.scalars(_approvals(ids))}
    last, failing = _last_studied(session, cohort), _failing(session, cohort)
    now = utcnow()
    made = [
        Member(
            each,
            *counted.get(each.id, (0, 0)),
            studied_at=last.get(each.person_id),
            is_still=now - max(last.get(each.person_id, each.last_at), each.last_at) >= STILL_AFTER,
            fails_often=each.person_id in failing,
            approval=decided.get(each.id),
        )
        for each in everyone
    ]
    order = [State.STUCK, State.NOT_BEGUN, State.UNDER_WAY, State.DONE]
    return sorted(made, key=lambda member: (not member.awaits, order.index(member.state)))


def counts(everyone: Sequence[Member]) -> Mapping[State, int]:
    return Counter(each.state for each in everyone)


def decide(session: Session, viewer: Viewer, cohort: Cohort, enrolment_id: int, decision: Decision) -> Approval:
    """Approve a finished member's diploma, or say what is missing; decided again, the later decision holds.

    NotAllowed to all but the tutor; BadInput where something is missing and the remark does not say what; Conflict for
    who has not finished, and where the certificate was issued already.
    """
    if cohort.tutor_id != viewer.person_id:
        raise NotAllowed(_("Solo quien acompaña a este grupo decide sobre sus diplomas."))
    remark = _checked(decision.remark)
    if not decision.is_approved and not remark:
        raise BadInput(_("Escribe qué le falta, para que sepa qué hacer."))
    enrolment = _held(session, cohort, enrolment_id)
    if decision.is_approved and enrolment.finished_at is None:
        raise Conflict(_("Todavía no termina todos los módulos."))
    if session.scalar(_issued(enrolment)) is not None and not decision.is_approved:
        raise Conflict(_("Su diploma ya fue emitido."), advice=_("Si hace falta, la biblioteca puede anularlo."))
    approval = session.get(Approval, enrolment.id) or Approval(enrolment_id=enrolment.id)
    approval.is_approved, approval.remark = decision.is_approved, remark
    approval.decided_by_id, approval.decided_at = viewer.person_id, utcnow()
    session.add(approval)
    session.flush()
    return approval


def find_approval(session: Session, enrolment: Enrolment | None) -> Approval | None:
    """What the tutor decided, and said, of somebody's place in a group."""
    if enrolment is None or enrolment.cohort_id is None:
        return None
    return session.get(Approval, enrolment.id)


def _checked(remark: str) -> str:
    remark = remark.replace("\0", "").replace("\r\n", "\n").strip()
    if len(remark) > REMARK_LIMIT:
        raise BadInput(_("La observación es demasiado larga: usa hasta %(limit)s caracteres.", limit=REMARK_LIMIT))
    return remark


def _held(session: Session, cohort: Cohort, enrolment_id: int) -> Enrolment:
    query = select(Enrolment).where(
        Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort.id, Enrolment.left_at.is_(None)
    )
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(_("Esa persona ya no está en este grupo."))
    return found


def _issued(enrolment: Enrolment) -> Select[int]:
    return select(Certificate.id).where(Certificate.enrolment_id == enrolment.id, Certificate.revoked_at.is_(None))


def _present(cohort: Cohort) -> Select[Enrolment]:
    return (
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.left_at.is_(None))
        .options(joinedload(Enrolment.person))
        .order_by(Person.folded_name, Person.id)
    )


def _in_course(cohort: Cohort) -> Select[int]:
    return select(CourseModule.module_id).where(CourseModule.course_id == cohort.course_id)


def _people(cohort: Cohort) -> Select[int]:
    return select(Enrolment.person_id).where(Enrolment.cohort_id == cohort.id, Enrolment.left_at.is_(None))


def _last_studied(session: Session, cohort: Cohort) -> dict[int, datetime]:
    """By person when they last did something in a module of the course."""
    query = (
        select(Study.person_id, func.max(Study.last_at))
        .where(
            Study.module_id.in_(_in_course(cohort)),
            Study.person_id.in_(_people(cohort)),
            Study.is_trial.is_(False),
        )
        .group_by(Study.person_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _failing(session: Session, cohort: Cohort) -> set[int]:
    """The people who submitted a quiz of the course so often without passing it that they need help."""
    query = (
        select(Study.person_id, Study.passed_parts, Attempt.part)
        .join(Attempt, Attempt.study_id == Study.id)
        .where(
            Study.module_id.in_(_in_course(cohort)),
            Study.person_id.in_(_people(cohort)),
            Study.is_trial.is_(False),
            Study.finished_at.is_(None),
            Attempt.submitted_at.is_not(None),
        )
        .group_by(Study.id, Attempt.part)
        .having(func.count() >= FAILED_OFTEN)
    )
    return {person_id for person_id, passed, part in session.execute(query) if part not in passed}


def _approvals(ids: Sequence[int]) -> Select[Approval]:
    return select(Approval).where(Approval.enrolment_id.in_(ids))
