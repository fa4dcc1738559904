"""What the index promises: whole commits, replacement, audiences, pages, rebuilding beside readers, clear refusals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search.documents import Document, Page, Query, Results
from search.engine import Index
from search.errors import IndexBusy, IndexMissing
from tests.search.conftest import MakeIndex

EVERYONE = frozenset({"everyone"})


def document(number: int, title: str = "", **fields: object) -> Document:
    return Document(id=str(number), record_id=f"r{number}", title=title or f"Libro {number}", **fields)  # type: ignore[arg-type]


def find(index: Index, text: str, *audiences: str, offset: int = 0, limit: int = 10) -> Results:
    return index.search(Query(text, frozenset(audiences) or EVERYONE, offset, limit))


def ids(results: Results) -> list[str]:
    return [hit.record_id for hit in results.hits]


def test_an_index_that_was_never_written_says_that_it_is_missing(index: Index) -> None:
    with pytest.raises(IndexMissing):
        index.count()
    with pytest.raises(IndexMissing):
        find(index, "algo")


def test_writing_nothing_makes_an_empty_index_that_can_be_searched(index: Index) -> None:
    index.write()
    assert index.count() == 0
    assert find(index, "algo") == Results()


def test_a_document_written_again_is_replaced_with_all_its_pages(index: Index) -> None:
    index.write([document(1, pages=[Page(1, "trigo"), Page(2, "cebada")]), document(2, "Cebada")])
    index.write([document(1, pages=[Page(1, "maíz")])])
    assert index.count() == 2
    assert ids(find(index, "trigo")) == []
    assert ids(find(index, "cebada")) == ["r2"]
    assert ids(find(index, "maiz")) == ["r1"]


def test_a_document_given_twice_in_one_write_counts_once_and_the_last_wins(index: Index) -> None:
    index.write([document(1, "Trigo", pages=[Page(1, "uno")]), document(2), document(1, "Cebada")])
    assert index.count() == 2
    assert ids(find(index, "trigo")) == []
    assert ids(find(index, "cebada")) == ["r1"]


def test_a_deleted_document_is_gone_and_deleting_what_is_not_there_is_no_mistake(index: Index) -> None:
    index.write([document(1, pages=[Page(1, "trigo")]), document(2, "Trigo")])
    index.write(deleted=["1", "77"])
    assert index.count() == 1
    assert ids(find(index, "trigo")) == ["r2"]


def test_a_reader_sees_each_commit(index: Index, make_index: MakeIndex) -> None:
    reader = make_index()
    for number in range(1, 6):
        index.write([document(number, "Trigo")], deleted=[str(number - 2)])
        assert reader.count() == min(number, 2)
        assert set(ids(find(reader, "trigo"))) == {f"r{n}" for n in (number - 1, number) if n}


def test_a_write_that_fails_half_way_changes_nothing(index: Index) -> None:
    def failing() -> Iterator[Document]:
        yield document(1, "Cebada")
        raise RuntimeError("the database went away")

    index.write([document(1, "Trigo")])
    with pytest.raises(RuntimeError):
        index.write(failing(), deleted=["1"])
    assert ids(find(index, "trigo")) == ["r1"]
    assert ids(find(index, "cebada")) == []


def test_nobody_finds_counts_or_is_offered_what_is_for_others(index: Index) -> None:
    index.write(
        [
            document(1, "Trigo secreto", audience="institution:1", pages=[Page(1, "alfalfa")]),
            document(2, "Trigo público"),
            document(3, "Trigo del curso", audience="context:9"),
        ]
    )
    assert ids(find(index, "trigo")) == ["r2"]
    assert find(index, "trigo").total == 1
    assert set(ids(find(index, "trigo", "everyone", "institution:1"))) == {"r1", "r2"}
    assert ids(find(index, "trigo", "context:9")) == ["r3"]
    # Words that stand only in what is hidden neither correct nor complete nor are suggested.
    for typed in ("alfalfa", "alfalfas", "alfalfq", "alfal", "alfxlfxq", "secretq"):
        found = find(index, typed)
        assert (found.total, found.searched_for, found.suggestion) == (0, (), "")
    assert ids(find(index, "alfalfq", "institution:1")) == ["r1"]
    assert find(index, "trigo", "nobody").total == 0


def test_a_hit_names_the_page_that_answers_and_further_ones_best_first(index: Index) -> None:
    pages = [
        Page(1, "La papa nativa crece en la puna."),
        Page(2, "El riego por goteo ahorra agua.", "Capítulo del riego"),
        Page(3, "Del riego se habla poco aquí, y de la papa nada."),
        Page(7, "Riego, riego y más riego: el riego por goteo en el surco."),
    ]
    index.write([document(1, "Manual del campo", pages=pages), document(2, "Otro libro", pages=pages[:1])])
    (hit,) = find(index, "riego por goteo").hits
    assert {hit.page, *hit.other_pages} >= {2, 7}
    assert hit.page not in hit.other_pages
    (hit,) = find(index, "goteo ahorra").hits
    assert (hit.page, hit.page_label) == (2, "Capítulo del riego")
    assert "goteo" in hit.snippet.text


def test_what_only_the_title_or_the_description_holds_names_no_page(index: Index) -> None:
    index.write([document(1, "Manual de riego", description="Agua para el surco", pages=[Page(1, "La papa")])])
    for text in ("riego", "surcos"):
        (hit,) = find(index, text).hits
        assert (hit.page, list(hit.other_pages)) == (None, [])
    assert find(index, "surco").hits[0].snippet.text == "Agua para el surco"


def test_creators_and_subjects_are_found(index: Index) -> None:
    index.write([document(1, creators=["Clorinda Matto"], subjects=["Novela indigenista"]), document(2)])
    assert ids(find(index, "matto")) == ["r1"]
    assert ids(find(index, "indigenistas")) == ["r1"]


def test_a_hit_carries_what_was_indexed(index: Index) -> None:
    fields = {
        "creators": ("Ana",),
        "type": "libro",
        "date": "2020",
        "language": "es",
        "license": "CC BY",
        "media_type": "application/pdf",
        "size_bytes": 5,
        "page_count": 9,
        "thumbnail": b"img",
    }
    index.write([document(1, "Trigo", **fields)])
    (hit,) = find(index, "trigo").hits
    assert {name: getattr(hit, name) for name in fields} == fields
    assert (hit.document_id, hit.record_id, hit.title.runs) == ("1", "r1", (("Trigo", True),))


def test_stretches_of_the_ranking_fit_together(index: Index) -> None:
    index.write(document(n, "Trigo " * (1 + n % 3), description="campo " * (n % 7)) for n in range(90))
    whole = ids(find(index, "trigo campo", limit=90))
    assert len(set(whole)) == find(index, "trigo campo").total == 90
    assert [one for n in range(0, 90, 10) for one in ids(find(index, "trigo campo", offset=n))] == whole
    assert ids(find(index, "trigo", offset=500)) == []


def test_a_rebuild_takes_the_place_of_the_old_index_while_it_is_searched(index: Index, make_index: MakeIndex) -> None:
    reader = make_index()
    index.write([document(n, "Trigo") for n in range(5)])

    def documents() -> Iterator[Document]:
        for n in range(3):
            assert reader.count() == find(reader, "trigo").total == 5
            yield document(n, "Cebada")

    index.rebuild(documents())
    assert (reader.count(), find(reader, "cebada").total, find(reader, "trigo").total) == (3, 3, 0)


def test_a_rebuild_that_fails_leaves_the_live_index_and_no_rubbish(index: Index, make_index: MakeIndex) -> None:
    def failing() -> Iterator[Document]:
        yield document(1, "Cebada")
        raise RuntimeError

    index.write([document(1, "Trigo")])
    with pytest.raises(RuntimeError):
        index.rebuild(failing())
    assert ids(find(index, "trigo")) == ["r1"]


def test_a_second_writer_waits_and_then_says_that_the_index_is_busy(index: Index, make_index: MakeIndex) -> None:
    other = make_index(lock_wait_s=0.1)

    def documents() -> Iterator[Document]:
        with pytest.raises(IndexBusy):
            other.write([document(2)])
        yield document(1)

    index.write(documents())
    other.write([document(2)])
    assert index.count() == 2


def test_it_tells_every_document_with_the_revision_that_was_indexed(index: Index) -> None:
    for n in range(6):
        pages = [Page(1, "surco"), Page(2, "riego")]
        index.write([document(n, revision=n + 5, pages=pages), document(50 + n, revision=1)], deleted=[str(n - 3)])
    index.write([document(50, revision=9)])
    expected = {str(n): n + 5 for n in (3, 4, 5)} | {str(50 + n): 1 for n in range(1, 6)} | {"50": 9}
    assert sorted(index.holds()) == sorted(expected.items())
    before = index.statistics()
    index.merge()
    assert sorted(index.holds()) == sorted(expected.items())
    after = index.statistics()
    assert (before.documents, before.units) == (after.documents, after.units) == (9, 9 + 2 * 3)
    assert before.size_bytes > 0


def test_others_write_while_many_are_taken_in_but_for_the_moment_of_putting_them_in_place(
    make_index: MakeIndex,
) -> None:
    index, other = make_index(), make_index(lock_wait_s=0.1)
    index.write([document(n, revision=1) for n in range(4)])

    def documents() -> Iterator[Document]:
        yield document(1, revision=2)
        yield document(2, revision=2)
        other.write([document(2, revision=3)], deleted=["3"])
        yield document(3, revision=2)
        yield document(4, revision=2)

    with index.filling():
        assert index.take_in(documents(), lambda ids: {"2", "3"} & set(ids))

    assert sorted(index.holds()) == [("0", 1), ("1", 2), ("2", 3), ("4", 2)]
    assert index.count() == 4


def test_only_one_takes_in_many_at_a_time_and_rebuilding_is_that_too(make_index: MakeIndex) -> None:
    index, other = make_index(), make_index(lock_wait_s=0.1)
    index.write([document(1)])
    with index.filling():
        with pytest.raises(IndexBusy), other.filling(wait_s=0):
            pass
        with pytest.raises(IndexBusy):
            other.rebuild([document(2)])
        other.write([document(3)])
    with other.filling(wait_s=0):
        assert other.take_in([document(4)], lambda ids: ())
    assert index.count() == 3
