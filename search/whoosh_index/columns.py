"""The arrays of one segment in one file: written one after another, mapped when it is read, told apart by name."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, overload

import numpy as np
import numpy.typing as npt

from search.whoosh_index.mapping import mapped

Array = npt.NDArray[Any]
EXTENSION = ".arrays"
_MAGIC = b"LRCarr5\n"
_TAIL = struct.Struct("<Q8s")
_ALIGNED = 16
_MOST_KEPT = 2_000


class ColumnWriter:
    """Writes arrays; the table of their names comes last, so that a file that was cut off is known by it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._table: dict[str, tuple[str, int, int]] = {}
        self._at = 0

    def add(self, name: str, *pieces: Array) -> None:
        """Write an array of one dimension, whole or in pieces of the same dtype."""
        self._write(bytes(-self._at % _ALIGNED))
        start = self._at
        for piece in pieces:
            self._write(np.ascontiguousarray(piece).data if piece.size else b"")
        self._table[name] = (pieces[0].dtype.str, start, sum(map(len, pieces)))

    def add_texts(self, name: str, texts: Sequence[bytes]) -> None:
        """Write texts, to be read as Texts."""
        self.add(f"{name}.ends", np.cumsum([0, *map(len, texts)], dtype=np.int64))
        self.add(f"{name}.bytes", np.frombuffer(b"".join(texts), np.uint8))

    def finish(self) -> None:
        table = json.dumps(self._table).encode("ascii")
        self._write(table + _TAIL.pack(len(table), _MAGIC))

    def _write(self, content: Any) -> None:
        self._at += self._file.write(content)


@contextmanager
def writing(path: Path) -> Iterator[ColumnWriter]:
    with path.open("wb") as file:
        writer = ColumnWriter(file)
        yield writer
        writer.finish()


class Texts(Sequence[str]):
    """Texts in order of their UTF-8 bytes, each read when it is asked for."""

    def __init__(self, ends: npt.NDArray[np.int64], content: npt.NDArray[np.uint8]) -> None:
        self._ends, self._content = ends, content.data
        self._read: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return str(self._slice(place), "utf-8")

    def kept(self, place: int) -> str:
        """One text, decoded once as long as they are few: values of facets are told again and again."""
        text = self._read.get(place)
        if text is None:
            text = self[place]
            if len(self._read) < _MOST_KEPT:
                self._read[place] = text
        return text

    def encoded(self, place: int) -> bytes:
        """One text as it is kept. Raises IndexError beyond the last."""
        return bytes(self._slice(place))

    def _slice(self, place: int) -> memoryview:
        ends = self._ends
        if place < 0:
            place += len(self)
            if place < 0:
                raise IndexError(place)
        return self._content[ends[place] : ends[place + 1]]

    def all_encoded(self) -> Iterable[bytes]:
        content, ends = self._content.tobytes(), self._ends.tolist()
        return (content[start:end] for start, end in pairwise(ends))

    def lengths(self, places: Array) -> npt.NDArray[np.int64]:
        """Of some texts how many bytes each has."""
        return np.asarray(self._ends[places + 1] - self._ends[places], np.int64)

    def starting_with(self, start: bytes) -> tuple[int, int]:
        """The place of the first text that begins so, and of the first one after those that do."""
        return self._place(start), self._place(start + b"\xff")

    def find(self, text: str) -> int:
        """Its place, or -1."""
        sought = text.encode("utf-8")
        place = self._place(sought)
        return place if place < len(self) and self.encoded(place) == sought else -1

    def _place(self, sought: bytes) -> int:
        """How many texts come before it."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.encoded(middle) < sought:
                low = middle + 1
            else:
                high = middle
        return low


@dataclass(frozen=True)
class Codes:
    """Which values each unit of a segment has in a facet; only heads of documents have any."""

    codes: npt.NDArray[np.int32]
    """Places in ``values``. Single-valued: one for each unit, -1 where it has none."""
    offsets: npt.NDArray[np.int64] | None
    """Multi-valued: the codes of unit n are ``codes[offsets[n] : offsets[n + 1]]``; None where single-valued."""
    values: Texts

    def of(self, units: Array) -> npt.NDArray[np.int32]:
        """The codes of some units one after another, each as often as they have it."""
        if self.offsets is None:
            codes = self.codes[units]
            return codes[codes >= 0]
        return self.codes[ranges(self.offsets[units], self.offsets[units + 1])]

    def units_with(self, some: Sequence[int]) -> npt.NDArray[np.int32]:
        """The units that have one of some codes, ascending."""
        places = np.flatnonzero(np.isin(self.codes, some))
        if self.offsets is not None:
            places = np.unique(np.searchsorted(self.offsets, places, "right") - 1)
        return places.astype(np.int32)


class Columns:
    """A file of arrays, opened: nothing of it is read before it is used."""

    def __init__(self, path: Path) -> None:
        """Raises FileNotFoundError where there is no file, ValueError where it is cut off or something else."""
        self._content: Any = mapped(path)
        size = len(self._content) - _TAIL.size
        if size < 0:
            raise ValueError(f"{path} is cut off")
        length, magic = _TAIL.unpack(self._content[size:])
        if magic != _MAGIC or length > size:
            raise ValueError(f"{path} is cut off")
        self._table: Mapping[str, tuple[str, int, int]] = json.loads(self._content[size - length : size])
        self._used: dict[str, Array] = {}
        self._codes: dict[str, Codes] = {}

    def __getitem__(self, name: str) -> Array:
        array = self._used.get(name)
        if array is None:
            dtype, start, length = self._table[name]
            array = self._used[name] = np.frombuffer(self._content, dtype, length, start)
        return array

    def texts(self, name: str) -> Texts:
        return Texts(self[f"{name}.ends"], self[f"{name}.bytes"])

    def codes(self, name: str) -> Codes:
        codes = self._codes.get(name)
        if codes is None:
            offsets = self[f"{name}.offsets"] if f"{name}.offsets" in self._table else None
            codes = self._codes[name] = Codes(self[f"{name}.codes"], offsets, self.texts(name))
        return codes


def units_of(columns: Columns, keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """The units of documents given by their keys, pages and all; of those that are not in the segment none."""
    held, heads = columns["keys"], columns["heads"]
    low, high = np.searchsorted(held, keys, "left"), np.searchsorted(held, keys, "right")
    found: npt.NDArray[np.int32] = columns["key_units"][ranges(low, high)]
    return ranges(found, np.searchsorted(heads, found, "right"))


def ranges(starts: npt.NDArray[Any], ends: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """All numbers from each start to before its end, one range after another."""
    sizes = ends - starts
    after = np.cumsum(sizes, dtype=np.int64)
    numbers: npt.NDArray[np.int64] = np.repeat(starts - after + sizes, sizes)
    numbers += np.arange(len(numbers))
    return numbers
