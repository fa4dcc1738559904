"""The modules of courses in order, with what somebody did of each, and where they go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from catalog.models import CourseModule, Enrolment, Resource, ResourceState
from lrc.study import studies
from lrc.study.content import PartContent
from lrc.study.models import Study
from lti import groups
from lti.models import Person
from lti.viewers import EVERYONE, Viewer


class State(StrEnum):
    """How a module stands for somebody."""

    UNTOUCHED = "untouched"
    UNDER_WAY = "under-way"
    FINISHED = "finished"
    AWAY = "away"
    """It was withdrawn, or is not for them: nobody has to finish it."""


@dataclass(frozen=True)
class Line:
    """A module in its place in a course."""

    number: int
    """From 1."""
    module: Resource
    state: State
    study: Study | None = None

    @property
    def goes_on(self) -> bool:
        return self.state is State.UNDER_WAY

    @property
    def is_withdrawn(self) -> bool:
        return self.module.state is not ResourceState.PUBLISHED


def of_courses(session: Session, viewer: Viewer, course_ids: Collection[int]) -> dict[int, list[Line]]:
    """By course its lines for the viewer, in order; two queries."""
    return _lines(session, viewer.person_id, viewer.audiences, course_ids) if course_ids else {}


def of_member(session: Session, place: Enrolment) -> list[Line]:
    """The lines of a course for somebody who is in it, as others see them; counts as done_counts does."""
    home = place.person.institution_id
    audiences = {place.course.audience, *groups.audiences_of(session, [home])[home]}
    return _lines(session, place.person_id, audiences, [place.course_id]).get(place.course_id, [])


def studies_in(session: Session, person_id: int, module_ids: Collection[int]) -> dict[int, Study]:
    """By module what somebody studies of these, trials left out; one query."""
    query = studies.of_person(person_id).where(Study.module_id.in_(module_ids), Study.is_trial.is_(False))
    return {each.module_id: each for each in session.scalars(query)} if module_ids else {}


def next_line(lines: Sequence[Line]) -> Line | None:
    """Where to go on: the module that was touched last and is not finished, else the first that was not begun."""
    under_way = [(each.study.last_at, -each.number, each) for each in lines if each.study and each.goes_on]
    if under_way:
        return max(under_way)[2]
    return next((each for each in lines if each.state is State.UNTOUCHED), None)


def next_part(study: Study) -> PartContent | None:
    """The part to go on with: where they stopped unless that is done, else the next one that is not."""
    parts = studies.module_of(study).parts
    done = {*study.read_parts, *study.passed_parts}
    at = next((n for n, part in enumerate(parts) if part.key == study.last_part), 0)
    return next((part for part in (*parts[at:], *parts[:at]) if part.key not in done), None)


def count_parts(study: Study) -> tuple[int, int]:
    """How many parts are done, and of how many."""
    keys = {part.key for part in studies.module_of(study).parts}
    return len(keys.intersection([*study.read_parts, *study.passed_parts])), len(keys)


def done_counts(enrolment_ids: Collection[int]) -> Select[int, int, int]:
    """Of each enrolment: its id, how many modules of the course its person can study, and how many they finished.

    A course without such modules has no row.
    """
    course = aliased(Resource)
    seen_by_readers = or_(
        Resource.audience.in_((EVERYONE, course.audience)),
        Resource.audience == literal("institution:").concat(cast(Person.institution_id, String)),
    )
    return (
        select(Enrolment.id, func.count(), func.count(Study.finished_at))
        .join(Person, Person.id == Enrolment.person_id)
        .join(course, course.id == Enrolment.course_id)
        .join(CourseModule, CourseModule.course_id == Enrolment.course_id)
        .join(Resource, and_(Resource.id == CourseModule.module_id, Resource.state == ResourceState.PUBLISHED))
        .outerjoin(
            Study,
            and_(
                Study.module_id == CourseModule.module_id,
                Study.person_id == Enrolment.person_id,
                Study.is_trial.is_(False),
            ),
        )
        .where(Enrolment.id.in_(enrolment_ids), seen_by_readers)
        .group_by(Enrolment.id)
    )


def _lines(
    session: Session, person_id: int, audiences: Collection[str], course_ids: Collection[int]
) -> dict[int, list[Line]]:
    query = (
        select(CourseModule)
        .where(CourseModule.course_id.in_(course_ids))
        .options(joinedload(CourseModule.module))
        .order_by(CourseModule.course_id, CourseModule.position)
    )
    places = session.scalars(query).all()
    own = studies_in(session, person_id, {each.module_id for each in places})
    lines: dict[int, list[Line]] = defaultdict(list)
    for each in places:
        so_far, study = lines[each.course_id], own.get(each.module_id)
        so_far.append(Line(len(so_far) + 1, each.module, _state(audiences, each.module, study), study))
    return lines


def _state(audiences: Collection[str], module: Resource, study: Study | None) -> State:
    if study is not None and study.finished_at is not None:
        return State.FINISHED
    if module.state is not ResourceState.PUBLISHED or module.audience not in audiences:
        return State.AWAY
    return State.UNTOUCHED if study is None else State.UNDER_WAY
