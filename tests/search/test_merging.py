"""Merging: which segments are joined, that nothing is lost or changed by it, and that others write meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh.codec.whoosh3 import W3Segment

from search.documents import Document, Page, Query
from search.facets import FACETS
from search.whoosh_index import deletions, layout, stored
from search.whoosh_index.columns import Codes
from search.whoosh_index.index import WhooshIndex
from search.whoosh_index.merging import Joined, choose, choose_all
from search.whoosh_index.reading import SegmentView

EVERYONE = frozenset({"everyone"})


def segments(*sizes: int, deleted: int = 0) -> list[W3Segment]:
    made = [W3Segment(layout.make_codec(), layout.INDEX_NAME, size) for size in sizes]
    deletions.delete(made[0], np.arange(deleted))
    return made


@pytest.mark.parametrize(
    ("sizes", "joined"),
    [
        ((10, 10, 10), []),
        ((10, 20, 30, 40), [10, 20, 30, 40]),
        ((10, 20, 30, 40, 900_000), [10, 20, 30, 40]),
        ((50_000,) * 18, [50_000] * 18),
        ((900_000, 50_000, 50_000), []),
        ((900_000, 30, 50_000, 50_000, 50_000), [30, 50_000, 50_000, 50_000]),
    ],
)
def test_those_are_joined_that_are_small_beside_all_smaller_ones(sizes: tuple[int, ...], joined: list[int]) -> None:
    assert [each.doc_count_all() for each in choose(segments(*sizes), lambda _: 1)] == joined


@pytest.mark.parametrize(
    ("sizes", "is_one_made"),
    [
        ((), False),
        ((10,), False),
        ((10, 10), True),
        ((40_000, 40_000, 20_000), True),
        ((100_000, 12_000), False),
        ((100_000, 13_000), True),
        ((1_900_000, 300_000), False),
    ],
)
def test_where_there_is_time_one_is_made_of_all_but_not_for_a_few(sizes: tuple[int, ...], is_one_made: bool) -> None:
    some = segments(*sizes) if sizes else []
    assert choose_all(some, lambda _: 1) == (some if is_one_made else [])
    assert choose_all(some, lambda _: stored.MOST_BYTES) == []


def test_a_segment_of_which_most_is_deleted_is_written_again() -> None:
    some = segments(1_000, 900_000, deleted=501)
    assert choose(some, lambda _: 1) == some[:1]
    assert choose(segments(1_000, 900_000, deleted=499), lambda _: 1) == []


def test_no_more_is_joined_than_one_segment_can_hold() -> None:
    chosen = choose(segments(10, 11, 12, 13, 14, 15), lambda _: stored.MOST_BYTES // 4)
    assert [each.doc_count_all() for each in chosen] == [10, 11, 12, 13]


def rich(number: int, **fields: Any) -> Document:
    """A document that has something of everything, often the same as others."""
    told: dict[str, Any] = {
        "description": f"El riego por goteo y e-mail {number % 3} de la chacra. " * (1 + number % 2),
        "creators": ["Clorinda Matto", f"Autora {number % 4}"][: number % 3],
        "subjects": ["Ciencias > Biología", f"Materia {number % 5}"][: number % 4],
        "language": ("es", "qu", "")[number % 3],
        "type": ("libro", "")[number % 2],
        "date": str(2000 + number % 7) if number % 3 else "",
        "size_bytes": number * 700_000,
        "audience": ("everyone", "institution:1")[number % 5 == 4],
        "added": 1_000 + number,
        "revision": number + 1,
        "pages": [Page(n, f"surco {n} del libro {number} y riego", f"Parte {n}") for n in range(1, number % 4)],
    }
    return Document(str(number), f"r{number}", f"Libro {number % 6} de la ñusta", **{**told, **fields})


def everything(index: WhooshIndex) -> dict[str, Any]:
    """All that columns and postings tell of each live document, whatever segment it is in."""
    found: dict[str, Any] = {}
    for view in index._current().segments:
        for head in np.flatnonzero(view.live & view.files.is_head).tolist():
            found[view.files.document_id(head)] = _of_document(view, head)
    return found


def _of_document(view: SegmentView, head: int) -> list[Any]:
    files = view.files
    units = np.flatnonzero(files.heads == head).tolist()
    facets = {name: _values(files.facet(name), head) for name in (*FACETS, "creator", "audience.whole")}
    numbers = {name: int(files.numbers(name)[head]) for name in ("year", "added", "uses", "size", "revision")}
    title = files.folded_titles[int(files.title_order[head])]
    told = [
        (files.stored(unit), int(files.pages[unit]), int(files.kinds[unit]), *(a[unit] for a in files.lengths.values()))
        for unit in units
    ]
    words = {}
    for number in range(len(files.words)):
        for field in ("title", "text", "stop", "creator", "subject"):
            start = int(getattr(files.words, f"{field}_at")[number])
            if start >= 0:
                words[field, files.words.text(number)] = _occurrences(view, field, start, units)
    return [facets, numbers, title, told, {term: where for term, where in words.items() if where}]


def _values(codes: Codes, unit: int) -> list[str]:
    return [codes.values[code] for code in codes.of(np.array([unit])).tolist()]


def _occurrences(view: SegmentView, field: str, start: int, units: list[int]) -> list[Any]:
    ids, weights = view.files.postings(start)
    here = [(n, unit) for n, unit in enumerate(ids.tolist()) if unit in units]
    if field in ("creator", "subject"):
        return [(unit - units[0], weights[n]) for n, unit in here]
    _, offsets, places = view.files.positions(start)
    return [(unit - units[0], weights[n], places[offsets[n] : offsets[n + 1]].tolist()) for n, unit in here]


def test_merging_changes_nothing_that_is_told_of_any_document(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    for first in range(0, 30, 6):
        index.write([rich(n) for n in range(first, first + 6)], deleted=[str(first - 2), str(first - 5)])
    index.write([rich(3), rich(8, pages=[Page(1, "palabra " * 40_000 + "surco")])])
    before = everything(index)
    assert len(before) == 30 - 8
    assert index.merge()
    assert len(index._current().segments) == 1
    assert everything(index) == before


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Have something done between the copying of a merge and the moment when it takes the writer's lock."""

    def arrange(work: Callable[[], object]) -> None:
        class Slow(Joined):
            def __init__(self, *given: Any) -> None:
                super().__init__(*given)
                work()

        monkeypatch.setattr("search.whoosh_index.merging.Joined", Slow)

    return arrange


def pieces(tmp_path: Path) -> WhooshIndex:
    index = WhooshIndex(tmp_path, lock_wait_s=0.2)
    for n in range(6):
        index.write([Document(str(n), f"r{n}", f"Trigo {n}", pages=[Page(1, "surco")])])
    return index


def found(index: WhooshIndex) -> set[str]:
    return {hit.record_id for hit in index.search(Query("trigo cebada", EVERYONE, limit=50)).hits}


def test_who_writes_does_not_wait_for_a_merge_and_loses_nothing_by_it(
    tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    index = pieces(tmp_path)
    meanwhile(lambda: WhooshIndex(tmp_path, lock_wait_s=0).write([Document("1", "nuevo", "Cebada")], deleted=["2"]))
    assert index.merge()
    assert found(index) == {"r0", "nuevo", "r3", "r4", "r5"}
    assert len(index._current().segments) == 2
    assert index.count() == len(list(index.holds())) == 5


def test_what_was_all_deleted_while_it_was_joined_stays_deleted(
    tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    index = pieces(tmp_path)
    meanwhile(lambda: WhooshIndex(tmp_path).write(deleted=map(str, range(6))))
    assert index.merge()
    assert (found(index), index.count()) == (set(), 0)


def test_a_rebuild_that_comes_between_wins(tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]) -> None:
    index = pieces(tmp_path)
    meanwhile(lambda: WhooshIndex(tmp_path).rebuild([Document("9", "r9", "Cebada")]))
    assert index.merge() is False
    assert found(index) == {"r9"}
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_only_one_merges_at_a_time(tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]) -> None:
    index, answers = pieces(tmp_path), []
    meanwhile(lambda: answers.append(WhooshIndex(tmp_path).merge()))
    assert index.merge() is True
    assert answers == [False]


def test_a_merge_that_fails_leaves_all_as_it_was(
    tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    def fail() -> None:
        raise RuntimeError

    index = pieces(tmp_path)
    meanwhile(fail)
    with pytest.raises(RuntimeError):
        index.merge()
    assert len(found(index)) == 6
    assert not list(tmp_path.glob("g*/joining*"))
