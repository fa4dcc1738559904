"""The grades that a module or a course earns in the Moodle course that one came from, and how each stands there."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.models import CourseModule, Enrolment, Resource, ResourceState
from catalog.openings import Mark
from lrc.study.grading import COURSE, MODULE
from lti import grades
from lti.models import ResourceLink
from lti.viewers import Role, Viewer

_STAFF = frozenset({Role.TEACHER, Role.LIBRARIAN, Role.ADMINISTRATOR})


def courses_with(viewer: Viewer, module: Resource) -> Select[Resource]:
    """The published courses that a module is in, of those that the viewer may see."""
    return (
        select(Resource)
        .join(CourseModule, CourseModule.course_id == Resource.id)
        .where(
            CourseModule.module_id == module.id,
            Resource.state == ResourceState.PUBLISHED,
            Resource.audience.in_(viewer.audiences),
        )
        .order_by(Resource.title, Resource.id)
    )


def courses_under_way(viewer: Viewer, module: Resource) -> Select[Resource]:
    """Of those courses, the ones where the viewer has a place."""
    return courses_with(viewer, module).join(
        Enrolment,
        (Enrolment.course_id == Resource.id) & (Enrolment.person_id == viewer.person_id) & Enrolment.left_at.is_(None),
    )


def of_module(session: Session, viewer: Viewer, module: Resource) -> list[Mark]:
    """The grades in the viewer's course for the module itself or a course that it is in, the one they came by first."""
    return _marks(session, viewer, _links_of_module(viewer, module))


def of_course(session: Session, viewer: Viewer, course: Resource) -> list[Mark]:
    """The grades in the viewer's Moodle course for this course of the catalogue, the one they came by first."""
    its = (ResourceLink.kind == COURSE) & (ResourceLink.target == course.record_id)
    return _marks(session, viewer, _graded(viewer).where(its))


def _marks(session: Session, viewer: Viewer, links: Select[ResourceLink]) -> list[Mark]:
    if viewer.context_id is None or viewer.is_choosing:
        return []
    may_earn = Role.STUDENT in viewer.roles and not viewer.roles & _STAFF
    found = sorted(session.scalars(links), key=lambda link: link.id != viewer.link_id)
    return [
        Mark(link, grades.find_newest(session, link.id, viewer.person_id) if may_earn else None, may_earn)
        for link in found
    ]


def _links_of_module(viewer: Viewer, module: Resource) -> Select[ResourceLink]:
    courses = (
        select(Resource.record_id)
        .join(CourseModule, CourseModule.course_id == Resource.id)
        .where(CourseModule.module_id == module.id)
    )
    is_its = (ResourceLink.kind == MODULE) & (ResourceLink.target == module.record_id)
    is_a_courses = (ResourceLink.kind == COURSE) & ResourceLink.target.in_(courses)
    return _graded(viewer).where(is_its | is_a_courses)


def _graded(viewer: Viewer) -> Select[ResourceLink]:
    return (
        select(ResourceLink)
        .where(ResourceLink.context_id == viewer.context_id, ResourceLink.is_graded, ResourceLink.hidden_at.is_(None))
        .order_by(ResourceLink.last_launched_at.desc(), ResourceLink.id.desc())
    )
