"""The search box that one lands on, the results, and where a hit opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext as _

from lrc.db import session
from lti.viewers import role_required, viewer
from search import soughtlog, teaching
from search.choices import HITS_A_PAGE, LAST_PAGE, Choices, exactly, read
from search.dictionary import Dictionary
from search.documents import KINDS, SORTS, FacetCounts, Hit, Results
from search.engine import current_index
from search.facets import FIRST_YEAR, LAST_YEAR
from search.views import offering
from search.views.blueprint import blueprint
from search.views.offering import ShownChip
from search.views.saved import suggested_name
from search.views.wording import SORT_NAMES, years_name

_MOST_REMOVALS = 6


@dataclass(frozen=True)
class Removal:
    """What taking something away would leave, where everything together leaves nothing; without a name: all of it."""

    name: str
    without: Choices
    total: int


@blueprint.get("/")
@role_required()
def home() -> str:
    return render_template("search/home.html")


@blueprint.get("/search")
@role_required()
def results() -> str:
    """What answers the words and choices of the address; without words everything that the choices leave."""
    choices = read(request.args.items(multi=True))
    dictionary = teaching.live(session)
    query = choices.query(viewer.audiences, counted=offering.COUNTED, dictionary=dictionary)
    found = current_index().search(query)
    if choices.is_plain:  # a narrower choice of what was sought before is not another search
        soughtlog.note(session, viewer, choices.words, found, choices.page)
    names = offering.institution_names([found], choices)
    chips = offering.shown_chips(choices, names)
    return render_template(
        "search/results.html",
        choices=choices,
        q=choices.words,
        found=found,
        chips=chips,
        removals=() if found.total else _removals(choices, chips, dictionary),
        suggested_name=suggested_name(choices, names),
        last=min(max(-(-found.total // HITS_A_PAGE), 1), LAST_PAGE),
        kinds=[kind for kind in KINDS if kind in found.kinds or kind == choices.kind],
        exact=_exact_instead(choices, found),
        **_drawer(choices, found, names),
    )


def _drawer(choices: Choices, found: Results, names: offering.Names) -> dict[str, object]:
    """What can be chosen beside the words."""
    return {
        "facets": offering.offered(found, choices, names),
        "open_counts": offering.open_counts(found),
        "sorts": {sort: SORT_NAMES[sort] for sort in SORTS if choices.words or sort != "relevance"},
        "years": _years_there_are(found),
        "first_year": FIRST_YEAR,
        "last_year": LAST_YEAR,
    }


@blueprint.app_template_global("results_url")
def results_url(choices: Choices) -> str:
    """The address of the page of results for these choices."""
    return url_for("search.results", **choices.parameters())  # type: ignore[arg-type]


@blueprint.app_template_global("hit_url")
def hit_url(hit: Hit, q: str, page: int | None = None) -> str:
    """Where a hit opens: at the page or lesson that answers, or at its own page where it has none."""
    resource_id, at, words = int(hit.document_id), page or hit.page, q or None
    if hit.kind == "course":
        return url_for("study.course", course_id=resource_id, q=words)
    if hit.kind == "module":
        return url_for("study.open_page", module_id=resource_id, number=at or 0, q=words)
    if at is None:
        return url_for("catalog.show", resource_id=resource_id, q=words)
    return url_for("catalog.read", resource_id=resource_id, page=at, q=words)


def _exact_instead(choices: Choices, found: Results) -> Choices | None:
    """The search for exactly what was typed, where something else was sought beside it or in its place."""
    literal = choices.asking(exactly(choices.words))
    is_other = literal.words != choices.words and bool(literal.words)
    return literal if is_other and (found.searched_for or found.also) else None


def _years_there_are(found: Results) -> str:
    """From when to when there is something, where all years are told."""
    counts = found.facets.get("year", FacetCounts())
    if not counts.values or len(counts.values) < counts.total:
        return ""
    years = [int(year) for year, _count in counts.values]
    if min(years) == max(years):
        return ""
    return str(_("Hay %(years)s.", years=years_name((min(years), max(years)))))


def _removals(choices: Choices, chips: Sequence[ShownChip], dictionary: Dictionary) -> list[Removal]:
    """What each single removal would find, the most first; those that find nothing are left out."""
    if not chips and not choices.kind:
        return []
    ways = [(chip.name, chip.without) for chip in chips[:_MOST_REMOVALS]]
    if choices.kind or len(chips) > 1:
        ways.append(("", choices.cleared()))
    index, audiences = current_index(), viewer.audiences
    tried = [
        Removal(name, without, index.search(without.query(audiences, dictionary=dictionary)).total)
        for name, without in ways
    ]
    return sorted((each for each in tried if each.total), key=lambda each: -each.total)
