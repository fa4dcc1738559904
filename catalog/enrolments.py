"""The rules of places in courses: enrolling, leaving, coming back, and noting that something was done there."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import format_date
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from catalog import cohorts
from catalog.cohorts import Phase, Standing
from catalog.models import Cohort, Course, CourseModule, Enrolment, Kind, Resource, ResourceState
from lrc.db import utcnow
from lrc.errors import Conflict, NotFound
from lti.viewers import Viewer

moved: list[Callable[[Session, Enrolment], None]] = []
"""Called when somebody who had a place in a course goes to another group of it, or to none."""


class NoPlace(Conflict):
    """One cannot enrol like this, or not any more."""

    title = _("No hay lugar")
    advice = _("Mira en la página del curso de qué otras formas puedes llevarlo.")


def enrol(session: Session, viewer: Viewer, course: Resource, cohort: Cohort | None = None) -> Enrolment:
    """Give the viewer a place in a course that they may see, in a group or (None) by themselves.

    One place a person and course: who has one already goes to the group asked for; asked again nothing changes.
    NoPlace where the course is not published or not taken like this, and where the group is full, closed or cancelled.
    """
    _check_offered(session, course, cohort)
    if cohort is not None:
        _take_place(session, viewer, course, cohort)
    cohort_id = cohort.id if cohort else None
    enrolment = _held(session, viewer.person_id, course.id) or _inserted(session, viewer, course, cohort_id)
    if enrolment.cohort_id != cohort_id:
        enrolment.cohort = cohort
        enrolment.cohort_id = cohort_id
        for listener in moved:
            listener(session, enrolment)
    _present(enrolment)
    session.flush()
    return enrolment


def leave(session: Session, viewer: Viewer, course: Resource) -> Enrolment:
    """Give the place up; what was done is kept, and one may come back. Leaving again changes nothing. NotFound."""
    enrolment = _get_held(session, viewer, course)
    enrolment.left_at = enrolment.left_at or utcnow()
    session.flush()
    return enrolment


def come_back(session: Session, viewer: Viewer, course: Resource) -> Enrolment:
    """Take up again what was left, in the same group while it lasts and has a place, also after enrolment closed.

    NotFound where the viewer never had a place; NoPlace where that way is closed: they may enrol in another.
    """
    known = find(session, viewer.person_id, course.id)
    cohort = known.cohort if known and known.left_at is not None else None
    if cohort is not None:  # held before the place itself, as whoever enrols does
        _take_place(session, viewer, course, cohort, is_return=True)
    enrolment = _get_held(session, viewer, course)
    if enrolment.left_at is not None:
        _check_offered(session, course, enrolment.cohort)
        _present(enrolment)
        session.flush()
    return enrolment


def find(session: Session, person_id: int, course_id: int) -> Enrolment | None:
    """Somebody's place in a course, also one that they left."""
    return session.scalars(of_person(person_id).where(Enrolment.course_id == course_id)).one_or_none()


def of_person(person_id: int) -> Select[Enrolment]:
    """Somebody's places, left ones too, where they did something last first; with courses and groups."""
    return (
        select(Enrolment)
        .where(Enrolment.person_id == person_id)
        .options(joinedload(Enrolment.course), joinedload(Enrolment.cohort).joinedload(Cohort.tutor))
        .order_by(Enrolment.last_at.desc(), Enrolment.id.desc())
    )


def with_module(person_id: int, module_id: int) -> Select[Enrolment]:
    """The places that somebody has (not left) in courses that contain a module."""
    courses = select(CourseModule.course_id).where(CourseModule.module_id == module_id)
    return select(Enrolment).where(
        Enrolment.person_id == person_id, Enrolment.left_at.is_(None), Enrolment.course_id.in_(courses)
    )


def touch(session: Session, person_id: int, module_id: int) -> None:
    """Note that somebody did something now in the courses that contain the module."""
    ids = with_module(person_id, module_id).with_only_columns(Enrolment.id)
    session.execute(
        update(Enrolment)
        .where(Enrolment.id.in_(ids))
        .values(last_at=utcnow())
        .execution_options(synchronize_session=False)
    )


def _present(enrolment: Enrolment) -> None:
    enrolment.left_at = None
    enrolment.last_at = utcnow()


def _check_offered(session: Session, course: Resource, cohort: Cohort | None) -> None:
    facts = session.get(Course, course.id)
    if course.kind is not Kind.COURSE or course.state is not ResourceState.PUBLISHED or facts is None:
        raise NoPlace(_("Este curso no está abierto en este momento."), advice=_("Busca otro en el catálogo."))
    if cohort is None and not facts.is_self_study:
        raise NoPlace(
            _("Este curso se lleva solo con tutor."), advice=_("Elige uno de los grupos en la página del curso.")
        )


def _take_place(session: Session, viewer: Viewer, course: Resource, cohort: Cohort, *, is_return: bool = False) -> None:
    """Hold the group, so that of many who come at once no more get a place than there are, and see whether one is."""
    if cohort.course_id != course.id:
        raise NotFound(_("Ese grupo no es de este curso."))
    standing = cohorts.hold(session, cohort)
    if session.scalar(_present_in(viewer.person_id, cohort)) is not None:
        return
    if standing.phase is Phase.CLOSED and is_return and standing.places_left != 0:
        return
    if standing.phase is not Phase.ENROLLING:
        raise NoPlace(_why_not(standing))


def _present_in(person_id: int, cohort: Cohort) -> Select[int]:
    return select(Enrolment.id).where(
        Enrolment.person_id == person_id, Enrolment.cohort_id == cohort.id, Enrolment.left_at.is_(None)
    )


def _why_not(standing: Standing) -> object:
    day = format_date(standing.cohort.enrol_until_on, "long")
    return {
        Phase.CANCELLED: _("Este grupo fue cancelado."),
        Phase.OVER: _("Este grupo ya terminó."),
        Phase.FULL: _("Este grupo ya no tiene lugares."),
        Phase.CLOSED: _("Las inscripciones de este grupo cerraron el %(day)s.", day=day)
        if standing.places_left != 0
        else _("Este grupo ya no tiene lugares."),
    }[standing.phase]


def _get_held(session: Session, viewer: Viewer, course: Resource) -> Enrolment:
    enrolment = _held(session, viewer.person_id, course.id)
    if enrolment is None:
        raise NotFound(_("No estás en este curso."))
    return enrolment


def _held(session: Session, person_id: int, course_id: int) -> Enrolment | None:
    query = select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def _inserted(session: Session, viewer: Viewer, course: Resource, cohort_id: int | None) -> Enrolment:
    made = Enrolment(course_id=course.id, person_id=viewer.person_id, cohort_id=cohort_id)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another request of the same person came first
        return _get_held(session, viewer, course)
    return made
