"""What is shown of units, kept to be read fast: tuples of values, long ones compressed, in one mapped file."""

from __future__ import annotations

import zlib
from array import array
from pathlib import Path
from pickle import dumps, loads
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from search.whoosh_index.mapping import mapped

COLUMN = "_stored"
_PICKLE, _LEVEL = 4, 1
_LONG = 4096
"""Bytes beyond which what is kept of a unit is compressed: to expand all of them would take half of a search."""
_COMPRESSED = zlib.compress(b"", _LEVEL)[:1]
"""How it begins then; a pickle begins otherwise."""
_TAIL = b"LRCsto5"
"""Lengths and offsets stand before it, after the values, as unsigned numbers of four bytes."""
_NUMBER = np.dtype("<u4")
MOST_BYTES = 2**32 - 2**26
"""A file can hold no more (offsets have four bytes), with room for one more unit."""


class Stored(NamedTuple):
    """What is shown of a unit: of a page the first three, of a document's head the others and its description."""

    text: str
    page: int | None = None
    label: str = ""
    id: str = ""
    title: str = ""
    record_id: str = ""
    creators: tuple[str, ...] = ()
    type: str = ""
    date: str = ""
    language: str = ""
    license: str = ""
    media_type: str = ""
    size_bytes: int = 0
    page_count: int = 0
    thumbnail: bytes = b""
    level: str = ""
    effort_minutes: int = 0
    gives_certificate: bool = False
    institution: str = ""
    access: str = ""
    added: int = 0


class StoredWriter:
    """Writes one unit after another."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._lengths = array("I")
        self.size = 0

    def add(self, unit: Stored) -> None:
        told = unit[:3] if unit.page is not None else tuple(unit)
        packed = dumps(told, _PICKLE)
        if len(packed) > _LONG:
            packed = zlib.compress(packed, _LEVEL)
        self._file.write(packed)
        self._lengths.append(len(packed))
        self.size += len(packed)

    def copy(self, source: StoredFields, first: int, last: int) -> None:
        """Add units of another segment as they are, from ``first`` to before ``last``."""
        lengths, content = source.packed(first, last)
        self._file.write(content)
        self._lengths.frombytes(lengths.astype(np.uint32).tobytes())
        self.size += len(content)

    def finish(self) -> None:
        lengths = np.frombuffer(self._lengths, np.uint32)
        offsets = np.cumsum(lengths, dtype=np.int64) - lengths
        with self._file:
            self._file.write(lengths.astype(_NUMBER).tobytes() + offsets.astype(_NUMBER).tobytes() + _TAIL)

    def close(self) -> None:
        self._file.close()


class StoredFields:
    """What is kept of the units of a segment, mapped."""

    def __init__(self, path: Path, units: int) -> None:
        """Raises FileNotFoundError where the file is not there, ValueError where it is cut off."""
        content: Any = mapped(path)
        self._content, numbers = content, len(content) - len(_TAIL)
        if numbers < 8 * units or content[numbers:] != _TAIL:
            raise ValueError(f"{path} is cut off")
        self._lengths: npt.NDArray[Any] = np.frombuffer(content, _NUMBER, units, numbers - 8 * units)
        self._offsets: npt.NDArray[Any] = np.frombuffer(content, _NUMBER, units, numbers - 4 * units)

    def __getitem__(self, unit: int) -> Stored:
        start = int(self._offsets[unit])
        packed = self._content[start : start + int(self._lengths[unit])]
        if packed[:1] == _COMPRESSED:
            packed = zlib.decompress(packed)
        return Stored(*loads(packed))  # noqa: S301 - our own files, in a folder of mode 0700

    def packed(self, first: int, last: int) -> tuple[npt.NDArray[Any], bytes]:
        """Lengths and contents of units as they are kept."""
        lengths = self._lengths[first:last]
        start = int(self._offsets[first])
        return lengths, self._content[start : start + int(lengths.sum(dtype=np.int64))]
