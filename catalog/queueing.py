"""The queue of review: what waits at an institution, sifted by what it is and by who has taken it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
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


class _Head(NamedTuple):
    """What of a resource is sifted: its kind, its subjects as the database writes them, and who has taken it."""

    kind: str
    subjects: str
    taken: str


def waiting(session: Session, viewer: Viewer, sieve: Sieve) -> Waiting:
    """What waits for a librarian of the viewer's institution, newer versions of what is published too.

    A count obeys what is chosen of the others, not of its own. Four queries, however many wait. What waits is judged
    here and not in the database: there it takes as long, and cannot know that two spellings are one subject.
    """
    rows = _rows(session, viewer, sieve.order)
    heads = Counter(head for _id, head in rows)
    chosen = {"kind": sieve.kind, "subject": sieve.subject, "taken": sieve.taken}
    counts: dict[str, Counter[str]] = {name: Counter() for name in chosen}
    kept = set()
    for head, count in heads.items():
        codes = {"kind": (head.kind,), "subject": _subjects(head.subjects), "taken": (head.taken,)}
        missed = [name for name, code in chosen.items() if code and code not in codes[name]]
        if not missed:
            kept.add(head)
        for name in codes if not missed else missed if len(missed) == 1 else ():
            for code in codes[name]:
                counts[name][code] += count
    stretch = _stretch(session, [id_ for id_, head in rows if head in kept], sieve.page)
    takers = takings.of(session, [each.id for each in stretch.items])
    return Waiting(stretch, takers, counts, _spellings(heads))


@lru_cache(maxsize=4096)
def _subjects(written: str) -> Mapping[str, str]:
    """How each subject of a list in JSON is written, by its code."""
    return {subject_code(each): each for each in json.loads(written)}


def _spellings(heads: Mapping[_Head, int]) -> dict[str, str]:
    spelt: Counter[tuple[str, str]] = Counter()
    for head, count in heads.items():
        for subject in _subjects(head.subjects).items():
            spelt[subject] += count
    named: dict[str, str] = {}
    for (code, label), _count in spelt.most_common():
        named.setdefault(code, label)
    return dict(list(named.items())[:MOST_SUBJECTS])


def _rows(session: Session, viewer: Viewer, order: str) -> list[tuple[int, _Head]]:
    """The ids of all that waits, in order, with what is sifted of each."""
    newer = select(func.max(Version.made_at)).where(
        Version.resource_id == Resource.id, Version.state == VersionState.WAITING
    )
    since = func.coalesce(newer.scalar_subquery(), Resource.created_at)
    # As they are written: making dates, words and lists of each of thousands takes longer than all the rest.
    kind, subjects = cast(Resource.kind, Text), cast(Resource.subjects, Text)
    query = (
        select(Resource.id, kind, subjects, Taking.person_id)
        .outerjoin(Taking, Taking.resource_id == Resource.id)
        .where(_waits(viewer))
        .order_by(*((since.desc(), Resource.id.desc()) if order == NEWEST else (since, Resource.id)))
    )
    return [
        (id_, _Head(kind, subjects, _taken(viewer, taker))) for id_, kind, subjects, taker in session.execute(query)
    ]


def _waits(viewer: Viewer) -> ColumnElement[bool]:
    newer = select(Version.resource_id).where(Version.state == VersionState.WAITING)
    is_waiting = or_(Resource.state == ResourceState.WAITING, Resource.id.in_(newer))
    return (Resource.institution_id == viewer.institution_id) & is_waiting


def _taken(viewer: Viewer, taker: int | None) -> str:
    return FREE if taker is None else MINE if taker == viewer.person_id else OTHERS


def _stretch(session: Session, ids: Sequence[int], number: int) -> Stretch[Resource]:
    count = max(1, -(-len(ids) // SIZE))
    number = min(max(number, 1), count)
    shown = ids[(number - 1) * SIZE : number * SIZE]
    query = select(Resource).where(Resource.id.in_(shown))
    query = query.options(joinedload(Resource.file), joinedload(Resource.owner), joinedload(Resource.context))
    found = {each.id: each for each in session.scalars(query)} if shown else {}
    return Stretch([found[each] for each in shown if each in found], number, count, len(ids))
