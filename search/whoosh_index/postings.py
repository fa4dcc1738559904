"""Posting lists: written in whole blocks of Whoosh's own format for its searcher, and as plain arrays that we read."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from pickle import dumps
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.util.numeric import length_to_byte

from search.whoosh_index.layout import make_schema
from search.whoosh_index.mapping import mapped

Ids = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]

BLOCK = 4096
EXTENSION = ".lists"
"""Of the file of arrays: numbers of four bytes, of each list a header, its units, and its weights unless all are 1."""
_MAGIC = b"LRClis5\n"
_HEADER = struct.Struct("<I")
_ONES, _BYTES, _FLOATS = 0, 1, 2
"""How weights are written, told in the highest bits of the header; the others tell how many units there are."""
_KIND_SHIFT = 29
_COUNT_MASK = (1 << _KIND_SHIFT) - 1
_INT = struct.Struct("!i")
_TERM = struct.Struct("!BfIBBfIIqi")
"""What Whoosh knows of a term: whether its postings are here, sum of weights, number of units, shortest and longest
length, largest weight, first and last unit, where the postings lie and how long they are."""
_SHORT_LIST = 16
_PICKLE = 4
_SHORTEST, _LONGEST = length_to_byte(1), 255


class BlockFieldWriter:
    """Whoosh's writer of a segment's terms, given each term's postings at once."""

    def __init__(self, codec: W3Codec, storage: FileStorage, segment: W3Segment) -> None:
        self._writer = W3FieldWriter(codec, storage, segment)
        self._schema = make_schema()
        self._at = 0
        path = Path(str(storage.folder), segment.make_filename(EXTENSION))
        self._lists = path.open("wb")
        self._next = 0

    def start_field(self, name: str) -> None:
        self._writer.start_field(name, self._schema[name])

    def finish_field(self) -> None:
        self._writer.finish_field()

    def close(self) -> int:
        """Returns how many bytes all postings take as Whoosh has them."""
        with self._lists:
            self._lists.write(_MAGIC)
        self._writer.close()
        return self._at

    def add_field(
        self, terms: Iterable[bytes], firsts: Sequence[int], units: Ids, weights: Weights
    ) -> npt.NDArray[np.int64]:
        """Write all terms of the field that was started, given where the postings of each begin, and the end.

        Returns where the list of each begins.
        """
        return np.array(
            [
                self.add_postings_of(term, units[first:last], weights[first:last])
                for term, first, last in zip(terms, firsts, firsts[1:], strict=False)
            ],
            np.int64,
        )

    def add_postings_of(self, term: bytes, ids: Ids, weights: Weights) -> int:
        """Write one term of the field that was started, terms in order of their bytes; returns where its list begins.

        Blocks carry the loosest bounds on lengths, so that the stock searcher never skips what it must see.
        """
        start, count = self._at, len(ids)
        if count <= _SHORT_LIST:
            block, total, most, least = _short_block(ids.tolist(), weights.tolist())
            content = WHOOSH3_HEADER_MAGIC + block
        else:
            total, most, least = float(weights.sum()), float(weights.max()), float(weights.min())
            chunks = (slice(first, first + BLOCK) for first in range(0, count, BLOCK))
            blocks = (_block(ids[each], weights[each], last=each.stop >= count) for each in chunks)
            content = b"".join((WHOOSH3_HEADER_MAGIC, *blocks))
        self._writer._postfile.write(content)
        self._at += len(content)
        told = _TERM.pack(0, total, count, _SHORTEST, _LONGEST, most, ids[0], ids[-1], start, len(content))
        self._writer._tindex.add(struct.pack("!H", self._writer._fieldid) + term, told)
        return self._add_list(_listed(ids, weights, is_plain=least == most == 1.0))

    def _add_list(self, content: bytes) -> int:
        begins = self._next
        self._lists.write(content)
        self._next += len(content) // _HEADER.size
        return begins


def _listed(ids: Ids, weights: Weights, *, is_plain: bool) -> bytes:
    """A list as it is written, in whole numbers of four bytes."""
    if is_plain:
        return _HEADER.pack(len(ids) | _ONES << _KIND_SHIFT) + ids.astype("<i4", copy=False).tobytes()
    small = weights.astype(np.uint8)
    kind, told = (_BYTES, small.tobytes()) if (small == weights).all() else (_FLOATS, weights.tobytes())
    header = _HEADER.pack(len(ids) | kind << _KIND_SHIFT)
    return b"".join((header, ids.astype("<i4", copy=False).tobytes(), told, bytes(-len(told) % _HEADER.size)))


def _short_block(ids: list[int], weights: list[float]) -> tuple[bytes, float, float, float]:
    """The only block of a term that few units have, with the sum, the largest and the least of the weights."""
    deltas = (ids[0], *(later - earlier for earlier, later in pairwise(ids)))
    most, least = max(weights), min(weights)
    kept: Any = array("f", weights)
    if most == least:
        kept = None if most == 1.0 else most
    return _packed((deltas, kept, None), len(ids), ids[-1], most, last=True), sum(weights), most, least


def _block(ids: Ids, weights: Weights, *, last: bool) -> bytes:
    deltas = ids.astype(np.uint32)
    deltas[1:] -= deltas[:-1].copy()
    most = float(weights.max())
    kept: Any = array("f", weights.tobytes())
    if most == weights.min():
        kept = None if most == 1.0 else most
    return _packed((array("I", deltas.tobytes()), kept, None), len(ids), int(ids[-1]), most, last=last)


def _packed(content: Any, count: int, last_id: int, most: float, *, last: bool) -> bytes:
    data = dumps(content, _PICKLE)
    info = dumps((count, last_id, most, 0, _SHORTEST, _LONGEST), _PICKLE)
    length = len(info) + len(data)
    return _INT.pack(-length if last else length) + info + data


class Lists:
    """All lists of a segment, mapped: what is read are views of the file."""

    def __init__(self, path: Path) -> None:
        """Raises FileNotFoundError where there is no file, ValueError where it is cut off."""
        content: Any = mapped(path)
        if content[-len(_MAGIC) :] != _MAGIC:
            raise ValueError(f"{path} is cut off")
        self._numbers = np.frombuffer(content, "<i4", (len(content) - len(_MAGIC)) // _HEADER.size)

    def read(self, start: int) -> tuple[Ids, Weights]:
        """The unit numbers (ascending) and weights of the list that begins at ``start``.

        Raises ValueError where none can begin there.
        """
        if not 0 <= start < len(self._numbers):
            raise ValueError(f"no postings at {start}")
        header = int(self._numbers[start])
        count, kind = header & _COUNT_MASK, header >> _KIND_SHIFT
        end = start + 1 + count
        ids = self._numbers[start + 1 : end]
        if not count or len(ids) < count:
            raise ValueError(f"no postings at {start}")
        if kind == _ONES:
            return ids, np.ones(count, np.float32)
        if kind == _BYTES:
            return ids, self._numbers[end : end - (-count // 4)].view(np.uint8)[:count].astype(np.float32)
        return ids, self._numbers[end : end + count].view(np.float32)


def united(several: Sequence[Ids]) -> Ids:
    """The units of any of several lists, ascending."""
    if len(several) == 1:
        return several[0]
    every = np.sort(np.concatenate(several)) if several else np.zeros(0, np.int32)
    is_other = np.ones(len(every), np.bool_)
    np.not_equal(every[1:], every[:-1], out=is_other[1:])
    return every[is_other]
