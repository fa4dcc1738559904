"""All the values of one facet on a page of their own, by frequency or from A to Z, sifted by a few letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask import render_template, request

from lrc.errors import NotFound
from lti.people import fold
from lti.viewers import role_required, viewer
from search.choices import read
from search.documents import FacetCounts, Query
from search.engine import current_index
from search.facets import FACETS, SUBJECT_SEPARATOR
from search.views import offering
from search.views.blueprint import blueprint
from search.views.offering import Names, ShownValue
from search.views.wording import FACET_NAMES, term_name, value_name

SHOWN_A_PAGE = 100
_LONGEST_LETTERS = 60
_ORDERS = ("count", "az")


@blueprint.get("/search/values/<facet>", endpoint="values")
@role_required()
def all_values(facet: str) -> str:
    """The values that hits of these choices have; ``like`` keeps those that hold some letters, ``order`` sorts."""
    if facet not in FACETS or facet == "access":
        raise NotFound
    choices = read((name, value) for name, value in request.args.items(multi=True) if name != "page").at(1)
    asked = replace(_query(choices.query(viewer.audiences)), counted=(facet,))
    found = current_index().search(asked)
    names = offering.institution_names([found], choices)
    like, order = request.args.get("like", "")[:_LONGEST_LETTERS].strip(), request.args.get("order", "")
    chosen = choices.chosen.get(facet, frozenset())
    shown = _shown(facet, found.facets.get(facet, FacetCounts()).values, chosen, names)
    kept = _sorted(_like(shown, like), order)
    last = max(1, -(-len(kept) // SHOWN_A_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    return render_template(
        "search/values.html",
        facet=facet,
        name=FACET_NAMES[facet],
        choices=choices,
        values=kept[(number - 1) * SHOWN_A_PAGE : number * SHOWN_A_PAGE],
        total=len(kept),
        like=like,
        order=order if order in _ORDERS else _ORDERS[0],
        number=number,
        last=last,
    )


def _query(query: Query) -> Query:
    return replace(query, limit=1, offset=0, most_values=0)


def _shown(facet: str, told: Iterable[tuple[str, int]], chosen: frozenset[str], names: Names) -> list[ShownValue]:
    """Each with its whole name: here no tree says what is above a subject."""
    return [ShownValue(value, _whole_name(facet, value, names), count, value in chosen) for value, count in told]


def _whole_name(facet: str, value: str, names: Names) -> str:
    if facet != "subject":
        return value_name(facet, value, names)
    return SUBJECT_SEPARATOR.join(map(term_name, value.split(SUBJECT_SEPARATOR)))


def _like(values: Sequence[ShownValue], like: str) -> Sequence[ShownValue]:
    letters = fold(like)
    return [each for each in values if letters in fold(each.name)] if letters else values


def _sorted(values: Sequence[ShownValue], order: str) -> Sequence[ShownValue]:
    return sorted(values, key=lambda each: (fold(each.name), each.name)) if order == "az" else values
