"""Showing where the words were found: about two hundred characters around the densest match, as runs."""

from __future__ import annotations

from collections.abc import Sequence

from search.documents import ASIDE, Snippet
from search.matching import Matching
from search.scanning import MOST_TEXT, Place

__all__ = ["MOST_TEXT", "SNIPPET_LENGTH", "around", "places", "whole"]

SNIPPET_LENGTH = 200
_LEAD = 50


def places(text: str, matching: Matching) -> list[Place]:
    """Where words of a ``normal`` text answer to words of the query; e-mail answers to email too."""
    return matching.scanner.places(text)


def whole(text: str, matching: Matching) -> Snippet:
    """All of a text, with its matching words marked."""
    return _marked(text, 0, len(text), places(text, matching))


def around(text: str, matching: Matching, values: Sequence[float]) -> Snippet:
    """The stretch of a text that holds most of the query, by the value of each of its words.

    What stands after ASIDE is shown only where it alone holds words of the query.
    """
    text, _, aside = text.partition(ASIDE)
    found = places(text, matching)
    if not found and (found := places(aside, matching)):
        text = aside
    start, end = _stretch(text, _densest(found, values))
    return _marked(text, start, end, found, cut=True)


def _densest(found: Sequence[Place], values: Sequence[float]) -> int:
    """Where the best stretch begins: most different words by value, then most matches, then the first."""
    best, best_start, last = (-1.0, 0), 0, 0
    for first, (start, _, _) in enumerate(found):
        last = max(last, first)
        while last < len(found) and found[last][1] <= start + SNIPPET_LENGTH - _LEAD:
            last += 1
        inside = {number for _, _, number in found[first:last]}
        score = (sum(values[number] for number in inside), last - first)
        if score > best:
            best, best_start = score, start
    return best_start


def _stretch(text: str, match: int) -> tuple[int, int]:
    start = max(0, min(match - _LEAD, len(text) - SNIPPET_LENGTH))
    end = min(len(text), start + SNIPPET_LENGTH)
    if start > 0:
        gap = text.find(" ", start, match)
        start = gap + 1 if gap >= 0 else start
    if end < len(text):
        gap = text.rfind(" ", start + 1, end)
        end = gap if gap > match else end
    return start, end


def _marked(text: str, start: int, end: int, found: Sequence[Place], *, cut: bool = False) -> Snippet:
    runs: list[tuple[str, bool]] = [("… ", False)] if cut and start > 0 else []
    at = start
    for first, last, _ in found:
        if first < at or last > end:
            continue
        if first > at:
            runs.append((_one_line(text[at:first]), False))
        runs.append((text[first:last], True))
        at = last
    if at < end:
        runs.append((_one_line(text[at:end]), False))
    if cut and end < len(text):
        runs.append((" …", False))
    return Snippet(tuple(runs))


def _one_line(text: str) -> str:
    squeezed = " ".join(text.split())
    lead = " " if text[:1].isspace() and squeezed else ""
    trail = " " if text[-1:].isspace() else ""
    return lead + squeezed + trail
