"""How close the words of a query stand in a text that was found: the finish of the ranking of the first hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from search.analysis import split
from search.matching import OTHER, STOP, Matching
from search.spanish import STOP_WORDS


def order_kept(text: str, matching: Matching, values: Sequence[float]) -> tuple[float, float]:
    """How much of the query stands in a short text as it was asked, and how much of the text is of the query.

    The first is the share (by value) of neighbouring words of the query that are neighbours in the text, in that
    order, stop words left aside; the second the share of the text's telling words that match. Both 0 to 1.
    """
    return _kept([number for word in split(text) if (number := matching[word]) != STOP], values)


def folded_order_kept(folded: Sequence[str], forms: Mapping[str, int], values: Sequence[float]) -> tuple[float, float]:
    """The same for a text given as folded words, and the words that answer as Matching takes them."""
    numbers = [forms.get(word, OTHER) for word in folded]
    if not STOP_WORDS.isdisjoint(folded):
        both = zip(numbers, folded, strict=True)
        numbers = [number for number, word in both if number != OTHER or word not in STOP_WORDS]
    return _kept(numbers, values)


def _kept(telling: Sequence[int], values: Sequence[float]) -> tuple[float, float]:
    others = telling.count(OTHER)
    matching_share = 1 - others / len(telling) if telling else 0.0
    if len(values) == 1 or len(telling) - others < 2:
        return 0.0, matching_share
    pairs = {after for before, after in pairwise(telling) if before >= 0 and after == before + 1}
    if not pairs:
        return 0.0, matching_share
    whole = sum(map(min, values, values[1:]))
    kept = sum(min(values[n - 1], values[n]) for n in pairs)
    return (kept / whole if whole else 0.0), matching_share
