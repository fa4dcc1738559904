"""Where in a unit each word stands: places of all postings one after another, the first of each unit marked."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from search.whoosh_index.columns import Columns, ColumnWriter
from search.whoosh_index.mapping import mapped

EXTENSION = ".places"
Places = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]
_SHORT, _LONG = np.dtype("<u2"), np.dtype("<u4")
MOST_SHORT = 1 << 15
"""Units with fewer places than this take two bytes a place: fifteen bits, and the mark."""


def dtype_for(most_places: int) -> np.dtype[Any]:
    return _SHORT if most_places <= MOST_SHORT else _LONG


class PositionsWriter:
    """Writes the places of one term after another; terms are known by where their postings lie."""

    def __init__(self, path: Path, dtype: np.dtype[Any]) -> None:
        self._file = path.open("wb")
        self.dtype = dtype
        self._starts, self._ends = array("q"), array("q", [0])

    def add(self, start: int, marked: npt.NDArray[Any]) -> None:
        """Add the places of the term whose postings begin at ``start``, marked, in this writer's dtype."""
        self._file.write(marked.data)
        self._starts.append(start)
        self._ends.append(self._ends[-1] + len(marked))

    def add_all(self, starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], marked: npt.NDArray[Any]) -> None:
        """Add the places of many terms at once: of each where its postings begin and how many places it has."""
        self._file.write(np.ascontiguousarray(marked, self.dtype).data)
        self._starts.frombytes(starts.tobytes())
        self._ends.frombytes((np.cumsum(sizes, dtype=np.int64) + self._ends[-1]).tobytes())

    def finish(self, columns: ColumnWriter) -> None:
        """Tell the other arrays of the segment where each term's places are."""
        self._file.close()
        columns.add("places.starts", np.frombuffer(self._starts, np.int64))
        columns.add("places.ends", np.frombuffer(self._ends, np.int64))
        columns.add("places.size", np.array([self.dtype.itemsize], np.int64))

    def close(self) -> None:
        self._file.close()


def marked(places: npt.NDArray[Any], firsts: npt.NDArray[Any], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Places with those marked (by index) that are the first of their unit."""
    told = places.astype(dtype)
    told[firsts] |= dtype.type(1 << (8 * dtype.itemsize - 1))
    return told


def widened(told: npt.NDArray[Any], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Marked places in the dtype of another writer, which is the same or the longer one."""
    if told.dtype == dtype:
        return told
    return marked(told & (MOST_SHORT - 1), np.flatnonzero(told >= MOST_SHORT), dtype)


class Positions:
    """The places of a segment, mapped."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._starts, self._ends = columns["places.starts"], columns["places.ends"]
        self.dtype: np.dtype[Any] = _SHORT if columns["places.size"][0] == _SHORT.itemsize else _LONG
        content: Any = mapped(path)
        if len(content) < int(self._ends[-1]) * self.dtype.itemsize:
            raise ValueError(f"{path} is cut off")
        self._told = np.frombuffer(content, self.dtype, int(self._ends[-1]))

    def told(self, start: int) -> npt.NDArray[Any]:
        """The marked places of the term whose postings begin at ``start``. Raises ValueError where it has none."""
        number = int(np.searchsorted(self._starts, start))
        if number >= len(self._starts) or self._starts[number] != start:
            raise ValueError(f"no places of the term at {start}")
        return self._told[self._ends[number] : self._ends[number + 1]]

    def read(self, start: int) -> tuple[Offsets, Places]:
        """The places of a term's units one after another, and where those of each begin (one more than units)."""
        told = self.told(start)
        mark = self.dtype.type(1 << (8 * self.dtype.itemsize - 1))
        return np.append(np.flatnonzero(told & mark), len(told)), (told & ~mark).astype(np.int32)
