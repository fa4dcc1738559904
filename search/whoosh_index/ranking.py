"""Finding and rating: which documents hold the words, by which page, and how well (BM25 of title and text apart)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from search import weighing
from search.expansion import Variants
from search.whoosh_index.caching import Cache
from search.whoosh_index.filtering import Limits, Units
from search.whoosh_index.found import Found, Scores, best_of_each
from search.whoosh_index.phrases import occurrences
from search.whoosh_index.postings import Ids, Weights, united
from search.whoosh_index.reading import Mask, SegmentFiles, SegmentView, Snapshot
from search.whoosh_index.stored import Stored

Bits = npt.NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class _Match:
    """Where a word of the query, in any form, stands in one segment."""

    count: int
    """In how many units, at least."""
    ids: Ids
    """In the title or the text of these units."""
    worth: Scores
    """What that is worth in each, its rarity aside."""
    title: Ids = field(default_factory=lambda: np.zeros(0, np.int32))
    """In the titles of these, where documents have pages."""
    text: Ids = field(default_factory=lambda: np.zeros(0, np.int32))
    text_worth: Scores = field(default_factory=lambda: np.zeros(0, np.float32))


class Ranker:
    """One query on one snapshot for some audiences: given word by word with ``add``, then asked to ``find``."""

    def __init__(self, snapshot: Snapshot, cache: Cache, audiences: frozenset[str]) -> None:
        self._snapshot, self._cache = snapshot, cache
        self.audiences = audiences
        self._words: list[list[_Match]] = []
        # Rounded, so that what was worked out for a word holds through small changes of the index.
        self._average = {name: float(f"{average:.3g}") for name, average in snapshot.average.items()}
        self.rarity: list[float] = []
        """Of each word added: how much it tells (BM25's inverse document frequency)."""

    def add(self, variants: Variants, share: float = 1.0) -> None:
        """Add a word of the query, given by what stands for it in the index, and how much it counts."""
        matches = [self._match(view.files, variants) for view in self._snapshot.segments]
        count = sum(match.count for match in matches)
        self._words.append(matches)
        rarity = float(np.log(1 + (self._snapshot.units - count + 0.5) / (count + 0.5))) if count else 0.0
        self.rarity.append(share * rarity)

    def is_found(self, variants: Variants) -> bool:
        """Whether any of some words stands in anything that the audiences may see."""
        for view in self._snapshot.segments:
            visible, is_all = view.visible(self.audiences), view.is_all_visible(self.audiences)
            for lists in _lists(view.files, variants).values():
                for known, _ in lists:
                    ids = self._read(view.files, known)[0]
                    if (is_all and len(ids)) or visible[ids[:_FEW]].any() or visible[ids[_FEW:]].any():
                        return True
        return False

    def holding(self, form: str, limit: int) -> Iterator[Stored]:
        """What is kept of the first things that hold a word, of those that the audiences may see."""
        for view in self._snapshot.segments:
            visible = view.visible(self.audiences)
            for ((known, _),) in _lists(view.files, {form: 1.0}).values():
                ids = self._read(view.files, known)[0]
                units = ids[visible[ids]][:limit].tolist()
                limit -= len(units)
                yield from map(view.files.stored, units)

    def find(self, limits: Sequence[Limits] = ()) -> list[Found]:
        """What each segment holds within its limits (if any), in the order of the snapshot's segments.

        Where no word was added: everything that the audiences may see, all rated alike.
        """
        segments = self._snapshot.segments
        return [
            self._find_in(view, [matches[number] for matches in self._words], limit)
            if self._words
            else self._everything(view, limit)
            for number, (view, limit) in enumerate(zip(segments, limits or (Limits(),) * len(segments), strict=True))
        ]

    def _match(self, files: SegmentFiles, variants: Variants) -> _Match:
        """Where any of some words stands in a segment, and what that is worth. Kept once found."""
        key = (files.id, *self._average.values(), *variants.items())
        kept = self._cache.get(key)
        if kept is None:
            found = _lists(files, variants)
            by_field = {name: self._joined(files, name, lists) for name, lists in found.items()}
            kept = _gathered(files.units, list(by_field.values()))
            if files.units != files.head_count:
                kept += (by_field.get("title", _NOTHING)[0], *by_field.get("text", _NOTHING))
            kept += (np.array([max((len(ids) for ids, _ in by_field.values()), default=0)]),)
            self._cache.put(key, kept)
        return _Match(int(kept[-1][0]), *kept[:-1])

    def _joined(self, files: SegmentFiles, name: str, lists: Sequence[tuple[_Known, float]]) -> tuple[Ids, Scores]:
        """Where any of several lists has a unit, with the worth there of the sum of their weights."""
        read = [(*self._read(files, known), np.float32(weight)) for known, weight in lists]
        units, sums = _gathered(files.units, [(ids, weights * weight) for ids, weights, weight in read])
        return units, self._worth(name, sums, files.lengths[name][units])

    def _worth(self, name: str, weights: Weights, lengths: Scores) -> Scores:
        b, average = weighing.LENGTH_WEIGHT[name], self._average[name]
        room = np.float32(weighing.SATURATION[name]) * (np.float32(1 - b) + np.float32(b / average) * lengths)
        return np.asarray(np.float32(weighing.FIELD_WEIGHT[name]) * weights / (weights + room), np.float32)

    def _read(self, files: SegmentFiles, known: _Known) -> tuple[Ids, Weights]:
        """The units of a list, and how often or how much it stands in each."""
        if isinstance(known, int):
            return files.postings(known)
        key = (files.id, known)
        kept = self._cache.get(key)
        if kept is None:
            field, run = known
            kept = occurrences(files, field, [(word,) for word in run.split(" ")])
            self._cache.put(key, kept)
        return kept[0], kept[1]

    def _everything(self, view: SegmentView, limit: Limits) -> Found:
        visible = view.visible(self.audiences) & view.files.is_head
        heads = np.flatnonzero(visible if limit.heads is None else visible & limit.heads)
        worth = np.zeros(len(heads), np.float32)
        return Found(heads, heads, worth, (heads, heads, worth))

    def _find_in(self, view: SegmentView, words: Sequence[_Match], limit: Limits) -> Found:
        if view.files.units != view.files.head_count:
            return self._find_pages_in(view, words, limit)
        if len(words) == 1:
            units, total = words[0].ids.astype(np.intp), words[0].worth * np.float32(self.rarity[0])
            bits = np.ones(len(units), np.uint8)
        else:
            all_total, all_bits = self._laid_out(view.files, words)
            units = united([match.ids for match in words]).astype(np.intp)
            total, bits = all_total.take(units), all_bits.take(units)
        kept = self._allowed(view, limit, units)
        if kept is not None:
            units, total, bits = units[kept], total[kept], bits[kept]
        scores = total * self._coverage(bits, limit, units)
        return Found(units, units, scores, (units, units, scores))

    def _allowed(self, view: SegmentView, limit: Limits, units: Units) -> Mask | None:
        """Which of some units the audiences may see within the limits; None: all of them."""
        if view.is_all_visible(self.audiences):
            return None if limit.heads is None else limit.heads[view.files.heads[units]]
        kept = view.visible(self.audiences)[units]
        if limit.heads is not None:
            kept &= limit.heads[view.files.heads[units]]
        return kept

    def _laid_out(self, files: SegmentFiles, words: Sequence[_Match]) -> tuple[Scores, Bits]:
        """For every unit what the words are worth in it, their rarity and all, and which of them it has, bit by bit."""
        total = np.zeros(files.units, np.float32)
        bits: npt.NDArray[Any] = np.zeros(files.units, np.uint8 if len(words) <= 8 else np.uint16)
        for number, match in enumerate(words):
            ids = match.ids.astype(np.intp)  # at once, for NumPy would do it each time
            np.add.at(total, ids, match.worth * np.float32(self.rarity[number]))
            np.add.at(bits, ids, bits.dtype.type(1 << number))
        return total, bits

    def _find_pages_in(self, view: SegmentView, words: Sequence[_Match], limit: Limits) -> Found:
        files = view.files
        total, bits = self._laid_out(files, words)
        units = united([match.ids for match in words]).astype(np.intp)
        kept = self._allowed(view, limit, units)
        if kept is not None:
            units = units[kept]
        heads = files.heads[units].astype(np.intp)
        is_page = units != heads
        coverage = self._coverage(bits[units] | bits[heads], limit, units, heads)
        scores = total[units] + np.where(is_page, total[heads], np.float32(0))
        # In choosing among pages, words that the title has too tell little.
        repeated = np.where(is_page, self._repeated(files, words)[units], np.float32(0))
        telling = np.asarray((scores - (1 - weighing.REPEATED) * repeated) * coverage, np.float32)
        return best_of_each((heads, units, telling), scores * coverage, is_page)

    def _repeated(self, files: SegmentFiles, words: Sequence[_Match]) -> Scores:
        """What in the score of each unit is of words that stand in its document's title."""
        repeated = np.zeros(files.units, np.float32)
        for number, match in enumerate(words):
            if len(match.title):
                entitled = np.zeros(files.units, np.bool_)
                entitled[match.title] = True
                in_text = np.flatnonzero(entitled[files.heads[match.text]])
                repeated[match.text[in_text]] += match.text_worth[in_text] * np.float32(self.rarity[number])
        return repeated

    def _coverage(self, covered: Bits, limit: Limits, units: Units, heads: Units | None = None) -> Scores:
        """The share of the query's rarity that each unit holds with its head, to the power; less without phrases."""
        coverage = self._shares(covered)
        if limit.holding is None:
            return coverage
        holds = limit.holding[units] if heads is None else limit.holding[units] | limit.holding[heads]
        return np.where(holds, coverage, np.float32(weighing.WITHOUT_PHRASE) * coverage)

    def _shares(self, covered: Bits) -> Scores:
        """For sets of words (bit by bit) the share of the query's rarity that each has, to the power."""
        if len(self.rarity) == 1:
            return np.ones(len(covered), np.float32)
        whole = sum(self.rarity) or 1.0
        shares = np.zeros(len(covered), np.float32)
        # Eight words at a time: one table for all would have a line for each of the sets of sixteen.
        for first in range(0, len(self.rarity), 8):
            sums = [0.0]
            for rarity in self.rarity[first : first + 8]:
                sums += [each + rarity / whole for each in sums]
            table = np.array(sums, np.float32)
            if len(self.rarity) <= 8:
                return np.asarray((table**weighing.COVERAGE_POWER).take(covered), np.float32)
            shares += table[(covered >> first) & (len(table) - 1)]
        return np.asarray(shares**weighing.COVERAGE_POWER, np.float32)


_Known = int | tuple[str, str]
"""A list of units: where the postings of a word begin, or a field and a run of words."""
_NOTHING = (np.zeros(0, np.int32), np.zeros(0, np.float32))
_FEW = 64
_SPARSE = 256
"""Where fewer than one unit in so many is held, places are sought instead of laid over all units."""


def _lists(files: SegmentFiles, variants: Variants) -> dict[str, list[tuple[_Known, float]]]:
    """By field the lists of units of some words and runs of words, each with its weight."""
    words = files.words
    found: dict[str, list[tuple[_Known, float]]] = {}
    for form, weight in variants.items():
        number = -1 if " " in form else words.find(form)
        for name, starts in (("title", words.title_at), ("text", words.text_at)):
            if " " in form:
                found.setdefault(name, []).append(((name, form), weight))
            elif number >= 0 and starts[number] >= 0:
                found.setdefault(name, []).append((int(starts[number]), weight))
    return found


def _gathered(units: int, lists: Sequence[tuple[Ids, Scores]]) -> tuple[npt.NDArray[Any], ...]:
    """The units of any of several lists, of so many that there are, with the sums of what they are worth there."""
    if len(lists) < 2:
        return lists[0] if lists else _NOTHING
    held = united([ids for ids, _ in lists])
    every, worth = np.concatenate([ids for ids, _ in lists]), np.concatenate([worth for _, worth in lists])
    if len(every) * _SPARSE < units:
        return held, np.bincount(held.searchsorted(every), worth, len(held)).astype(np.float32)
    sums = np.zeros(units, np.float32)
    np.add.at(sums, every.astype(np.intp), worth)
    return held, sums.take(held)
