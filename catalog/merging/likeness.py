"""Which materials of an institution may be the same: by their files, identifiers and titles, gone through at leisure.

What is alike is kept in a table, so that the page of duplicates reads that alone, however many materials there are.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations, groupby, islice, product
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, insert, literal, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, joinedload

from catalog import identities, library
from catalog.models import File, Kind, KnownAs, Likeness, Resource, ResourceState, Scheme
from lrc.db import utcnow
from lti.people import fold
from lti.viewers import Viewer

log = logging.getLogger(__name__)
SHA256 = "sha256"
REASONS = (SHA256, *(each.value for each in (Scheme.DOI, Scheme.ISBN, Scheme.HANDLE, Scheme.TITLE)))
"""The strongest first."""
MOST_TOGETHER = 20
"""What more materials than these share (a title such as "Introducción", the address of a portal) says nothing."""
MOST_PAIRS = 50_000
ALIKE = 0.92
_NEIGHBOURS = 3
_SAME_BOOK = 0.5
_AT_ONCE = 500
_NUMBER = re.compile(r"\d|\A[ivxlc]+\Z")
_NAME = re.compile(r"\w{3,}")
_YEAR = re.compile(r"\b\d{4}\b")
_LIVE: tuple[ColumnElement[bool], ...] = (
    Resource.kind == Kind.MATERIAL,
    Resource.institution_id.is_not(None),
    Resource.state.not_in([ResourceState.WITHDRAWN, ResourceState.MERGED]),
)
Pairs = dict[tuple[int, int], tuple[int, str]]
"""By the ids of two resources, the lower first: their institution, and why they may be the same."""


class _Told(NamedTuple):
    """What is compared of a resource."""

    id: int
    institution_id: int
    reason: str
    value: str
    title: str
    creators: list[str]
    date: str


_Pair = tuple[_Told, _Told]
_Rows = Select[*tuple[Any, ...]]


def find(session: Session) -> Pairs:
    """All that may be the same, at most MOST_PAIRS; three queries that read what they find a piece at a time."""
    found: Pairs = {}
    for one, other in islice(_pairs(session), MOST_PAIRS):
        pair = min(one.id, other.id), max(one.id, other.id)
        found.setdefault(pair, (one.institution_id, one.reason))
    return found


def keep(session: Session, found: Mapping[tuple[int, int], tuple[int, str]]) -> None:
    """Have the table hold these pairs, and those of which a librarian said that they are not the same."""
    now = utcnow()
    for pairs in _portions(sorted(found)):
        is_one = tuple_(Likeness.one_id, Likeness.other_id).in_(pairs)
        known = {
            (one, other) for one, other in session.execute(select(Likeness.one_id, Likeness.other_id).where(is_one))
        }
        session.execute(update(Likeness).where(is_one).values(seen_at=now))
        _insert(session, [_row(pair, *found[pair]) | {"seen_at": now} for pair in pairs if pair not in known])
    gone = delete(Likeness).where(Likeness.seen_at < now, Likeness.dismissed_at.is_(None))
    session.execute(gone.execution_options(synchronize_session=False))


def _insert(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    try:
        with session.begin_nested():
            session.execute(insert(Likeness), rows)
    except IntegrityError as error:
        # Another round wrote the same, or one of them was deleted meanwhile: the next round knows better.
        log.info("%s pairs of materials are left to the next round: %s", len(rows), error.orig)


def _row(pair: tuple[int, int], institution_id: int, reason: str) -> dict[str, Any]:
    return {"one_id": pair[0], "other_id": pair[1], "institution_id": institution_id, "reason": reason}


def _pairs(session: Session) -> Iterator[_Pair]:
    """The strongest reasons first, so that each pair is told by its strongest."""
    yield from _within(_groups(_read(session, _of_files())))
    yield from _within(_groups(_read(session, _of_scheme(Scheme.DOI))))
    of_books = _within(_groups(_read(session, _of_scheme(Scheme.ISBN))))
    yield from (pair for pair in of_books if not _are_two_chapters(*pair))
    yield from _within(_groups(_read(session, _of_scheme(Scheme.HANDLE))))
    yield from (pair for pair in _near(_groups(_read(session, _of_titles()))) if _may_be_one_work(*pair))


_DESCRIBED = (Resource.title, Resource.creators, Resource.date)


def _of_files() -> _Rows:
    told = select(Resource.id, Resource.institution_id, literal(SHA256), File.sha256, *_DESCRIBED)
    several = select(File.sha256).where(File.resource_id.is_not(None)).group_by(File.sha256).having(func.count() > 1)
    query = told.join(File, File.resource_id == Resource.id).where(*_LIVE, File.sha256.in_(several))
    return query.order_by(Resource.institution_id, File.sha256, Resource.id)


def _of_titles() -> _Rows:
    told = select(Resource.id, Resource.institution_id, literal(Scheme.TITLE.value), KnownAs.value, *_DESCRIBED)
    query = told.join(KnownAs, KnownAs.resource_id == Resource.id).where(*_LIVE, KnownAs.scheme == Scheme.TITLE)
    return query.order_by(Resource.institution_id, KnownAs.value, Resource.id)


def _of_scheme(scheme: Scheme) -> _Rows:
    told = select(Resource.id, Resource.institution_id, literal(scheme.value), KnownAs.value, *_DESCRIBED)
    several = select(KnownAs.value).where(KnownAs.scheme == scheme).group_by(KnownAs.value).having(func.count() > 1)
    query = told.join(KnownAs, KnownAs.resource_id == Resource.id)
    query = query.where(*_LIVE, KnownAs.scheme == scheme, KnownAs.value.in_(several))
    return query.order_by(Resource.institution_id, KnownAs.value, Resource.id)


def _read(session: Session, query: _Rows) -> Iterator[_Told]:
    for row in session.execute(query.execution_options(yield_per=_AT_ONCE)):
        yield _Told(*row)


def _groups(told: Iterable[_Told]) -> Iterator[list[_Told]]:
    """Those of an institution with the same value, which come one after the other; not where they are too many."""
    for _same, group in groupby(told, key=lambda each: (each.institution_id, each.value)):
        some = list(islice(group, MOST_TOGETHER + 1))
        if len(some) <= MOST_TOGETHER:
            yield some


def _within(groups: Iterable[list[_Told]]) -> Iterator[_Pair]:
    for group in groups:
        yield from combinations(group, 2)


def _near(groups: Iterable[list[_Told]]) -> Iterator[_Pair]:
    """Pairs of those whose titles have the same words, or nearly; they come in the order of these words."""
    before: deque[list[_Told]] = deque(maxlen=_NEIGHBOURS)
    for group in groups:
        yield from combinations(group, 2)
        for others in before:
            if others[0].institution_id == group[0].institution_id and _is_near(others[0].value, group[0].value):
                yield from product(others, group)
        before.append(group)


def _are_two_chapters(one: _Told, other: _Told) -> bool:
    """Whether two titles are those of two parts of the book whose ISBN both tell."""
    words, others = (set(identities.title_key(each.title).split()) for each in (one, other))
    return len(words & others) < _SAME_BOOK * min(len(words), len(others))


def _is_near(one: str, other: str) -> bool:
    """Whether two title keys differ by slips of the pen alone, not by a number or by the number of a volume."""
    if {each for each in {*one.split()} ^ {*other.split()} if _NUMBER.search(each)}:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _may_be_one_work(one: _Told, other: _Told) -> bool:
    """Whether neither who made them nor when speaks against it."""
    of_one, of_other = (set(_NAME.findall(fold(" ".join(each.creators)))) for each in (one, other))
    years_of_one, years_of_other = (set(_YEAR.findall(each.date)) for each in (one, other))
    has_same_people = not of_one or not of_other or bool(of_one & of_other)
    return has_same_people and (not years_of_one or not years_of_other or bool(years_of_one & years_of_other))


def open_of(viewer: Viewer) -> Select[Likeness]:
    """What may be the same in the viewer's institution and nobody has looked into, the likeliest first, with files."""
    one, other = aliased(Resource), aliased(Resource)
    gone = [ResourceState.WITHDRAWN, ResourceState.MERGED]
    order = case({name: place for place, name in enumerate(REASONS)}, value=Likeness.reason, else_=len(REASONS))
    return (
        select(Likeness)
        .join(one, and_(one.id == Likeness.one_id, one.state.not_in(gone)))
        .join(other, and_(other.id == Likeness.other_id, other.state.not_in(gone)))
        .where(Likeness.institution_id == viewer.institution_id, Likeness.dismissed_at.is_(None))
        .options(*(joinedload(side).joinedload(Resource.file) for side in (Likeness.one, Likeness.other)))
        .order_by(order, Likeness.id)
    )


def dismiss(session: Session, viewer: Viewer, one: Resource, other: Resource) -> None:
    """Remember that two are not the same; both as merges.get_both gives them."""
    noted = _noted(session, one, other)
    noted.dismissed_at, noted.dismissed_by_id = utcnow(), viewer.person_id


def call_back(session: Session, one: Resource, other: Resource) -> None:
    """Let two be looked into again that were said not to be the same."""
    _noted(session, one, other).dismissed_at = None


def is_dismissed(session: Session, one: Resource, other: Resource) -> bool:
    """Did a librarian say that two are not the same?"""
    found = _find(session, one, other)
    return found is not None and found.dismissed_at is not None


def twins(session: Session, viewer: Viewer, resource: Resource, limit: int) -> list[Resource]:
    """What the viewer may see that has a DOI, ISBN or handle in common with a resource; at most ``limit``."""
    mine, theirs = aliased(KnownAs), aliased(KnownAs)
    strong = mine.scheme.in_([Scheme.DOI, Scheme.ISBN, Scheme.HANDLE])
    same = and_(theirs.scheme == mine.scheme, theirs.value == mine.value, theirs.resource_id != resource.id)
    ids = select(theirs.resource_id).join(mine, same).where(mine.resource_id == resource.id, strong)
    query = library.visible_to(viewer).where(Resource.id.in_(ids), Resource.state != ResourceState.WITHDRAWN)
    return list(session.scalars(query.order_by(Resource.id).limit(limit)))


def dismissed(session: Session, resource: Resource) -> set[int]:
    """The ids of those of which a librarian said that they are not the same as this one."""
    about = or_(Likeness.one_id == resource.id, Likeness.other_id == resource.id)
    rows = session.execute(select(Likeness.one_id, Likeness.other_id).where(about, Likeness.dismissed_at.is_not(None)))
    return {each for row in rows for each in row} - {resource.id}


def _find(session: Session, one: Resource, other: Resource) -> Likeness | None:
    low, high = sorted((one.id, other.id))
    return session.scalar(select(Likeness).where(Likeness.one_id == low, Likeness.other_id == high))


def _noted(session: Session, one: Resource, other: Resource) -> Likeness:
    found = _find(session, one, other)
    if found is None:
        low, high = sorted((one.id, other.id))
        found = Likeness(institution_id=one.institution_id, one_id=low, other_id=high, reason=Scheme.TITLE.value)
        session.add(found)
        session.flush()
    return found


def _portions(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
