"""Makes a version of a course or a module the one in force: what it says of itself becomes what the library says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, cast, delete, select, update
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.models import Course, CourseModule, Kind, Resource, ResourceState, Version, VersionState
from lrc.db import utcnow
from lti import groups

_LANGUAGE, _LICENSE = "es", "CC BY 4.0"
"""What a manuscript leaves out (lrc.study.content.Described writes no defaults)."""


def adopt(session: Session, resource: Resource, version: Version) -> None:
    """Put a version in force in the place of the one before; adopting it again brings the catalogue up to date."""
    session.execute(
        update(Version)
        .where(
            Version.resource_id == resource.id, Version.state == VersionState.PUBLISHED, Version.number < version.number
        )
        .values(state=VersionState.REPLACED)
    )
    version.state = VersionState.PUBLISHED
    version.published_at = utcnow()
    _describe(resource, version.content)
    if resource.kind is Kind.COURSE:
        _describe_course(session, resource, version.content)
    session.flush()
    if resource.kind is Kind.MODULE:
        resource.effort_minutes = resource.effort_minutes or _minutes_of_parts(version.content)
        _put_into_courses(session, resource)


def _describe(resource: Resource, content: dict[str, Any]) -> None:
    resource.title = content["title"]
    resource.description = content.get("summary", "")
    resource.creators = list(content.get("creators", ()))
    resource.language = content.get("language", _LANGUAGE)
    resource.level = content.get("level", "")
    resource.subjects = list(content.get("subjects", ()))
    resource.license = content.get("license", _LICENSE)
    resource.effort_minutes = content.get("minutes", 0)
    resource.date = str(utcnow().year)


def _minutes_of_parts(content: dict[str, Any]) -> int:
    return sum(part.get("minutes", 0) for part in content.get("parts", ()))


def _describe_course(session: Session, resource: Resource, content: dict[str, Any]) -> None:
    course = session.get(Course, resource.id)
    if course is None:
        course = Course(resource_id=resource.id)
        session.add(course)
    course.objectives = list(content.get("objectives", ()))
    course.for_whom = content.get("for_whom", "")
    course.prerequisites = content.get("prerequisites", "")
    course.is_self_study = content.get("is_self_study", True)
    course.gives_certificate = content.get("gives_certificate", False)
    _place_modules(session, resource, content)


def _place_modules(session: Session, course: Resource, content: dict[str, Any]) -> None:
    """Write which modules are in the course, in order; those that its readers could not open are left out."""
    modules = _modules_open_to(session, course, content.get("modules", ()))
    session.execute(delete(CourseModule).where(CourseModule.course_id == course.id))
    session.add_all(
        CourseModule(course_id=course.id, module_id=each.id, position=position)
        for position, each in enumerate(modules, 1)
    )
    if not content.get("minutes"):
        course.effort_minutes = sum(each.effort_minutes for each in modules)


def _modules_open_to(session: Session, course: Resource, record_ids: Sequence[str]) -> list[Resource]:
    query = select(Resource).where(
        Resource.record_id.in_(record_ids),
        Resource.kind == Kind.MODULE,
        Resource.state == ResourceState.PUBLISHED,
        Resource.audience.in_(groups.shared_by(session, course.audience, course.institution_id)),
    )
    found = {each.record_id: each for each in session.scalars(query)}
    return [found[each] for each in dict.fromkeys(record_ids) if each in found]


def _put_into_courses(session: Session, module: Resource) -> None:
    """Give the module its place in the courses that name it, whichever of them was published first."""
    names_it = cast(Version.content, String).contains(json.dumps(module.record_id), autoescape=True)
    query = (
        select(Version)
        .join(Version.resource)
        .where(Resource.kind == Kind.COURSE, Version.state == VersionState.PUBLISHED, names_it)
    )
    for version in session.scalars(query).all():
        _place_modules(session, version.resource, version.content)
        indexing.changed(session, version.resource)  # it is found by its modules' titles, and says how long they take
