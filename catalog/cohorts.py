"""The groups that take a course with a tutor: making, changing and cancelling them, and how each stands today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from catalog import versions
from catalog.days import today
from catalog.models import Cohort, Enrolment, Kind, Resource
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lti import people
from lti.models import Person
from lti.viewers import Role, Viewer

TITLE_LIMIT, MOST_PLACES = 200, 10_000
_NOT_YOURS = _("Solo quienes escriben este curso o la biblioteca de su institución organizan sus grupos.")


class Phase(StrEnum):
    """Where a group is in its life."""

    ENROLLING = "enrolling"
    FULL = "full"
    CLOSED = "closed"  # nobody can enrol any more
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Standing:
    """How a group stands on a day: ``taken`` places, those who left not counted."""

    cohort: Cohort
    taken: int
    today: date

    @property
    def places_left(self) -> int | None:
        """None: as many as like."""
        return max(self.cohort.places - self.taken, 0) if self.cohort.places else None

    @property
    def phase(self) -> Phase:
        if self.cohort.is_cancelled:
            return Phase.CANCELLED
        if self.today > self.cohort.ends_on:
            return Phase.OVER
        if self.today > self.cohort.enrol_until_on:
            return Phase.CLOSED
        return Phase.FULL if self.places_left == 0 else Phase.ENROLLING

    @property
    def has_begun(self) -> bool:
        return self.today >= self.cohort.starts_on


@dataclass(frozen=True)
class Plan:
    """What is said of a group. ``places`` 0: as many as like."""

    title: str
    tutor_id: int
    enrol_until_on: date
    starts_on: date
    ends_on: date
    places: int = 0


class PlanMisfit(BadInput):
    """Something of a plan cannot be; ``field`` says which of its fields."""

    def __init__(self, field: str, message: LazyString) -> None:
        super().__init__(message)
        self.field = field


def may_run(session: Session, viewer: Viewer, course: Resource) -> bool:
    """Whether the viewer may make groups of a course: its authors who teach at its institution, and its librarians."""
    if course.kind is not Kind.COURSE or viewer.institution_id != course.institution_id:
        return False
    if viewer.is_librarian:
        return True
    return Role.TEACHER in viewer.roles and viewer.person_id in versions.authors(session, course)


def of_course(session: Session, course_id: int) -> list[Standing]:
    """All groups of a course, the last to begin first."""
    query = _with_taken().where(Cohort.course_id == course_id).order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    return _standings(session, query)


def current(session: Session, course_ids: Collection[int]) -> dict[int, list[Standing]]:
    """By course the groups that are neither over nor cancelled, the first to begin first; one query."""
    query = (
        _with_taken()
        .where(Cohort.course_id.in_(course_ids), Cohort.is_cancelled.is_(False), Cohort.ends_on >= today())
        .order_by(Cohort.starts_on, Cohort.id)
    )
    found: dict[int, list[Standing]] = defaultdict(list)
    for each in _standings(session, query) if course_ids else ():
        found[each.cohort.course_id].append(each)
    return found


def open_courses() -> Select[int]:
    """The ids of courses with a group that one may still join; full ones count, somebody may leave."""
    return (
        select(Cohort.course_id)
        .where(Cohort.is_cancelled.is_(False), Cohort.enrol_until_on >= today(), Cohort.ends_on >= today())
        .distinct()
    )


def standing(session: Session, cohort: Cohort) -> Standing:
    return Standing(cohort, session.scalar(_taken(cohort.id)) or 0, today())


def standings(session: Session, groups: Collection[Cohort]) -> dict[int, Standing]:
    """How each stands, by its id; one query."""
    query = _with_taken().where(Cohort.id.in_([each.id for each in groups]))
    return {each.cohort.id: each for each in _standings(session, query)} if groups else {}


def hold(session: Session, cohort: Cohort) -> Standing:
    """How the group stands, read anew and held against others' changes until the transaction ends."""
    query = select(Cohort).where(Cohort.id == cohort.id).with_for_update().execution_options(populate_existing=True)
    return standing(session, session.scalars(query).one())


def get(session: Session, course_id: int, cohort_id: int) -> Cohort:
    """A group of a course. NotFound."""
    found = session.scalar(select(Cohort).where(Cohort.id == cohort_id, Cohort.course_id == course_id))
    if found is None:
        raise NotFound(_("Ese grupo no es de este curso."))
    return found


def create(session: Session, viewer: Viewer, course: Resource, plan: Plan) -> Cohort:
    """Make a group of a published course. NotAllowed, PlanMisfit; Conflict where the course was never published."""
    _check_runs(session, viewer, course)
    if course.published_at is None:
        raise Conflict(
            _("Este curso todavía no se publica."), advice=_("Cuando la biblioteca lo publique podrás abrir grupos.")
        )
    made = Cohort(course_id=course.id, institution_id=viewer.institution_id)
    _apply(session, made, plan, taken=0)
    session.add(made)
    session.flush()
    return made


def change(session: Session, viewer: Viewer, cohort: Cohort, plan: Plan) -> None:
    """Say something else of a group. NotAllowed; PlanMisfit, also for fewer places than are taken."""
    _check_runs(session, viewer, cohort.course)
    held = hold(session, cohort)
    _refuse_cancelled(held)
    _apply(session, held.cohort, plan, held.taken)
    session.flush()


def cancel(session: Session, viewer: Viewer, cohort: Cohort) -> None:
    """Call a group off; who is in it keeps what they did. Cancelling again changes nothing."""
    _check_runs(session, viewer, cohort.course)
    hold(session, cohort).cohort.is_cancelled = True
    session.flush()


def _check_runs(session: Session, viewer: Viewer, course: Resource) -> None:
    if not may_run(session, viewer, course):
        raise NotAllowed(_NOT_YOURS)


def _refuse_cancelled(held: Standing) -> None:
    if held.cohort.is_cancelled:
        raise Conflict(_("Este grupo fue cancelado."), advice=_("Abre otro grupo con las fechas nuevas."))


def _apply(session: Session, cohort: Cohort, plan: Plan, taken: int) -> None:
    title = " ".join("".join(c if c.isprintable() else " " for c in plan.title).split())
    if not 0 < len(title) <= TITLE_LIMIT:
        raise PlanMisfit("title", _("Ponle al grupo un nombre de hasta %(limit)s caracteres.", limit=TITLE_LIMIT))
    if plan.starts_on > plan.ends_on:
        raise PlanMisfit("ends_on", _("El grupo termina antes de empezar: revisa las fechas."))
    if plan.enrol_until_on > plan.ends_on:
        raise PlanMisfit("enrol_until_on", _("Las inscripciones no pueden cerrar después del último día."))
    if not 0 <= plan.places <= MOST_PLACES:
        raise PlanMisfit("places", _("Escribe cuántos lugares hay, o 0 si no hay límite."))
    if plan.places and plan.places < taken:
        raise PlanMisfit("places", _("Personas ya inscritas: %(taken)s. No puede haber menos lugares.", taken=taken))
    if session.scalar(people.teaching(cohort.institution_id).where(Person.id == plan.tutor_id)) is None:
        raise PlanMisfit("tutor", _("Elige quién acompaña al grupo entre los docentes de tu institución."))
    cohort.title, cohort.tutor_id, cohort.places = title, plan.tutor_id, plan.places
    cohort.enrol_until_on, cohort.starts_on, cohort.ends_on = plan.enrol_until_on, plan.starts_on, plan.ends_on


def _taken(cohort_id: object) -> Select[int]:
    return select(func.count(Enrolment.id)).where(and_(Enrolment.cohort_id == cohort_id, Enrolment.left_at.is_(None)))


def _with_taken() -> Select[Cohort, int]:
    taken = _taken(Cohort.id).correlate(Cohort).scalar_subquery()
    return select(Cohort, taken).options(joinedload(Cohort.tutor))


def _standings(session: Session, query: Select[Cohort, int]) -> list[Standing]:
    day = today()
    return [Standing(cohort, taken, day) for cohort, taken in session.execute(query)]
