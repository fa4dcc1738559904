"""What the results page offers to choose: facets with their values, and chips of what is chosen, as it shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select

from lrc.db import session
from lti.models import Institution
from search.choices import OPEN_ACCESS, Choices, chips
from search.documents import FacetCounts, Results
from search.facets import FACETS, SIZES, SUBJECT_SEPARATOR
from search.levels import LEVELS
from search.views.wording import FACET_NAMES, value_name, years_name

SHOWN, SHOWN_WITHOUT_MORE = 8, 10
"""Values of a facet beside the results; the rest have a page of their own, unless they are one or two."""
_ORDERS = {
    facet: {value: place for place, value in enumerate(values)}
    for facet, values in (("level", LEVELS), ("size", SIZES))
}
"""Of facets whose values have an order of their own: the place of each."""
COUNTED = (*FACETS, "year")
Names = Mapping[str, str]


@dataclass(frozen=True)
class ShownValue:
    """A value as it is shown: its name, how many hits it would leave, how deep it stands in the tree of subjects."""

    value: str
    name: str
    count: int
    is_chosen: bool
    depth: int = 0


@dataclass(frozen=True)
class ShownFacet:
    facet: str
    name: str
    values: Sequence[ShownValue]
    more: int
    """How many values there are beside those shown."""


@dataclass(frozen=True)
class ShownChip:
    facet: str
    name: str
    without: Choices


def institution_names(results: Iterable[Results], *asked: Choices) -> Names:
    """The names, by id as text, of the institutions that a page tells of; one query."""
    ids = {each for choices in asked for each in choices.chosen.get("institution", ())}
    for found in results:
        ids.update(value for value, _count in found.facets.get("institution", FacetCounts()).values)
    numbers = {int(each) for each in ids if each.isdecimal()}
    if not numbers:
        return {}
    query = select(Institution.id, Institution.name).where(Institution.id.in_(numbers))
    return {str(number): name for number, name in session.execute(query)}


def offered(found: Results, choices: Choices, names: Names) -> list[ShownFacet]:
    """The facets worth showing, in their order: one value of which everything has leaves nothing to choose."""
    kept = []
    for facet in FACETS:
        counts = found.facets.get(facet, FacetCounts())
        chosen = choices.chosen.get(facet, frozenset())
        if facet != "access" and (len(counts.values) > 1 or chosen):
            kept.append(_shown(facet, counts, chosen, names))
    return kept


def _shown(facet: str, counts: FacetCounts, chosen: frozenset[str], names: Names) -> ShownFacet:
    told = dict(counts.values)
    first = list(told)[: SHOWN_WITHOUT_MORE if counts.total <= SHOWN_WITHOUT_MORE else SHOWN]
    values = [*first, *sorted(chosen - set(first))]
    if facet == "subject":
        values = list(in_tree(values))
    if facet in _ORDERS:
        values = sorted(values, key=lambda value: (_ORDERS[facet].get(value, len(values)), value))
    shown = [shown_value(facet, value, told.get(value, 0), value in chosen, values, names) for value in values]
    return ShownFacet(facet, str(FACET_NAMES[facet]), shown, max(0, counts.total - len(values)))


def shown_value(facet: str, value: str, count: int, is_chosen: bool, beside: Sequence[str], names: Names) -> ShownValue:
    """A value among others; a subject stands below the broader ones that are shown beside it, and names the rest."""
    if facet != "subject":
        return ShownValue(value, value_name(facet, value, names), count, is_chosen)
    steps = value.split(SUBJECT_SEPARATOR)
    above = [depth for depth in range(1, len(steps)) if SUBJECT_SEPARATOR.join(steps[:depth]) in beside]
    name = SUBJECT_SEPARATOR.join(steps[above[-1] :] if above else steps)
    return ShownValue(value, name, count, is_chosen, len(above))


def in_tree(values: Sequence[str]) -> Iterator[str]:
    """Each subject before its narrower ones, otherwise in their order."""
    known = set(values)

    def below(parent: str) -> Iterator[str]:
        for value in values:
            if _parent(value, known) == parent:
                yield value
                yield from below(value)

    return below("")


def _parent(value: str, known: set[str]) -> str:
    """The nearest broader subject that is known, or empty."""
    parent = value.rpartition(SUBJECT_SEPARATOR)[0]
    while parent and parent not in known:
        parent = parent.rpartition(SUBJECT_SEPARATOR)[0]
    return parent


def open_counts(found: Results) -> Mapping[str, int]:
    """How many hits each of the two choices of access would leave."""
    told = dict(found.facets.get("access", FacetCounts()).values)
    return {name: sum(told.get(value, 0) for value in meant) for name, meant in OPEN_ACCESS.items()}


def shown_chips(choices: Choices, names: Names) -> list[ShownChip]:
    """What is chosen, each with the choices without it."""
    return [
        ShownChip(str(FACET_NAMES[chip.facet]), _chip_name(choices, chip.facet, chip.value, names), chip.without)
        for chip in chips(choices)
    ]


def _chip_name(choices: Choices, facet: str, value: str, names: Names) -> str:
    if facet == "year":
        return years_name(choices.years)
    if facet == "since":
        day = format_date(datetime.fromtimestamp(choices.since, UTC), "d MMM y")
        return str(_("desde el %(day)s", day=day))
    return value_name(facet, value, names)
