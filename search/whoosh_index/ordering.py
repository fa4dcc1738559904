"""In which order hits come: by score, date, title, use or arrival; the same stretch after stretch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from search.whoosh_index.found import Found
from search.whoosh_index.reading import SegmentFiles, Snapshot

Place = tuple[int, int]
"""The number of a segment in its snapshot, and a place in the arrays of what was found in it."""
Keys = npt.NDArray[np.generic]
_UNKNOWN_YEAR = 9999
_FEW = 2
"""Where no more than so many times those wanted are as good as the last of them, they are sorted here alone."""


def first(snapshot: Snapshot, found: Sequence[Found], sort: str, limit: int) -> list[Place]:
    """The first documents of all segments in an order of search.documents.SORTS.

    What is alike comes by its score, then by its arrival, then in the order of segments and units: stretches of it
    fit together.
    """
    ordered: list[tuple[Any, float, int, int, int]] = []
    for number, (view, part) in enumerate(zip(snapshot.segments, found, strict=True)):
        keys = _keys(view.files, part, sort)
        near = _least(keys, limit)
        less, added = -part.scores[near], -view.files.numbers("added")[part.heads[near]]
        if len(near) > _FEW * limit:
            best = np.lexsort((near, added, less, keys[near]))[:limit]
            near, less, added = near[best], less[best], added[best]
        told = keys[near].tolist()
        if sort == "title":  # ranks are of one segment alone
            told = [view.files.folded_titles.encoded(rank) for rank in told]
        ordered += zip(told, less.tolist(), added.tolist(), repeat(number), near.tolist())
    ordered.sort()
    return [(number, place) for *_, number, place in ordered[:limit]]


def _keys(files: SegmentFiles, part: Found, sort: str) -> Keys:
    """The least comes first."""
    if sort == "title":
        return files.title_order[part.heads]
    if sort == "oldest":
        years = files.numbers("year")[part.heads]
        return np.where(years == 0, _UNKNOWN_YEAR, years)
    if sort in _COLUMNS:
        return -files.numbers(_COLUMNS[sort])[part.heads]
    return -part.scores


_COLUMNS = {"newest": "year", "uses": "uses", "added": "added"}


def _least(keys: Keys, limit: int) -> npt.NDArray[np.intp]:
    """Places of the least keys, in no order, and of all that are as great as the last of them."""
    if len(keys) <= limit:
        return np.arange(len(keys))
    return np.flatnonzero(keys <= np.partition(keys, limit - 1)[limit - 1])
