"""Browsing the catalogue of courses by words and facets, at addresses that can be shared."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.dates import format_skeleton
from flask import render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from catalog import courses, facets
from catalog.cohorts import Phase
from catalog.days import today
from catalog.facets import Choice, Facet
from catalog.views.blueprint import blueprint
from lrc import richtext
from lrc.db import session
from lti.viewers import role_required, viewer
from search.levels import LEVELS
from search.views import language_name

_LONGEST_WORDS, _LONGEST_CODE, _MOST_CODES = 200, 100, 20
_LAST_PAGE = 10_000
_SUMMARY_READ, _SUMMARY_SHOWN = 600, 220


@dataclass(frozen=True)
class Chip:
    """Something chosen, and the address without it."""

    facet: LazyString | str
    label: LazyString | str
    without: str


@blueprint.get("/courses", endpoint="courses")
@role_required()
def browse() -> str:
    choice = _choice()
    shelf = courses.browse(session, viewer, choice)
    return render_template(
        "catalog/courses.html",
        choice=choice,
        shelf=shelf,
        facets=[each for each in shelf.facets if _is_worth_showing(each)],
        chips=list(_chips(choice, shelf.facets)),
        value_name=_value_name,
        kept=_address(choice),
        levels=LEVELS,
        Phase=Phase,
    )


@blueprint.app_template_filter("summary")
@lru_cache(maxsize=2048)  # a list shows many, and the same ones all the time
def summary(description: str) -> str:
    """The beginning of a description, without formatting, for a list."""
    plain = richtext.plain(description.strip().split("\n\n")[0][:_SUMMARY_READ])
    if len(plain) <= _SUMMARY_SHOWN:
        return plain
    return plain[:_SUMMARY_SHOWN].rsplit(" ", 1)[0].rstrip(".,;:") + "…"


@blueprint.app_template_filter("day")
def day(date: datetime.date) -> str:
    """A day as people say it, with its year where that is another: "3 de marzo"."""
    return str(format_skeleton("MMMMd" if date.year == today().year else "yMMMMd", date, locale=get_locale()))


def _choice() -> Choice:
    """What the address asks for; what there is not finds nothing, and can be taken away again."""
    given = request.args
    read = {name: frozenset(map(_code, given.getlist(name)[:_MOST_CODES])) - {""} for name in facets.NAMES}
    chosen = {name: codes for name, codes in read.items() if codes}
    page = min(max(given.get("page", 1, type=int), 1), _LAST_PAGE)
    words = "".join(sign if sign.isprintable() else " " for sign in given.get("q", "")[:_LONGEST_WORDS])
    return Choice(words.strip(), chosen, page)


def _code(given: str) -> str:
    return given if given.isprintable() and len(given) <= _LONGEST_CODE else ""


def _address(choice: Choice) -> dict[str, Any]:
    """The parts of an address that ask for the same, its first page."""
    kept: dict[str, Any] = {name: sorted(codes) for name, codes in choice.chosen.items()}
    return {"q": choice.words, **kept} if choice.words else kept


def _chips(choice: Choice, found: Sequence[Facet]) -> Iterator[Chip]:
    kept = _address(choice)
    if choice.words:
        rest = {name: codes for name, codes in kept.items() if name != "q"}
        yield Chip(_("Palabras"), choice.words, url_for(".courses", **rest))
    for facet in found:
        for value in facet.values:
            if value.is_chosen:
                others = [code for code in kept[facet.name] if code != value.code]
                yield Chip(facet.label, _value_name(facet, value), url_for(".courses", **{**kept, facet.name: others}))


def _value_name(facet: Facet, value: facets.Value) -> LazyString | str:
    return language_name(value.code).capitalize() if facet.name == "language" else value.label


def _is_worth_showing(facet: Facet) -> bool:
    """A facet of one value leaves nothing to choose, unless it is chosen."""
    return len(facet.values) > 1 or any(value.is_chosen for value in facet.values)
