"""Which units of a segment have the same values in facets: they are counted together, and their values once for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.whoosh_index.columns import Codes, Columns, ColumnWriter, ranges

Ids = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]
MOST = 4
"""Where there are more sorts than one for so many units, units are counted one by one."""


@dataclass(frozen=True)
class Sorts:
    """Units sorted by all their values in some facets."""

    of: Ids
    """For each unit the number of its sort."""
    examples: Ids
    """For each sort a unit of it."""

    def sizes(self, units: npt.NDArray[np.integer[Any]]) -> Counts:
        """How many of some units are of each sort."""
        return np.bincount(self.of.take(units), minlength=len(self.examples))


@dataclass(frozen=True)
class SortedCodes:
    """Which sorts have each value of a facet."""

    codes: npt.NDArray[np.intp]
    """The values that any unit has, ascending."""
    firsts: npt.NDArray[np.intp]
    """For each of them where its sorts begin."""
    sorts: npt.NDArray[np.intp]
    """The sorts of the first, of the second, and so on."""

    def totals(self, sizes: Counts, values: int) -> Counts:
        """How many units have each of the facet's values, given how many there are of each sort."""
        told = np.zeros(values, np.int64)
        if len(self.codes):
            told[self.codes] = np.add.reduceat(sizes.take(self.sorts), self.firsts)
        return told


def sorted_codes(held: Codes, sorts: Sorts) -> SortedCodes:
    if held.offsets is None:
        codes = held.codes[sorts.examples]
        of = np.flatnonzero(codes >= 0)
        codes = codes[of]
    else:
        starts, ends = held.offsets[sorts.examples], held.offsets[sorts.examples + 1]
        codes = held.codes[ranges(starts, ends)]
        of = np.repeat(np.arange(len(starts)), ends - starts)
    order = np.argsort(codes, kind="stable")
    different, firsts = np.unique(codes[order], return_index=True)
    return SortedCodes(different.astype(np.intp), firsts, of[order])


def read(columns: Columns, name: str) -> Sorts | None:
    """The sorts written under a name; None where they are so many that nothing is won by them."""
    of, examples = columns[f"sorts.{name}.of"], columns[f"sorts.{name}.examples"]
    return Sorts(of, examples) if len(examples) * MOST <= len(of) else None


def add_single(columns: ColumnWriter, name: str, several: Sequence[Ids]) -> None:
    """Write the sorts of units that have one code (or -1) in each of several facets."""
    of = np.zeros(len(several[0]), np.int64)
    examples = of[:1]
    for codes in several:
        # Numbered anew each time, so that no number grows beyond 64 bits.
        keys = of * (int(codes.max(initial=0)) + 2) + codes + 1
        _, examples, of = np.unique(keys, return_index=True, return_inverse=True)
    _add(columns, name, of, examples)


def add_multiple(columns: ColumnWriter, name: str, codes: Ids, sizes: npt.NDArray[np.int64]) -> None:
    """Write the sorts of units by the codes that each has of one facet, one after another."""
    content, width = codes.tobytes(), codes.itemsize
    ends = (np.cumsum(sizes) * width).tolist()
    numbers: dict[bytes, int] = {}
    of = np.empty(len(ends), np.int64)
    start = 0
    for unit, end in enumerate(ends):
        of[unit] = numbers.setdefault(content[start:end], len(numbers))
        start = end
    _add(columns, name, of, np.unique(of, return_index=True)[1])


def _add(columns: ColumnWriter, name: str, of: npt.NDArray[np.int64], examples: npt.NDArray[np.int64]) -> None:
    columns.add(f"sorts.{name}.of", of.astype(np.int32))
    columns.add(f"sorts.{name}.examples", examples.astype(np.int32))
