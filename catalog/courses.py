"""The catalogue of courses: those that the viewer may take, by words and facets, and what a card of each tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from catalog import cohorts, enrolments, facets
from catalog.cohorts import Standing
from catalog.facets import Choice, Facet, Traits
from catalog.models import Course, CourseModule, Enrolment, Kind, Resource, ResourceState
from lti.models import Institution
from lti.viewers import Viewer
from search.documents import Query
from search.engine import current_index

SIZE = 12
"""Courses a page."""
MOST = 5_000
"""Of those that words find."""


@dataclass(frozen=True)
class Card:
    """What a list tells of a course."""

    resource: Resource
    course: Course
    module_count: int
    groups: Sequence[Standing]
    """Neither over nor cancelled, the first to begin first."""
    institution: str
    enrolment: Enrolment | None
    """The viewer's, also one that they left."""


@dataclass(frozen=True)
class Shelf:
    """A page of the courses that meet a choice; ``total`` counts all that do, ``held`` all that there are."""

    items: Sequence[Card]
    facets: Sequence[Facet]
    number: int
    count: int
    total: int
    held: int


@dataclass(frozen=True)
class Tally:
    """How many people began a course, finished it, and left it before they did. No names."""

    course_id: int
    title: str
    began: int
    finished: int
    left: int


def browse(session: Session, viewer: Viewer, choice: Choice) -> Shelf:
    """The courses for the viewer that meet the choice, those that answer the words best (else the newest) first.

    A fixed number of queries, however many courses, modules and enrolments there are. IndexUnavailable only where words
    are asked for.
    """
    names = _institutions(session)
    every = _traits(session, viewer)
    held = len(every)
    if choice.words and every:
        every = _that_answer(viewer, choice.words, every)
    labels = {"subject": facets.spellings(every), "institution": {str(id): name for id, name in names.items()}}
    kept, found = facets.sift(every, choice, labels)
    count = max(1, -(-len(kept) // SIZE))
    number = min(max(choice.page, 1), count)
    ids = [each.id for each in kept[(number - 1) * SIZE : number * SIZE]]
    return Shelf(cards(session, viewer, ids, names), found, number, count, len(kept), held)


def cards(session: Session, viewer: Viewer, ids: Sequence[int], names: Mapping[int, str]) -> list[Card]:
    """The cards of courses, in the order of their ids, by four queries."""
    rows = session.execute(select(Resource, Course).join(Course).where(Resource.id.in_(ids)))
    found = {resource.id: (resource, course) for resource, course in rows}
    modules = _module_counts(session, ids)
    groups = cohorts.current(session, ids)
    mine = enrolments.of_person(viewer.person_id).where(Enrolment.course_id.in_(ids))
    own = {each.course_id: each for each in session.scalars(mine)}
    return [
        Card(
            *found[id],
            modules.get(id, 0),
            groups.get(id, ()),
            names.get(found[id][0].institution_id or 0, ""),
            own.get(id),
        )
        for id in ids
        if id in found
    ]


def published(viewer: Viewer) -> Select[Resource]:
    """The courses that the viewer may take."""
    return select(Resource).where(
        Resource.kind == Kind.COURSE,
        Resource.state == ResourceState.PUBLISHED,
        Resource.audience.in_(viewer.audiences),
    )


def counts(session: Session, institution_id: int) -> list[Tally]:
    """How an institution's courses are taken, by title: those that were ever published."""
    query = (
        select(
            Resource.id,
            Resource.title,
            func.count(Enrolment.id),
            func.count(Enrolment.finished_at),
            func.count(Enrolment.left_at).filter(Enrolment.finished_at.is_(None)),
        )
        .outerjoin(Enrolment, Enrolment.course_id == Resource.id)
        .where(
            Resource.kind == Kind.COURSE,
            Resource.institution_id == institution_id,
            Resource.published_at.is_not(None),
        )
        .group_by(Resource.id, Resource.title)
        .order_by(Resource.title, Resource.id)
    )
    return [Tally(*row) for row in session.execute(query)]


def _traits(session: Session, viewer: Viewer) -> list[Traits]:
    """What the facets know of all courses for the viewer, the newest first; two queries."""
    joinable = frozenset(session.scalars(cohorts.open_courses()))
    query = (
        published(viewer)
        .join(Course, Course.resource_id == Resource.id)
        .order_by(Resource.published_at.desc(), Resource.id.desc())
        .with_only_columns(
            Resource.id,
            Resource.subjects,
            Resource.level,
            Resource.effort_minutes,
            Resource.language,
            Resource.institution_id,
            Course.is_self_study,
            Course.gives_certificate,
        )
    )
    return [
        Traits(id, subjects, level, minutes, language, institution_id, is_self_study, id in joinable, gives_certificate)
        for id, subjects, level, minutes, language, institution_id, is_self_study, gives_certificate in session.execute(
            query
        )
    ]


def _that_answer(viewer: Viewer, words: str, every: Sequence[Traits]) -> list[Traits]:
    """Of the courses those that the index finds, the best first."""
    by_id = {str(each.id): each for each in every}
    found = current_index().ids(Query(words, viewer.audiences, limit=MOST, kind=Kind.COURSE.value))
    return [by_id[id] for id in found if id in by_id]


def _institutions(session: Session) -> dict[int, str]:
    return {each.id: each.name for each in session.scalars(select(Institution))}


def _module_counts(session: Session, ids: Collection[int]) -> dict[int, int]:
    query = (
        select(CourseModule.course_id, func.count())
        .join(Resource, and_(Resource.id == CourseModule.module_id, Resource.state == ResourceState.PUBLISHED))
        .where(CourseModule.course_id.in_(ids))
        .group_by(CourseModule.course_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
