"""Posting lists as arrays: written in whole blocks of Whoosh's own format, read back without a loop over postings."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import accumulate, pairwise
from mmap import mmap
from pickle import dumps, load
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.util.numeric import length_to_byte

from search.whoosh_index.layout import make_schema

Ids = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]

BLOCK = 4096
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

    def start_field(self, name: str) -> None:
        self._writer.start_field(name, self._schema[name])

    def finish_field(self) -> None:
        self._writer.finish_field()

    def close(self) -> int:
        """Returns how many bytes all postings take."""
        self._writer.close()
        return self._at

    def add_field(
        self, terms: Iterable[bytes], firsts: Sequence[int], units: Ids, weights: Weights
    ) -> npt.NDArray[np.int64]:
        """Write all terms of the field that was started, given where the postings of each begin, and the end.

        Returns where the postings of each lie in the file.
        """
        return np.array(
            [
                self.add_postings_of(term, units[first:last], weights[first:last])
                for term, first, last in zip(terms, firsts, firsts[1:], strict=False)
            ],
            np.int64,
        )

    def add_postings_of(self, term: bytes, ids: Ids, weights: Weights) -> int:
        """Write one term of the field that was started, terms in order of their bytes; returns where its postings lie.

        Blocks carry the loosest bounds on lengths, so that the stock searcher never skips what it must see.
        """
        start, count = self._at, len(ids)
        if count <= _SHORT_LIST:
            block, total, most = _short_block(ids.tolist(), weights.tolist())
            content = WHOOSH3_HEADER_MAGIC + block
        else:
            total, most = float(weights.sum()), float(weights.max())
            chunks = (slice(first, first + BLOCK) for first in range(0, count, BLOCK))
            blocks = (_block(ids[each], weights[each], last=each.stop >= count) for each in chunks)
            content = b"".join((WHOOSH3_HEADER_MAGIC, *blocks))
        self._writer._postfile.write(content)
        self._at += len(content)
        told = _TERM.pack(0, total, count, _SHORTEST, _LONGEST, most, ids[0], ids[-1], start, len(content))
        self._writer._tindex.add(struct.pack("!H", self._writer._fieldid) + term, told)
        return start


def _short_block(ids: list[int], weights: list[float]) -> tuple[bytes, float, float]:
    """The only block of a term that few units have, with the sum and the largest of the weights."""
    deltas = (ids[0], *(later - earlier for earlier, later in pairwise(ids)))
    most = max(weights)
    kept: Any = array("f", weights)
    if most == min(weights):
        kept = None if most == 1.0 else most
    return _packed((deltas, kept, None), len(ids), ids[-1], most, last=True), sum(weights), most


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


def read_postings(file: mmap | bytes, start: int) -> tuple[Ids, Weights]:
    """The unit numbers (ascending) and weights of the term whose postings begin at ``start``.

    Raises ValueError where no postings lie there.
    """
    if file[start : start + 4] != WHOOSH3_HEADER_MAGIC:
        raise ValueError(f"no postings at {start}")
    ids: list[Ids] = []
    weights: list[Weights] = []
    position, length = start + 4, 0
    while length >= 0:
        (length,) = _INT.unpack(file[position : position + 4])
        block = BytesIO(file[position + 4 : position + 4 + abs(length)])
        position += 4 + abs(length)
        load(block)  # noqa: S301 - the bounds of the block; our own files, in a folder of mode 0700
        deltas, kept, _values = load(block)  # noqa: S301
        if type(deltas) is tuple:  # a few numbers are summed faster without NumPy
            ids.append(np.array([*accumulate(deltas)], np.int32))
        else:
            ids.append(np.cumsum(deltas, dtype=np.int32))
        weights.append(_as_weights(kept, len(deltas)))
    return (ids[0], weights[0]) if len(ids) == 1 else (np.concatenate(ids), np.concatenate(weights))


def _as_weights(kept: Any, count: int) -> Weights:
    if kept is None:
        return np.ones(count, np.float32)
    if isinstance(kept, float):
        return np.full(count, kept, np.float32)
    return np.frombuffer(kept, np.float32)
