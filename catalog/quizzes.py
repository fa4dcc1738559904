"""Which modules and courses have something that earns a grade: a quiz in the version in force."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.orm import Session

from catalog.models import CourseModule, Resource, ResourceState, Version, VersionState

# As a manuscript's JSON has it; within texts the quotes would be escaped.
_QUIZ = '"type": "quiz"'


def modules_with_any(session: Session, ids: Collection[int]) -> frozenset[int]:
    """Those of the modules that have a quiz, by one query that moves no contents."""
    query = select(Version.resource_id).where(Version.resource_id.in_(ids), *_holds_quiz())
    return frozenset(session.scalars(query)) if ids else frozenset()


def courses_with_any(session: Session, ids: Collection[int]) -> frozenset[int]:
    """Those of the courses that have a published module with a quiz."""
    query = (
        select(CourseModule.course_id)
        .distinct()
        .join(CourseModule.module)
        .join(Version, Version.resource_id == CourseModule.module_id)
        .where(CourseModule.course_id.in_(ids), Resource.state == ResourceState.PUBLISHED, *_holds_quiz())
    )
    return frozenset(session.scalars(query)) if ids else frozenset()


def _holds_quiz() -> tuple[ColumnElement[bool], ...]:
    return Version.state == VersionState.PUBLISHED, cast(Version.content, String).contains(_QUIZ, autoescape=True)
