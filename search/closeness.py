"""How close the words of a query stand in a text that was found: the finish of the ranking of the first hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from search.analysis import fold, is_stop_word, spans, words

_MOST_TEXT = 4_000


def order_kept(text: str, forms: Mapping[str, int], values: Sequence[float]) -> tuple[float, float]:
    """How much of the query stands in the text as it was asked, and how much of the text is of the query.

    The first is the share (by value) of neighbouring words of the query that are neighbours in the text, in that
    order, stop words left aside; the second the share of the text's telling words that match. Both 0 to 1.
    """
    pairs: set[int] = set()
    before, telling, matching = -2, 0, 0
    for match in spans(text[:_MOST_TEXT]):
        word = fold(match.group())
        number = forms.get(word, -1)
        if number < 0 and is_stop_word(word):
            continue
        telling += 1
        matching += number >= 0
        if number > 0 and number == before + 1:
            pairs.add(number)
        before = number if number >= 0 else -2
    whole = sum(min(values[n - 1], values[n]) for n in range(1, len(values)))
    kept = sum(min(values[n - 1], values[n]) for n in pairs)
    return (kept / whole if whole else 0.0), matching / max(telling, 1)


def has_phrase(text: str, phrase: Sequence[str]) -> bool:
    """Whether folded words stand in a ``normal`` text one right after the other."""
    return f" {' '.join(phrase)} " in f" {' '.join(words(text))} "
