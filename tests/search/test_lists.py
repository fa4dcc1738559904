"""Lists of units are read as they were written, whatever their weights; what is cut off is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search.whoosh_index.layout import INDEX_NAME, Generation, make_codec
from search.whoosh_index.postings import EXTENSION, BlockFieldWriter, Lists, united

LISTS = {
    b"bytes": ([3, 8, 9], [1.0, 255.0, 2.0]),
    b"floats": ([0, 2], [0.5, 1.0]),
    b"large": ([7], [256.0]),
    b"ones": (list(range(1, 10_000, 2)), [1.0] * 5_000),
}


def written(folder: Path) -> tuple[Path, list[int]]:
    generation = Generation(folder)
    segment = make_codec().new_segment(generation.storage, INDEX_NAME)
    writer = BlockFieldWriter(make_codec(), generation.storage, segment)
    writer.start_field("text")
    starts = [
        writer.add_postings_of(term, np.array(ids, np.int32), np.array(weights, np.float32))
        for term, (ids, weights) in LISTS.items()
    ]
    writer.finish_field()
    writer.close()
    return folder / segment.make_filename(EXTENSION), starts


def test_lists_are_read_as_they_were_written(tmp_path: Path) -> None:
    path, starts = written(tmp_path)
    lists = Lists(path)
    for start, (ids, weights) in zip(starts, LISTS.values(), strict=True):
        read = lists.read(start)
        assert (read[0].tolist(), read[1].tolist()) == (ids, weights)
        assert read[1].dtype == np.float32


def test_what_is_no_list_or_cut_off_is_refused(tmp_path: Path) -> None:
    path, _ = written(tmp_path)
    for start in (-1, 1 << 40):
        with pytest.raises(ValueError, match="no postings"):
            Lists(path).read(start)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(ValueError, match="cut off"):
        Lists(path)


def test_united_lists_have_each_unit_once_in_order() -> None:
    several = [np.array(each, np.int32) for each in ([1, 5, 9], [], [5, 6])]
    assert united(several).tolist() == [1, 5, 6, 9]
    assert united([]).tolist() == []
