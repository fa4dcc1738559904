"""Where words stand one right after the other: by the places of each word in the units that hold them all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from search.whoosh_index.columns import ranges
from search.whoosh_index.postings import Ids, Weights, united
from search.whoosh_index.reading import SegmentFiles

Number = TypeVar("Number", bound=np.generic)
Keys = npt.NDArray[np.int64]
_PLACE_BITS = 32
_LONGEST_RUN = 1 << 16


def occurrences(files: SegmentFiles, field: str, run: Sequence[Sequence[str]]) -> tuple[Ids, Weights]:
    """The units in whose title or text (``field``) a run of words stands, ascending, and how often in each.

    Of each word of the run its forms are given; any of them will do.
    """
    starts = [_starts(files, field, forms) for forms in run]
    if not all(starts):
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    held = [united([files.postings(start)[0] for start in each]) for each in starts]
    held.sort(key=len)
    units = reduce(within, held)
    if not len(units):
        return units, np.zeros(0, np.float32)
    # What begins the run is sought in all words at once: unit and place of the first word, as one number.
    keys = [_keys(files, each, units, distance) for distance, each in enumerate(starts)]
    keys.sort(key=len)
    found, counts = np.unique(reduce(within, keys) >> _PLACE_BITS, return_counts=True)
    return found.astype(np.int32), counts.astype(np.float32)


def within(one: npt.NDArray[Number], other: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """What of one ascending array is in another too."""
    if not len(other):
        return one[:0]
    places = np.searchsorted(other, one)
    places[places == len(other)] = 0
    kept: npt.NDArray[Number] = one[other[places] == one]
    return kept


def _starts(files: SegmentFiles, field: str, forms: Sequence[str]) -> list[int]:
    words = files.words
    numbers = [number for form in forms if (number := words.find(form)) >= 0]
    if field == "title":
        starts = [int(words.title_at[number]) for number in numbers]
    else:
        starts = [int(max(words.text_at[number], words.stop_at[number])) for number in numbers]
    return [start for start in starts if start >= 0]


def _keys(files: SegmentFiles, starts: Sequence[int], units: Ids, distance: int) -> Keys:
    """Unit and place, less the distance from the first word of the run, of every occurrence in some units."""
    found = []
    for start in starts:
        ids, offsets, places = files.positions(start)
        here = np.searchsorted(ids, units)
        here[here == len(ids)] = 0
        here = here[ids[here] == units]
        taken = ranges(offsets[here], offsets[here + 1])
        of_units = np.repeat(ids[here].astype(np.int64), offsets[here + 1] - offsets[here])
        found.append((of_units << _PLACE_BITS) + places[taken] + _LONGEST_RUN - distance)
    return found[0] if len(found) == 1 else np.sort(np.concatenate(found))
