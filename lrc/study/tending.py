"""Who may look after somebody's learning: who teaches them with the module, in Moodle or as tutor of a cohort."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from catalog.models import Cohort, CourseModule, Enrolment, Resource
from lrc.errors import BadInput, NotAllowed
from lrc.study import grading
from lrc.study.models import Study
from lti.models import Membership, ResourceLink
from lti.viewers import Viewer

_REASON_CHARACTERS = 2000


def check(session: Session, viewer: Viewer, study: Study) -> None:
    """NotAllowed unless the viewer may look after the study."""
    if not may_tend(session, viewer, study.module_id, study.person_id):
        raise NotAllowed


def reason_of(text: str) -> str:
    """A reason as it is kept, with what a teacher changes. BadInput for none."""
    reason = text.replace("\0", "").strip()[:_REASON_CHARACTERS]
    if not reason:
        raise BadInput(_("Escribe el motivo: la persona lo leerá."))
    return reason


def may_tend(session: Session, viewer: Viewer, module_id: int, person_id: int) -> bool:
    """Whether the viewer teaches the person with the module: never themselves.

    Either in the Moodle course that they come from, where the person is a student and which links the module or a
    course with it; or as the tutor of the person's cohort in a course with it.
    """
    if viewer.person_id == person_id:
        return False
    return teaches(session, viewer, module_id, person_id) or _tutors(session, viewer, module_id, person_id)


def teaches(session: Session, viewer: Viewer, module_id: int, person_id: int) -> bool:
    """Whether the person is a student of the Moodle course that the viewer comes from as a teacher, with the module."""
    if not viewer.is_teacher or viewer.context_id is None:
        return False
    query = select(Membership).where(Membership.context_id == viewer.context_id, Membership.person_id == person_id)
    if not any(map(grading.is_student, session.scalars(query))):
        return False
    courses = select(CourseModule.course_id).where(CourseModule.module_id == module_id)
    leads = or_(
        and_(ResourceLink.kind == grading.MODULE, Resource.id == module_id),
        and_(ResourceLink.kind == grading.COURSE, Resource.id.in_(courses)),
    )
    link = (
        select(ResourceLink.id)
        .join(Resource, Resource.record_id == ResourceLink.target)
        .where(ResourceLink.context_id == viewer.context_id, ResourceLink.hidden_at.is_(None), leads)
    )
    return session.scalar(link.limit(1)) is not None


def _tutors(session: Session, viewer: Viewer, module_id: int, person_id: int) -> bool:
    query = (
        select(Enrolment.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CourseModule, CourseModule.course_id == Enrolment.course_id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.left_at.is_(None),
            Cohort.tutor_id == viewer.person_id,
            CourseModule.module_id == module_id,
        )
    )
    return session.scalar(query.limit(1)) is not None
