"""The report of what was sought: most asked, without results, without clicks; nothing that one person alone sought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from lrc.pagination import SIZE, Stretch
from lti.viewers import Viewer
from search import soughtlog
from search.models import Sought

PERIODS = (7, 30, 90)
"""Days that a report may look back on, today among them."""
FEWEST = 3
"""Askers, day by day, that a row must have; where nothing was found, FEWEST_IN_VAIN."""
FEWEST_IN_VAIN = 2
CERTAIN = 2
"""So many people must have asked on one and the same day, or in different institutions: they are surely different."""
MOST_ROWS = 10_000
"""Of an export."""


class View(StrEnum):
    """What a report lists."""

    ASKED = "asked"
    IN_VAIN = "in-vain"
    UNOPENED = "unopened"


class Scope(StrEnum):
    """Whose searches: the viewer's institution's, or what was sought in two institutions or more."""

    OWN = "own"
    HOUSE = "house"


@dataclass(frozen=True)
class Asked:
    """A query with its sums over the period. ``askers`` adds up the different people of each day."""

    words: str
    typed: str
    times: int
    askers: int
    in_vain: int
    clicks: int
    hits: int
    """How many results there were the last time."""


@dataclass(frozen=True)
class Choice:
    """What of the report somebody looks at."""

    view: View = View.ASKED
    days: int = PERIODS[1]
    scope: Scope = Scope.OWN


def report(session: Session, viewer: Viewer, choice: Choice, number: int) -> Stretch[Asked]:
    """A page of the report's rows, the most frequent first; the nearest one that there is."""
    number = min(max(number, 1), -(-MOST_ROWS // SIZE))
    items, total = _told(session, viewer, choice, (number - 1) * SIZE, SIZE)
    if not items and number > 1:
        _none, total = _told(session, viewer, choice, 0, 1)
        number = max(1, -(-total // SIZE))
        items, total = _told(session, viewer, choice, (number - 1) * SIZE, SIZE)
    return Stretch(items, number, max(1, -(-total // SIZE)), total)


def everything(session: Session, viewer: Viewer, choice: Choice) -> Sequence[Asked]:
    """The first MOST_ROWS rows, for a file."""
    return _told(session, viewer, choice, 0, MOST_ROWS)[0]


def most_asked(session: Session, viewer: Viewer, limit: int, days: int = PERIODS[-1]) -> list[str]:
    """What was asked most at the viewer's institution, as it was typed."""
    rows = session.execute(_rows(viewer, Choice(View.ASKED, days)).limit(limit))
    return [row.typed for row in rows]


def _told(session: Session, viewer: Viewer, choice: Choice, offset: int, limit: int) -> tuple[Sequence[Asked], int]:
    """Some of the rows, and how many there are in all (0 where there are none so far down)."""
    rows = session.execute(_rows(viewer, choice).offset(offset).limit(limit)).all()
    latest = _latest_hits(session, viewer, choice, [row.words for row in rows])
    told = [
        Asked(row.words, row.typed, row.times, row.askers, row.in_vain, row.clicks, latest.get(row.words, 0))
        for row in rows
    ]
    return told, rows[0].total if rows else 0


def _rows(viewer: Viewer, choice: Choice) -> Select[Any]:
    of_each = (
        select(
            Sought.words,
            func.max(Sought.typed).label("typed"),
            func.sum(Sought.times).label("times"),
            func.sum(Sought.askers).label("askers"),
            func.sum(Sought.without_hits).label("in_vain"),
            func.sum(Sought.clicks).label("clicks"),
            func.max(Sought.askers).label("certain"),
        )
        .where(*_looked_at(viewer, choice))
        .group_by(Sought.words, Sought.institution_id)
        .subquery()
    ).c
    sums = {name: func.sum(of_each[name]) for name in ("times", "askers", "in_vain", "clicks", "certain")}
    shown = [sums["askers"] >= (FEWEST_IN_VAIN if choice.view is View.IN_VAIN else FEWEST), sums["certain"] >= CERTAIN]
    if choice.scope is Scope.HOUSE:
        shown.append(func.count() > 1)
    order = {View.ASKED: sums["times"], View.IN_VAIN: sums["in_vain"], View.UNOPENED: sums["times"]}[choice.view]
    told = (sums[name].label(name) for name in ("times", "askers", "in_vain", "clicks"))
    return (
        select(of_each.words, func.max(of_each.typed).label("typed"), *told, func.count().over().label("total"))
        .group_by(of_each.words)
        .having(*shown, *_of_view(choice.view, sums))
        .order_by(order.desc(), of_each.words)
    )


def _of_view(view: View, sums: Mapping[str, ColumnElement[int]]) -> list[ColumnElement[bool]]:
    if view is View.IN_VAIN:
        return [sums["in_vain"] > 0]
    if view is View.UNOPENED:
        return [and_(sums["clicks"] == 0, sums["in_vain"] < sums["times"])]
    return []


def _looked_at(viewer: Viewer, choice: Choice) -> list[ColumnElement[bool]]:
    days = [Sought.day > soughtlog.today() - timedelta(days=choice.days)]
    return days if choice.scope is Scope.HOUSE else [*days, Sought.institution_id == viewer.institution_id]


def _latest_hits(session: Session, viewer: Viewer, choice: Choice, words: Sequence[str]) -> Mapping[str, int]:
    """How many results each had the last time."""
    found: dict[str, int] = {}
    for start in range(0, len(words), 500):
        query = select(Sought.words, Sought.hits).where(
            *_looked_at(viewer, choice), Sought.words.in_(words[start : start + 500])
        )
        found.update((row.words, row.hits) for row in session.execute(query.order_by(Sought.day, Sought.id)))
    return found
