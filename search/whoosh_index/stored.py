"""Stored fields of units: Whoosh's column of compressed pickles, written and copied in bulk, mapped to be read."""

from __future__ import annotations

import zlib
from array import array
from pathlib import Path
from pickle import dumps, loads
from typing import Any

import numpy as np
import numpy.typing as npt

from search.whoosh_index.mapping import mapped

COLUMN = "_stored"
_PICKLE, _LEVEL = 4, 1
_TAIL = b"IIX"
"""How Whoosh knows that lengths and offsets follow the values, as unsigned numbers of four bytes."""
MOST_BYTES = 2**32 - 2**26
"""A column can hold no more (offsets have four bytes), with room for one more unit."""


class StoredWriter:
    """Writes the fields of one unit after another."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._lengths = array("I")
        self.size = 0

    def add(self, fields: dict[str, Any]) -> None:
        packed = zlib.compress(dumps(fields, _PICKLE), _LEVEL)
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
            self._file.write(lengths.astype(">u4").tobytes() + offsets.astype(">u4").tobytes() + _TAIL)

    def close(self) -> None:
        self._file.close()


class StoredFields:
    """The stored fields of a segment, mapped."""

    def __init__(self, path: Path, units: int) -> None:
        """Raises FileNotFoundError where the file is not there, ValueError where it is cut off."""
        content: Any = mapped(path)
        self._content, numbers = content, len(content) - len(_TAIL)
        if numbers < 8 * units or content[numbers:] != _TAIL:
            raise ValueError(f"{path} is cut off")
        self._lengths: npt.NDArray[Any] = np.frombuffer(content, ">u4", units, numbers - 8 * units)
        self._offsets: npt.NDArray[Any] = np.frombuffer(content, ">u4", units, numbers - 4 * units)

    def __getitem__(self, unit: int) -> dict[str, Any]:
        start = int(self._offsets[unit])
        packed = self._content[start : start + int(self._lengths[unit])]
        fields: dict[str, Any] = loads(zlib.decompress(packed))  # noqa: S301 - our own files, in a folder of mode 0700
        return fields

    def packed(self, first: int, last: int) -> tuple[npt.NDArray[Any], bytes]:
        """Lengths and contents of units as they are kept."""
        lengths = self._lengths[first:last]
        start = int(self._offsets[first])
        return lengths, self._content[start : start + int(lengths.sum(dtype=np.int64))]
