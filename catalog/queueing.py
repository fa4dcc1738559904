"""The queue of review: what waits at an institution, sifted by what it is and by who has taken it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from catalog import takings
from catalog.facets import subject_code
from catalog.models import Resource, ResourceState, Taking, Version, VersionState
from lrc.pagination import SIZE, Stretch
from lti.viewers import Viewer

OLDEST, NEWEST = "oldest", "newest"
FREE, MINE, OTHERS = "free", "mine", "others"
MOST_SUBJECTS = 40


@dataclass(frozen=True)
class Sieve:
    """What of the queue is wanted; "" stands for all. ``taken`` is FREE, MINE or OTHERS."""

    kind: str = ""
    subject: str = ""
    taken: str = ""
    order: str = OLDEST
    page: int = 1


@dataclass(frozen=True)
class Waiting:
    """A stretch of what waits, who has taken what of it, and how many each choice would leave, by facet and code."""

    stretch: Stretch[Resource]
    takers: Mapping[int, Taking]
    counts: Mapping[str, Mapping[str, int]]
    subjects: Mapping[str, str]
    """How each subject is written, by its code, the most frequent first."""


@dataclass(frozen=True)
class _Row:
    id: int
    kind: str
    subjects: Mapping[str, str]
    taken: str
    since: datetime


def waiting(session: Session, viewer: Viewer, sieve: Sieve) -> Waiting:
    """What waits for a librarian of the viewer's institution, newer versions of what is published too.

    A count obeys what is chosen of the others, not of its own. Four queries, however many wait.
    """
    rows = _rows(session, viewer)
    met = {name: [test(row) for row in rows] for name, test in _tests(sieve).items()}
    kept = [row for place, row in enumerate(rows) if all(tests[place] for tests in met.values())]
    kept.sort(key=lambda row: (row.since, row.id), reverse=sieve.order == NEWEST)
    stretch = _stretch(session, kept, sieve.page)
    return Waiting(
        stretch=stretch,
        takers=takings.of(session, [each.id for each in stretch.items]),
        counts={name: _counted(name, rows, met) for name in met},
        subjects=_subjects(rows),
    )


def _subjects(rows: Sequence[_Row]) -> dict[str, str]:
    spelt = Counter((code, label) for row in rows for code, label in row.subjects.items())
    named: dict[str, str] = {}
    for (code, label), _count in spelt.most_common():
        named.setdefault(code, label)
    return dict(list(named.items())[:MOST_SUBJECTS])


def _tests(sieve: Sieve) -> dict[str, Callable[[_Row], bool]]:
    return {
        "kind": lambda row: sieve.kind in ("", row.kind),
        "subject": lambda row: not sieve.subject or sieve.subject in row.subjects,
        "taken": lambda row: sieve.taken in ("", row.taken),
    }


def _counted(name: str, rows: Sequence[_Row], met: Mapping[str, Sequence[bool]]) -> Counter[str]:
    others = [tests for other, tests in met.items() if other != name]
    left = [row for place, row in enumerate(rows) if all(tests[place] for tests in others)]
    if name == "subject":
        return Counter(code for row in left for code in row.subjects)
    return Counter(row.kind if name == "kind" else row.taken for row in left)


def _rows(session: Session, viewer: Viewer) -> list[_Row]:
    newer = select(func.max(Version.made_at)).where(
        Version.resource_id == Resource.id, Version.state == VersionState.WAITING
    )
    since = func.coalesce(newer.scalar_subquery(), Resource.created_at, type_=Resource.created_at.type)
    query = (
        select(Resource.id, Resource.kind, Resource.subjects, Taking.person_id, since)
        .outerjoin(Taking, Taking.resource_id == Resource.id)
        .where(_waits(viewer))
    )
    return [
        _Row(id_, kind.value, {subject_code(each): each for each in subjects}, _taken(viewer, taker), at)
        for id_, kind, subjects, taker, at in session.execute(query)
    ]


def _waits(viewer: Viewer) -> ColumnElement[bool]:
    newer = select(Version.resource_id).where(Version.state == VersionState.WAITING)
    is_waiting = or_(Resource.state == ResourceState.WAITING, Resource.id.in_(newer))
    return (Resource.institution_id == viewer.institution_id) & is_waiting


def _taken(viewer: Viewer, taker: int | None) -> str:
    return FREE if taker is None else MINE if taker == viewer.person_id else OTHERS


def _stretch(session: Session, rows: Sequence[_Row], number: int) -> Stretch[Resource]:
    count = max(1, -(-len(rows) // SIZE))
    number = min(max(number, 1), count)
    ids = [row.id for row in rows[(number - 1) * SIZE : number * SIZE]]
    query = select(Resource).where(Resource.id.in_(ids))
    query = query.options(joinedload(Resource.file), joinedload(Resource.owner), joinedload(Resource.context))
    found = {each.id: each for each in session.scalars(query)} if ids else {}
    return Stretch([found[each] for each in ids if each in found], number, count, len(rows))
