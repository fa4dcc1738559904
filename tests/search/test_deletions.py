"""Which units are deleted, as it is kept with the table of contents."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from search.whoosh_index.deletions import Deleted


@pytest.mark.parametrize("units", [[], [0], [999], [5, 3, 5], list(range(0, 1_000, 3)), list(range(1_000))])
def test_what_is_kept_is_read_again(units: list[int]) -> None:
    deleted = Deleted(1_000)
    deleted.add_all(np.array(units, np.int64))
    again = pickle.loads(pickle.dumps(deleted))
    for each in (deleted, again):
        assert list(each) == sorted(set(units))
        assert len(each) == len(set(units))
        assert [n for n in range(1_000) if n in each] == sorted(set(units))
    again.add(7)
    assert 7 in again
    assert (7 in deleted) == (7 in units)


def test_few_and_many_take_little_room() -> None:
    few, many = Deleted(1_000_000), Deleted(1_000_000)
    few.add_all(np.array([3, 900_000]))
    many.add_all(np.arange(0, 1_000_000, 2))
    assert len(pickle.dumps(few)) < 300
    assert len(pickle.dumps(many)) < 130_000
