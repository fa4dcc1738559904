"""How a class stands in a module: who did not begin, is under way, is stuck or is done; who needs help comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from catalog import classes
from catalog.models import CourseModule, Resource
from lrc.db import utcnow
from lrc.errors import NotFound
from lrc.study import grading, scoring, studies
from lrc.study.content import Module, Quiz
from lrc.study.models import Attempt, Study
from lti.models import Membership, ResourceLink

STILL_AFTER = timedelta(days=7)
"""Who did nothing for so long in a module that is begun and not finished is stuck."""
FAILED_OFTEN = 2
"""So many attempts below the pass mark, with none above it, say the same."""


class State(StrEnum):
    STUCK = "stuck"
    NOT_BEGUN = "not-begun"
    UNDER_WAY = "under-way"
    DONE = "done"


@dataclass(frozen=True)
class Row:
    """A student and how they stand in the module."""

    membership: Membership
    state: State
    study: Study | None = None
    content: Module | None = None
    """Of the version that they are in."""
    failing: tuple[str, ...] = ()
    """The titles of the quizzes that they failed often."""
    is_still: bool = False
    """Whether they did nothing for STILL_AFTER."""

    @property
    def done(self) -> int:
        return len(self.study.read_parts) + len(self.study.passed_parts) if self.study else 0

    @property
    def parts(self) -> int:
        return len(self.content.parts) if self.content else 0

    @property
    def stopped_at(self) -> str:
        """The title of the part where they stopped; empty where that is not known."""
        part = studies.part_of(self.content, self.study.last_part) if self.content and self.study else None
        return part.title if part else ""


def modules(context_id: int) -> Select[Resource]:
    """The modules that the course's links lead to, by themselves or within a course, by title."""
    linked = (
        select(Resource.id, ResourceLink.kind)
        .join(ResourceLink, ResourceLink.target == Resource.record_id)
        .where(ResourceLink.context_id == context_id, ResourceLink.hidden_at.is_(None))
        .subquery()
    )
    alone = select(linked.c.id).where(linked.c.kind == grading.MODULE)
    within = (
        select(CourseModule.module_id)
        .join(linked, linked.c.id == CourseModule.course_id)
        .where(linked.c.kind == grading.COURSE)
    )
    return (
        select(Resource)
        .where(or_(Resource.id.in_(alone), Resource.id.in_(within)))
        .order_by(Resource.title, Resource.id)
    )


def get_module(session: Session, context_id: int, module_id: int) -> Resource:
    """A module of the course; NotFound where no link of it leads there."""
    found = session.scalar(modules(context_id).where(Resource.id == module_id))
    if found is None:
        raise NotFound
    return found


def rows(session: Session, context_id: int, module: Resource) -> list[Row]:
    """The students who are in the course now, those who need help first; by three queries and the versions."""
    people = session.scalars(classes.students(context_id)).all()
    found = _studies(session, module, people)
    failures = _failures(session, [each.id for each in found.values()])
    now = utcnow()
    made = [_row(session, each, found.get(each.person_id or 0), failures, now) for each in people]
    order = list(State)
    return sorted(made, key=lambda row: order.index(row.state))  # stable: by name within a state


def counts(all_rows: Sequence[Row]) -> dict[State, int]:
    return {state: sum(row.state is state for row in all_rows) for state in State}


def _studies(session: Session, module: Resource, people: Sequence[Membership]) -> dict[int, Study]:
    ids = [each.person_id for each in people if each.person_id is not None]
    if not ids:
        return {}
    query = select(Study).where(Study.module_id == module.id, Study.person_id.in_(ids), Study.is_trial.is_(False))
    return {each.person_id: each for each in session.scalars(query)}


def _failures(session: Session, study_ids: Sequence[int]) -> Mapping[int, Mapping[str, list[Attempt]]]:
    """By study and quiz the attempts that were submitted."""
    found: dict[int, dict[str, list[Attempt]]] = defaultdict(lambda: defaultdict(list))
    if study_ids:
        query = select(Attempt).where(and_(Attempt.study_id.in_(study_ids), Attempt.submitted_at.is_not(None)))
        for each in session.scalars(query):
            found[each.study_id][each.part].append(each)
    return found


def _row(
    session: Session,
    person: Membership,
    study: Study | None,
    failures: Mapping[int, Mapping[str, list[Attempt]]],
    now: datetime,
) -> Row:
    if study is None:
        return Row(person, State.NOT_BEGUN)
    content = studies.module_at(session, study.version_id)
    if study.finished_at is not None:
        return Row(person, State.DONE, study, content)
    failing = tuple(
        part.title
        for part in content.parts
        if isinstance(part, Quiz) and part.key not in study.passed_parts
        if _failed(part, failures.get(study.id, {}).get(part.key, ())) >= FAILED_OFTEN
    )
    is_still = now - study.last_at >= STILL_AFTER
    state = State.STUCK if failing or is_still else State.UNDER_WAY
    return Row(person, state, study, content, failing, is_still)


def _failed(quiz: Quiz, attempts: Sequence[Attempt]) -> int:
    return sum(scoring.percent(each) < quiz.pass_percent for each in attempts)
