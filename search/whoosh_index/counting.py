"""Counting what was found by the values of facets, by year and by kind: exact, over arrays of small numbers."""

from __future__ import annotations

import heapq
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from search.documents import KINDS, FacetCounts
from search.whoosh_index import alike
from search.whoosh_index.alike import SortedCodes, Sorts
from search.whoosh_index.columns import Codes, Texts
from search.whoosh_index.facts import sorts_of
from search.whoosh_index.filtering import KIND, YEAR, Passing, Units
from search.whoosh_index.reading import SegmentFiles

Counts = npt.NDArray[np.int64]
_SORTS_A_HEAD = 3
"""With more sorts than so many for each document found, these are counted one by one."""


@dataclass(frozen=True)
class Part:
    """The documents found in one segment, before choices, and which of them the choices leave."""

    files: SegmentFiles
    heads: Units
    passing: Passing

    def heads_without(self, name: str) -> Units:
        """Those that are left if one thing had not been chosen."""
        mask = self.passing.without(name)
        return self.heads if mask is None else self.heads[mask]

    def sizes(self, facet: str) -> tuple[Sorts, Counts] | None:
        """How many of those left without a choice of the facet are of each sort; None where others are faster told."""
        name = sorts_of(facet)
        if name not in self._sizes or facet in self.passing.failed:
            heads, sorts = self.heads_without(facet), self.files.sorts(facet)
            is_fast = sorts is not None and len(sorts.examples) < _SORTS_A_HEAD * len(heads)
            sizes = (sorts, sorts.sizes(heads)) if sorts is not None and is_fast else None
            if facet in self.passing.failed:
                return sizes
            self._sizes[name] = sizes
        return self._sizes[name]

    @cached_property
    def _sizes(self) -> dict[str, tuple[Sorts, Counts] | None]:
        return {}

    @cached_property
    def others(self) -> Units:
        """The documents of the segment that were not found."""
        return _all_but(self.files, self.heads)


class Tables:
    """Values of facets numbered alike in all segments of one generation of an index, as they are met.

    Grows with the different values of a facet (about two hundred bytes each) until the index is rebuilt.
    """

    def __init__(self) -> None:
        self._numbers: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._texts: defaultdict[str, list[str]] = defaultdict(list)
        self._known: dict[tuple[str, str], Counts] = {}
        self._whole: dict[tuple[str, str], Counts] = {}
        self._sorted: dict[tuple[str, str], SortedCodes] = {}
        self._numbering = threading.Lock()

    def numbered(self, facet: str, segment: str, values: Texts) -> Counts:
        """For each value of a segment its number in all of them."""
        known = self._known.get((facet, segment))
        if known is None:
            with self._numbering:
                numbers = (self._number(facet, value.decode("utf-8")) for value in values.all_encoded())
                known = self._known[facet, segment] = np.fromiter(numbers, np.int64, len(values))
        return known

    def whole(self, facet: str, files: SegmentFiles) -> Counts:
        """How many documents of a segment have each value, those that are deleted or hidden too."""
        whole = self._whole.get((facet, files.id))
        if whole is None:
            whole = self._whole[facet, files.id] = _totals(files.facet(facet), np.flatnonzero(files.is_head))
        return whole

    def sorted_codes(self, facet: str, files: SegmentFiles, sorts: Sorts) -> SortedCodes:
        """The codes of a segment by sort; at most as many as a quarter of its units have."""
        known = self._sorted.get((facet, files.id))
        if known is None:
            known = self._sorted[facet, files.id] = alike.sorted_codes(files.facet(facet), sorts)
        return known

    def _number(self, facet: str, value: str) -> int:
        numbers, texts = self._numbers[facet], self._texts[facet]
        number = numbers.setdefault(value, len(texts))
        if number == len(texts):
            texts.append(value)
        return number

    def size(self, facet: str) -> int:
        """How many values are numbered."""
        return len(self._texts[facet])

    def text(self, facet: str, number: int) -> str:
        return self._texts[facet][number]

    def find(self, facet: str, value: str) -> int:
        """The number of a value, or -1."""
        return self._numbers[facet].get(value, -1)

    def keep_only(self, segments: Iterable[str]) -> None:
        """Forget segments that are no more."""
        kept = set(segments)
        with self._numbering:
            self._known = {key: numbers for key, numbers in self._known.items() if key[1] in kept}
            self._whole = {key: counts for key, counts in self._whole.items() if key[1] in kept}
            self._sorted = {key: codes for key, codes in self._sorted.items() if key[1] in kept}


def kinds(parts: Sequence[Part]) -> dict[str, int]:
    """How many documents there are of each kind, whichever was chosen; those without any are left out."""
    totals = np.zeros(len(KINDS), np.int64)
    for part in parts:
        if part.files.only_kind is not None:
            totals[part.files.only_kind] += len(part.heads_without(KIND))
            continue
        totals += np.bincount(part.files.kinds[part.heads_without(KIND)], minlength=len(KINDS))
    return {kind: number for kind, number in zip(KINDS, totals.tolist(), strict=True) if number}


def years(parts: Sequence[Part]) -> FacetCounts:
    """How many documents are of each year, all years, newest first; those without a year are left out."""
    totals = np.zeros(1, np.int64)
    for part in parts:
        totals = _sum(totals, np.bincount(part.files.numbers(YEAR)[part.heads_without(YEAR)]))
    totals[0] = 0
    found = np.flatnonzero(totals)[::-1]
    values = tuple(zip(map(str, found.tolist()), totals[found].tolist(), strict=True))
    return FacetCounts(values, len(values))


def values(parts: Sequence[Part], facet: str, chosen: Iterable[str], most: int, tables: Tables) -> FacetCounts:
    """How many documents have each value of a facet: the ``most`` frequent values (0: all), and those chosen."""
    counted = _counted(parts, facet, tables)
    found = int(np.count_nonzero(counted.totals))
    told = _most_frequent(counted, min(found, most or found))
    rows = [(counted.text(number), total) for number, total in zip(told, counted.totals[told].tolist(), strict=True)]
    missing = set(chosen).difference(value for value, _ in rows)
    if missing:
        numbers = ((value, counted.find(value)) for value in missing)
        rows += [(value, int(counted.totals[n]) if 0 <= n < len(counted.totals) else 0) for value, n in numbers]
        rows.sort(key=lambda row: (-row[1], row[0]))
    return FacetCounts(tuple(rows), found)


class _Counted(Protocol):
    """How often each value stands; values are known by numbers."""

    totals: Counts
    is_ordered: bool
    """Whether the numbers are in order of the values."""

    def text(self, number: int) -> str: ...

    def find(self, value: str) -> int:
        """Its number, or -1."""
        ...


class _OfOneSegment:
    is_ordered = True

    def __init__(self, facet: str, part: Part, tables: Tables) -> None:
        self.totals = _totals_in(part, facet, tables)
        self._values = part.files.facet(facet).values

    def text(self, number: int) -> str:
        return self._values.kept(number)

    def find(self, value: str) -> int:
        return self._values.find(value)


class _OfSeveral:
    is_ordered = False

    def __init__(self, facet: str, parts: Sequence[Part], tables: Tables) -> None:
        numbered = [tables.numbered(facet, part.files.id, part.files.facet(facet).values) for part in parts]
        self._tables, self._facet = tables, facet
        self.totals = np.zeros(tables.size(facet), np.int64)
        for numbers, part in zip(numbered, parts, strict=True):
            self.totals[numbers] += _totals_in(part, facet, tables)

    def text(self, number: int) -> str:
        return self._tables.text(self._facet, number)

    def find(self, value: str) -> int:
        return self._tables.find(self._facet, value)


def _counted(parts: Sequence[Part], facet: str, tables: Tables) -> _Counted:
    some = [part for part in parts if len(part.heads)]
    return _OfOneSegment(facet, some[0], tables) if len(some) == 1 else _OfSeveral(facet, some, tables)


def _totals_in(part: Part, facet: str, tables: Tables) -> Counts:
    """How many of the documents found have each value; of most of a segment by counting the others."""
    sizes = part.sizes(facet)
    if sizes is not None:
        sorts, counts = sizes
        codes = tables.sorted_codes(facet, part.files, sorts)
        return codes.totals(counts, len(part.files.facet(facet).values))
    files, heads = part.files, part.heads_without(facet)
    if 2 * len(heads) < files.head_count:
        return _totals(files.facet(facet), heads)
    others = part.others if heads is part.heads else _all_but(files, heads)
    return tables.whole(facet, files) - _totals(files.facet(facet), others)


def _all_but(files: SegmentFiles, heads: Units) -> Units:
    is_other = files.is_head.copy()
    is_other[heads] = False
    return np.flatnonzero(is_other)


def _totals(held: Codes, heads: Units) -> Counts:
    if held.offsets is None:
        # What has no value has the code -1.
        return np.bincount(held.codes[heads] + 1, minlength=len(held.values) + 1)[1:]
    return np.bincount(held.of(heads), minlength=len(held.values))


def _most_frequent(counted: _Counted, most: int) -> list[int]:
    """The numbers of the most frequent values in their order; of those as frequent the first by value."""
    totals = counted.totals
    if not most:
        return []
    least = max(int(np.partition(totals, -most)[-most]), 1)
    near = np.flatnonzero(totals >= least)
    if counted.is_ordered:
        best: list[int] = near[np.argsort(-totals[near], kind="stable")[:most]].tolist()
        return best
    above = near[totals[near] > least].tolist()
    as_often = near[totals[near] == least].tolist()
    taken = above + heapq.nsmallest(most - len(above), as_often, key=counted.text)
    return sorted(taken, key=lambda number: (-totals[number], counted.text(number)))


def _sum(one: Counts, other: Counts) -> Counts:
    if len(one) < len(other):
        one, other = other, one
    total = one.astype(np.int64)
    total[: len(other)] += other
    return total
