"""Counting what was found by its kind, and keeping one kind of it: by a small number for each document, as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.documents import KINDS
from search.whoosh_index.ranking import Found
from search.whoosh_index.reading import Snapshot


def count(snapshot: Snapshot, found: Sequence[Found]) -> dict[str, int]:
    """How many documents there are of each kind among all that was found; those without any are left out."""
    totals = np.zeros(len(KINDS), np.int64)
    for view, part in zip(snapshot.segments, found, strict=True):
        totals += np.bincount(view.files.kinds[part.heads], minlength=len(KINDS))
    return {kind: number for kind, number in zip(KINDS, totals.tolist(), strict=True) if number}


def only(snapshot: Snapshot, found: Sequence[Found], kind: str) -> list[Found]:
    """What was found of one kind, in the same order."""
    number = KINDS.index(kind)
    kept = []
    for view, part in zip(snapshot.segments, found, strict=True):
        is_it = view.files.kinds[part.heads] == number
        kept.append(Found(part.heads[is_it], part.units[is_it], part.scores[is_it], part.matches))
    return kept
