"""What somebody studies: what is under way and where they stopped, what is finished and left, and coming dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, joinedload

from catalog import enrolments
from catalog.days import today
from catalog.models import Enrolment, Resource, ResourceState
from lrc.study import studies, syllabus
from lrc.study.content import PartContent
from lrc.study.models import Study
from lrc.study.syllabus import Line, State
from lti.viewers import Viewer

MOST = 200
"""Of courses and of modules that are read; nobody has so many under way."""


@dataclass(frozen=True)
class Place:
    """A course, or a module by itself, that somebody began."""

    resource: Resource
    last_at: datetime
    enrolment: Enrolment | None = None
    """None: a module by itself."""
    lines: Sequence[Line] = ()
    study: Study | None = None
    """Of the module to go on with; None where that was not begun."""
    module: Resource | None = None
    """The one to go on with; None where nothing is left to do."""
    part: PartContent | None = None

    @property
    def is_available(self) -> bool:
        return self.resource.state is ResourceState.PUBLISHED

    @property
    def modules_done(self) -> int:
        return sum(each.state is State.FINISHED for each in self.lines)

    @property
    def modules_open(self) -> int:
        return sum(each.state is not State.AWAY for each in self.lines)


@dataclass(frozen=True)
class Mine:
    """All of it, the last touched first."""

    under_way: Sequence[Place]
    finished: Sequence[Place]
    left: Sequence[Place]
    groups: Sequence[Enrolment]
    """Places in groups that are not over, the first to begin first; cancelled ones too."""

    @property
    def is_empty(self) -> bool:
        return not (self.under_way or self.finished or self.left)


def of(session: Session, viewer: Viewer) -> Mine:
    """What the viewer studies, by five queries and the contents of the modules under way."""
    places = session.scalars(enrolments.of_person(viewer.person_id).limit(MOST)).all()
    lines = syllabus.of_courses(session, viewer, {each.course_id for each in places})
    within = {line.module.id for some in lines.values() for line in some}
    singles = [_single(viewer, each) for each in _studies(session, viewer) if each.module_id not in within]
    courses = [(each, _course(each, lines.get(each.course_id, ()))) for each in places]
    under_way = [place for each, place in courses if _is_under_way(each)]
    finished = [place for each, place in courses if each.finished_at is not None]
    return Mine(
        _newest_first([*under_way, *(each for each in singles if not _is_finished(each))]),
        _newest_first([*finished, *(each for each in singles if _is_finished(each))]),
        [place for each, place in courses if each.left_at is not None and each.finished_at is None],
        _coming(places),
    )


def _studies(session: Session, viewer: Viewer) -> Sequence[Study]:
    query = (
        studies.of_person(viewer.person_id)
        .where(Study.is_trial.is_(False))
        .options(joinedload(Study.module))
        .order_by(Study.last_at.desc(), Study.id.desc())
        .limit(MOST)
    )
    return session.scalars(query).all()


def _is_under_way(enrolment: Enrolment) -> bool:
    return enrolment.left_at is None and enrolment.finished_at is None


def _coming(places: Sequence[Enrolment]) -> list[Enrolment]:
    day = today()
    of_groups = [(each.cohort, each) for each in places if each.cohort is not None and each.left_at is None]
    current = [(cohort.starts_on, each.id, each) for cohort, each in of_groups if cohort.ends_on >= day]
    return [each for _, _, each in sorted(current)]


def _is_finished(place: Place) -> bool:
    return place.study is not None and place.study.finished_at is not None


def _course(enrolment: Enrolment, lines: Sequence[Line]) -> Place:
    times = [enrolment.last_at, *(each.study.last_at for each in lines if each.study)]
    line = syllabus.next_line(lines)
    return Place(
        enrolment.course,
        max(times),
        enrolment,
        lines,
        study=line.study if line else None,
        module=line.module if line else None,
        part=syllabus.next_part(line.study) if line and line.study else None,
    )


def _single(viewer: Viewer, study: Study) -> Place:
    is_open = study.module.state is ResourceState.PUBLISHED and study.module.audience in viewer.audiences
    goes_on = is_open and study.finished_at is None
    return Place(
        study.module,
        study.last_at,
        study=study,
        module=study.module if goes_on else None,
        part=syllabus.next_part(study) if goes_on else None,
    )


def _newest_first(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda place: place.last_at, reverse=True)
