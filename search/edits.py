"""Counting the edits between one word and many at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def distances(word: str, others: Sequence[str]) -> npt.NDArray[np.int16]:
    """How many letters to put in, take out, change, or swap with their neighbour, from ``word`` to each of others.

    Optimal string alignment: nothing is edited twice. All columns of the table of each letter are counted together,
    for all words together.
    """
    if not others:
        return np.zeros(0, np.int16)
    letters = np.array(others, dtype=np.str_)
    width = letters.dtype.itemsize // 4
    table = np.frombuffer(letters.tobytes(), np.uint32).reshape(len(others), width)
    columns = np.arange(width + 1, dtype=np.int16)
    before = np.broadcast_to(columns, (len(others), width + 1))
    earlier = before
    last = -1
    for row, letter in enumerate(map(ord, word), 1):
        same = table == letter
        now = np.empty_like(before, np.int16)
        now[:, 0] = row
        np.minimum(before[:, 1:] + 1, before[:, :-1] + ~same, out=now[:, 1:])
        if row > 1:
            swapped = same[:, :-1] & (table[:, 1:] == last)
            now[:, 2:] = np.where(swapped, np.minimum(now[:, 2:], earlier[:, :-2] + 1), now[:, 2:])
        now = np.minimum.accumulate(now - columns, axis=1) + columns
        earlier, before, last = before, now, letter
    lengths = np.array([len(other) for other in others])
    return np.asarray(before[np.arange(len(others)), lengths], np.int16)
