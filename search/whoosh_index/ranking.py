"""Finding and ordering: which documents hold the words, by which page, and how well (BM25 of title and text apart)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.analysis import is_stop_word
from search.expansion import Variants
from search.whoosh_index.postings import Ids, Weights
from search.whoosh_index.reading import Cache, SegmentView, Snapshot
from search.whoosh_index.vocabulary import Vocabulary

Scores = npt.NDArray[np.float32]

FIELD_WEIGHT = {"title": 2.5, "text": 1.0}
SATURATION = {"title": 0.5, "text": 1.0}
"""How soon a word repeated counts no more (k1 of BM25)."""
LENGTH_WEIGHT = {"title": 0.6, "text": 0.5}
"""How much long fields count less (b of BM25)."""
COVERAGE_POWER = 2.0
"""How hard a document is held to have all the words, each by its rarity."""

REPEATED = 0.3
"""What is left, in choosing among the pages of a document, of words that its title has: they tell no page apart."""
NEARLY = 0.5
"""Share of the best page's score that another page must have to be named."""


@dataclass(frozen=True)
class Found:
    """What one segment holds: first by document, then by unit; parallel arrays, in order of the units."""

    heads: Ids
    units: Ids
    """For each document the unit that answers best."""
    scores: Scores
    matches: tuple[Ids, Ids, Scores]
    """Every unit that matches: its head, itself, its score with what the head adds, less what repeats the title."""

    def answers(self, place: int, limit: int) -> tuple[Ids, Scores]:
        """The units of a document that answer best or nearly as well, best first, with their scores."""
        heads, units, scores = self.matches
        head, best = self.heads[place], self.units[place]
        low, high = np.searchsorted(heads, [head, head + 1])
        part, rated = units[low:high], scores[low:high]
        worthy = (part == best) | ((part != head) & (rated >= NEARLY * rated[part == best]))
        order = np.argsort(-rated[worthy], kind="stable")[:limit]
        return part[worthy][order], rated[worthy][order]


class Ranker:
    """One query on one snapshot for some audiences: given word by word with ``add``, then asked to ``find``."""

    def __init__(self, snapshot: Snapshot, cache: Cache, audiences: frozenset[str]) -> None:
        self._snapshot, self._cache = snapshot, cache
        self._audiences = audiences
        self._words: list[list[dict[str, tuple[Ids, Weights]]]] = []
        self.rarity: list[float] = []
        """Of each word added: how much it tells (BM25's inverse document frequency)."""

    def add(self, variants: Variants, share: float = 1.0) -> None:
        """Add a word of the query, given by the words of the index that stand for it, and how much it counts."""
        matches = self._matches(variants)
        count = sum(max((len(ids) for ids, _ in fields.values()), default=0) for fields in matches)
        self._words.append(matches)
        rarity = float(np.log(1 + (self._snapshot.units - count + 0.5) / (count + 0.5))) if count else 0.0
        self.rarity.append(share * rarity)

    def is_found(self, variants: Variants) -> bool:
        """Whether any of some words stands in anything that the audiences may see."""
        for view, fields in zip(self._snapshot.segments, self._matches(variants), strict=True):
            visible = view.visible(self._audiences)
            if any(bool(visible[ids].any()) for ids, _ in fields.values()):
                return True
        return False

    def holding(self, form: str, limit: int) -> Iterator[dict[str, Any]]:
        """The stored fields of the first things that hold a word, of those that the audiences may see."""
        for view, fields in zip(self._snapshot.segments, self._matches({form: 1.0}), strict=True):
            visible = view.visible(self._audiences)
            for ids, _ in fields.values():
                units = ids[visible[ids]][:limit].tolist()
                limit -= len(units)
                yield from map(view.files.stored, units)

    def find(self) -> list[Found]:
        """What each segment holds, in the order of the snapshot's segments."""
        return [
            self._find_in(view, [matches[number] for matches in self._words])
            for number, view in enumerate(self._snapshot.segments)
        ]

    def _matches(self, variants: Variants) -> list[dict[str, tuple[Ids, Weights]]]:
        return [self._of_word(view, variants) for view in self._snapshot.segments]

    def _of_word(self, view: SegmentView, variants: Variants) -> dict[str, tuple[Ids, Weights]]:
        words = view.files.words
        numbered = [(_numbers(words, form), weight) for form, weight in variants.items()]
        found = {}
        for name, starts in (("title", words.title_at), ("text", words.text_at)):
            placed = ((tuple(int(starts[n]) if n >= 0 else -1 for n in run), weight) for run, weight in numbered)
            lists = tuple((run, weight) for run, weight in placed if run and min(run) >= 0)
            if lists:
                found[name] = self._joined(view, lists)
        return found

    def _joined(self, view: SegmentView, lists: tuple[tuple[tuple[int, ...], float], ...]) -> tuple[Ids, Weights]:
        """Where any of several words or runs of words stands, with the sum of their weights."""
        if len(lists) == 1:
            ids, weights = _run(view, lists[0][0])
            return ids, weights if lists[0][1] == 1.0 else weights * np.float32(lists[0][1])
        key = (view.files.id, lists)
        kept = self._cache.get(key)
        if kept is None:
            sums = np.zeros(view.files.units, np.float32)
            for run, weight in lists:
                ids, weights = _run(view, run)
                sums[ids] += weights * np.float32(weight)
            units = np.flatnonzero(sums).astype(np.int32)
            kept = (units, sums[units])
            self._cache.put(key, kept)
        return kept[0], kept[1]

    def _find_in(self, view: SegmentView, matches: Sequence[dict[str, tuple[Ids, Weights]]]) -> Found:
        files = view.files
        total, bits = np.zeros(files.units, np.float32), np.zeros(files.units, np.uint16)
        repeated = np.zeros(files.units, np.float32)
        for number, fields in enumerate(matches):
            entitled = np.zeros(files.units, np.bool_)
            for name, (ids, weights) in fields.items():
                scored = self._scored(name, weights, files.lengths[name][ids], self.rarity[number])
                total[ids] += scored
                bits[ids] |= np.uint16(1 << number)
                if name == "title":
                    entitled[ids] = True
                else:
                    repeated[ids] += scored * entitled[files.heads[ids]]
        units = np.flatnonzero((bits > 0) & view.visible(self._audiences)).astype(np.int32)
        return self._rated(files.heads[units], units, (total, repeated), bits)

    def _rated(self, heads: Ids, units: Ids, worth: tuple[Scores, Scores], bits: npt.NDArray[np.uint16]) -> Found:
        """Rate units by what they hold (in all, and of it what repeats the title) with what their head adds."""
        total, repeated = worth
        scores, covered = total[units], bits[units]
        is_page = units != heads
        if is_page.any():
            scores = scores + np.where(is_page, total[heads], 0)
            covered = covered | bits[heads]
        coverage = self._coverage()[covered]
        telling = scores - np.where(is_page, np.float32(1 - REPEATED) * repeated[units], 0)
        return _best_of_each((heads, units, telling * coverage), scores * coverage, is_page)

    def _scored(self, name: str, weights: Weights, lengths: Scores, rarity: float) -> Scores:
        b, average = LENGTH_WEIGHT[name], self._snapshot.average[name]
        room = np.float32(SATURATION[name]) * (np.float32(1 - b) + np.float32(b / average) * lengths)
        return np.asarray(np.float32(FIELD_WEIGHT[name] * rarity) * weights / (weights + room), np.float32)

    def _coverage(self) -> Scores:
        """For each set of words (bit by bit) the share of the query's rarity that it holds, to the power."""
        whole = sum(self.rarity) or 1.0
        table = np.zeros(1 << len(self._words), np.float32)
        for number, rarity in enumerate(self.rarity):
            table[1 << number : 2 << number] = table[: 1 << number] + rarity / whole
        table **= COVERAGE_POWER
        return table


def _numbers(words: Vocabulary, form: str) -> tuple[int, ...]:
    """The numbers of a word, or of the telling words of a run."""
    return tuple(words.find(word) for word in form.split(" ") if " " not in form or not is_stop_word(word))


def _run(view: SegmentView, run: tuple[int, ...]) -> tuple[Ids, Weights]:
    """Where all words of a run stand, each given by where its postings begin, with the weight of the rarest there."""
    ids, weights = view.files.postings(run[0])
    for start in run[1:]:
        others, theirs = view.files.postings(start)
        ids, own, other = np.intersect1d(ids, others, assume_unique=True, return_indices=True)
        weights = np.minimum(weights[own], theirs[other])
    return ids, weights


def _best_of_each(matches: tuple[Ids, Ids, Scores], scores: Scores, is_page: npt.NDArray[np.bool_]) -> Found:
    """One unit a document: the page that tells most, or its head where no page matches; rated by the best score."""
    heads, units, telling = matches
    if not is_page.any():
        return Found(heads, units, scores, matches)
    firsts = np.flatnonzero(np.diff(heads, prepend=-1))
    sizes = np.diff(firsts, append=len(heads))
    # A head, always the first of its document, answers only where no page does.
    as_answer = np.where(is_page | np.repeat(sizes == 1, sizes), telling, np.float32(-1))
    is_best = np.flatnonzero(as_answer == np.repeat(np.maximum.reduceat(as_answer, firsts), sizes))
    chosen = is_best[np.flatnonzero(np.diff(heads[is_best], prepend=-1))]
    return Found(heads[chosen], units[chosen], np.maximum.reduceat(scores, firsts), matches)
