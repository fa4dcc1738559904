"""What was found in a segment: which documents, by which unit each answers, and how well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search import weighing
from search.whoosh_index.filtering import Units
from search.whoosh_index.reading import Mask

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Found:
    """What one segment holds: first by document, then by unit; parallel arrays, in order of the units."""

    heads: Units
    units: Units
    """For each document the unit that answers best."""
    scores: Scores
    matches: tuple[Units, Units, Scores]
    """Every unit that matches: its head, itself, its score with what the head adds, less what repeats the title."""

    def answers(self, place: int, limit: int) -> tuple[list[int], list[float]]:
        """The units of a document that answer best or nearly as well, best first, with their scores."""
        heads, units, scores = self.matches
        if heads is units:  # there are no pages
            return [int(self.units[place])], [float(self.scores[place])]
        head, best = int(self.heads[place]), int(self.units[place])
        low, high = heads.searchsorted(head), heads.searchsorted(head + 1)
        part, rated = units[low:high].tolist(), scores[low:high].tolist()
        if len(part) <= 1:
            return [best], [float(self.scores[place])]
        least = weighing.NEARLY * rated[part.index(best)]
        worthy = [
            (-rate, unit)
            for unit, rate in zip(part, rated, strict=True)
            if unit == best or (unit != head and rate >= least)
        ]
        worthy.sort()
        return [unit for _, unit in worthy[:limit]], [-rate for rate, _ in worthy[:limit]]

    def only(self, kept: Mask | None) -> Found:
        """Some of the documents, in the same order."""
        return self if kept is None else Found(self.heads[kept], self.units[kept], self.scores[kept], self.matches)


def best_of_each(matches: tuple[Units, Units, Scores], scores: Scores, is_page: npt.NDArray[np.bool_]) -> Found:
    """One unit a document: the page that tells most, or its head where no page matches; rated by the best score."""
    heads, units, telling = matches
    if not is_page.any():
        return Found(heads, units, scores, matches)
    is_first = _begins(heads)
    firsts, documents = np.flatnonzero(is_first), np.cumsum(is_first) - 1
    is_single = np.diff(firsts, append=len(heads)) == 1
    # A head, always the first of its document, answers only where no page does.
    as_answer = np.where(is_page | is_single.take(documents), telling, np.float32(-1))
    is_best = np.flatnonzero(as_answer == np.maximum.reduceat(as_answer, firsts).take(documents))
    chosen = is_best[_begins(documents.take(is_best))]
    return Found(heads[firsts], units[chosen], np.maximum.reduceat(scores, firsts), matches)


def _begins(ascending: npt.NDArray[Any]) -> Mask:
    """Where a number stands for the first time."""
    is_new = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=is_new[1:])
    return is_new
