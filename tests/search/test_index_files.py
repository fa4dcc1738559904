"""What the index in files promises beside what every index does: its folder, its segments, damage that it tells."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.documents import Document, Page
from search.errors import IndexMissing, IndexUnavailable
from search.whoosh_index import layout
from search.whoosh_index.changing import MOST_SEGMENTS
from search.whoosh_index.index import WhooshIndex
from tests.search.test_index import document, find, ids


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    return WhooshIndex(tmp_path / "index", lock_wait_s=0.2)


def test_only_the_owner_may_look_into_the_folder(index: WhooshIndex, tmp_path: Path) -> None:
    index.write([document(1)])
    for folder in (tmp_path / "index", *(p for p in (tmp_path / "index").iterdir() if p.is_dir())):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_document_given_twice_in_different_segments_of_one_write_counts_once(
    index: WhooshIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.whoosh_index.writing.MOST_WORDS", 3)
    index.write([document(1, "Trigo maduro"), document(2, "Papa nativa"), document(1, "Cebada tierna")])
    assert index.count() == 2
    assert ids(find(index, "trigo")) == []
    assert ids(find(index, "cebada")) == ["r1"]


def test_merging_joins_small_segments_and_changes_no_answer(index: WhooshIndex, tmp_path: Path) -> None:
    for n in range(9):
        pages = [Page(1, f"surco {n}"), Page(2, "riego")]
        index.write([document(n, f"Trigo {n}", pages=pages), document(100 + n)], deleted=[str(n - 3)])
    asked = ("trigo", "surco", "riego", "7", "trigos surcs")
    before = [[(h.record_id, h.page) for h in find(index, text).hits] for text in asked]
    assert index.merge() is True
    assert index.merge() is False
    assert len(layout.live_generation(tmp_path / "index").toc().segments) == 1
    assert [[(h.record_id, h.page) for h in find(index, text).hits] for text in asked] == before
    assert index.count() == 3 + 9


def test_many_small_writes_do_not_pile_up_segments(index: WhooshIndex, tmp_path: Path) -> None:
    for n in range(2 * MOST_SEGMENTS + 5):
        index.write([document(n, "Trigo")])
    assert len(layout.live_generation(tmp_path / "index").toc().segments) <= 2 * MOST_SEGMENTS
    assert index.count() == find(index, "trigo").total == 2 * MOST_SEGMENTS + 5


def test_nor_do_many_that_are_taken_in(index: WhooshIndex) -> None:
    with index.filling():
        for n in range(MOST_SEGMENTS + 5):
            index.take_in([document(n, "Trigo")], lambda _: ())
    assert index.statistics().pieces <= MOST_SEGMENTS + 1
    assert index.count() == MOST_SEGMENTS + 5


def test_a_snapshot_that_is_open_outlives_the_swap(index: WhooshIndex) -> None:
    index.write([document(1, "Trigo", description="campo")])
    old = index._current()
    index.rebuild([document(2, "Cebada")])
    assert old.segments[0].files.stored(0).title == "Trigo"


@pytest.mark.parametrize("version", ["0.0", "99.1"])
def test_an_index_of_another_version_says_so_and_can_be_rebuilt(
    index: WhooshIndex, tmp_path: Path, version: str
) -> None:
    index.write([document(1, "Trigo")])
    pointer = tmp_path / "index" / layout.POINTER
    pointer.write_text(json.dumps({**json.loads(pointer.read_text()), "version": version}))
    for using in (index.count, lambda: find(index, "trigo"), index.write, index.merge):
        with pytest.raises(IndexUnavailable) as refused:
            using()
        assert not isinstance(refused.value, IndexMissing)
        assert "lrc reindex" in refused.value.detail
    index.rebuild([document(1, "Trigo")])
    assert index.count() == 1


@pytest.mark.parametrize("what", ["pointer", "contents", "folder", "words", "postings"])
def test_a_broken_index_says_so_instead_of_finding_nothing(
    index: WhooshIndex, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.whoosh_index.index._READ_PAUSE_S", 0.001)
    index.write([document(1, "Trigo")])
    generation = layout.live_generation(tmp_path / "index").path
    if what == "pointer":
        (tmp_path / "index" / layout.POINTER).write_text("{")
    elif what == "folder":
        generation.rename(tmp_path / "index" / "elsewhere")
    else:
        pattern = {"contents": "*.toc", "words": "*.arrays", "postings": "*.pst"}[what]
        (broken,) = generation.glob(pattern)
        broken.write_bytes(b"rubbish")
    fresh = WhooshIndex(tmp_path / "index")
    with pytest.raises(IndexUnavailable) as refused:
        find(fresh, "trigo")
    assert not isinstance(refused.value, IndexMissing)
    index.rebuild([document(1, "Trigo")])
    assert ids(find(fresh, "trigo")) == ["r1"]


@pytest.mark.parametrize("column", ["_stored.col", "arrays", "places", "pst"])
def test_a_segment_without_one_of_its_columns_is_not_taken_for_one_of_zeros(
    index: WhooshIndex, tmp_path: Path, column: str
) -> None:
    """A commit that deletes a segment while it is opened looks the same for a moment; every page was a hit then."""
    index.write([document(1, "Trigo", pages=[Page(1, "trigo"), Page(2, "surco")])])
    (path,) = (tmp_path / "index").glob(f"g*/*.{column}")
    path.unlink()
    with pytest.raises(IndexUnavailable):
        find(WhooshIndex(tmp_path / "index"), "trigo")


def test_rebuilding_leaves_one_generation_whether_or_not_it_fails(index: WhooshIndex, tmp_path: Path) -> None:
    def failing() -> Iterator[Document]:
        yield document(1, "Cebada")
        raise RuntimeError

    index.write([document(1, "Trigo")])
    index.rebuild([document(2, "Trigo")])
    with pytest.raises(RuntimeError):
        index.rebuild(failing())
    assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir()]) == 1


def test_statistics_are_of_its_files(index: WhooshIndex, tmp_path: Path) -> None:
    for n in range(6):
        index.write([document(n)])
    before = index.statistics()
    assert index.merge()
    after = index.statistics()
    assert before.pieces > after.pieces == 1
    assert (after.engine, after.version) == ("whoosh", layout.VERSION)
    files = (path for path in (tmp_path / "index").rglob("*") if path.is_file())
    assert after.size_bytes == sum(path.stat().st_size for path in files)
