"""What a member of a tutor's group did in the modules of its course, for who may look at the group."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from catalog.models import Cohort, CourseModule, Enrolment
from lrc.errors import NotFound
from lrc.study import syllabus, tutoring
from lrc.study.models import Attempt
from lrc.study.syllabus import Line
from lti.viewers import Viewer


@dataclass(frozen=True)
class Work:
    """A module of the course, how it stands for the member, and how often they submitted a quiz of it."""

    line: Line
    attempts: int


def get(session: Session, viewer: Viewer, cohort_id: int, enrolment_id: int) -> Enrolment:
    """A member's place in a group that the viewer may look at, not their own. NotFound for any other."""
    found = session.scalar(_places(viewer).where(Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort_id))
    if found is None:
        raise NotFound
    return found


def find_place(session: Session, viewer: Viewer, module_id: int, person_id: int) -> Enrolment | None:
    """The place through which the viewer may look at what the person did in the module: a course of the group has it.

    Of several the newest.
    """
    query = (
        _places(viewer)
        .join(CourseModule, CourseModule.course_id == Enrolment.course_id)
        .where(Enrolment.person_id == person_id, CourseModule.module_id == module_id)
        .order_by(Enrolment.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def works(session: Session, place: Enrolment) -> list[Work]:
    """The modules of the course that the member can study or began, in order; by three queries."""
    lines = [each for each in syllabus.of_member(session, place) if each.study or each.state is not syllabus.State.AWAY]
    counted = (
        select(Attempt.study_id, func.count())
        .where(Attempt.study_id.in_([each.study.id for each in lines if each.study]), Attempt.submitted_at.is_not(None))
        .group_by(Attempt.study_id)
    )
    tries = {row[0]: row[1] for row in session.execute(counted)}
    return [Work(each, tries.get(each.study.id, 0) if each.study else 0) for each in lines]


def _places(viewer: Viewer) -> Select[Enrolment]:
    return (
        select(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(tutoring.seen_by(viewer), Enrolment.left_at.is_(None), Enrolment.person_id != viewer.person_id)
        .options(contains_eager(Enrolment.cohort), joinedload(Enrolment.course), joinedload(Enrolment.person))
    )
