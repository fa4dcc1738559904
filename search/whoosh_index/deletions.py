"""Which units of a segment are deleted: bits instead of Whoosh's set, for commits and openings name them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Segment

Mask = npt.NDArray[np.bool_]
_BITS_OF_A_NUMBER = 32


class Deleted:
    """A set of units that only grows. Kept with the table of contents in few bytes."""

    def __init__(self, units: int) -> None:
        self.mask: Mask = np.zeros(units, np.bool_)
        self._count = 0

    def add(self, unit: int) -> None:
        self.add_all(np.array([unit]))

    def add_all(self, units: npt.NDArray[Any]) -> None:
        self.mask[units] = True
        self._count = int(np.count_nonzero(self.mask))

    def __len__(self) -> int:
        return self._count

    def __contains__(self, unit: int) -> bool:
        return bool(self.mask[unit])

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.mask).tolist())

    def __getstate__(self) -> tuple[int, bool, bytes]:
        is_few = self._count * _BITS_OF_A_NUMBER < len(self.mask)
        kept = np.flatnonzero(self.mask).astype(np.uint32) if is_few else np.packbits(self.mask)
        return len(self.mask), is_few, kept.tobytes()

    def __setstate__(self, state: tuple[int, bool, bytes]) -> None:
        units, is_few, kept = state
        if is_few:
            self.mask = np.zeros(units, np.bool_)
            self.mask[np.frombuffer(kept, np.uint32)] = True
        else:
            self.mask = np.unpackbits(np.frombuffer(kept, np.uint8), count=units).view(np.bool_)
        self._count = int(np.count_nonzero(self.mask))


def delete(segment: W3Segment, units: npt.NDArray[Any]) -> None:
    """Delete units of a segment whose number of units is known."""
    if not len(units):
        return
    known = vars(segment).get("_deleted")
    if known is None:
        known = vars(segment)["_deleted"] = Deleted(int(segment.doc_count_all()))
    known.add_all(units)


def mask_of(segment: W3Segment) -> Mask:
    """For each unit whether it is deleted; not to be changed."""
    known = vars(segment).get("_deleted")
    return known.mask if known is not None else np.zeros(int(segment.doc_count_all()), np.bool_)
