"""Counts of facets as a page shows them, and what is found without words."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.documents import Document, Page, Query, Results
from search.whoosh_index.index import WhooshIndex

EVERYONE = frozenset({"everyone"})


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    made = WhooshIndex(tmp_path / "index")
    types = ["book"] * 5 + ["thesis"] * 3 + ["video"] * 3 + ["map"] * 3 + ["audio"]
    for start in (0, 8):  # in two segments
        made.write(
            Document(
                str(n),
                f"r{n}",
                f"Trigo {n:02}",
                type=types[n],
                date=str(2010 + n % 4) if n else "",
                subjects=["Artes -- Música"] if n < 2 else ["Ciencias"],
                added=1000 - n,
                kind="course" if n == 3 else "material",
                pages=[Page(page, "El riego del trigo") for page in range(1, n % 4)],
            )
            for n in range(start, min(start + 8, 15))
        )
    return made


def found(index: WhooshIndex, typed: str = "trigo", **query: object) -> Results:
    return index.search(Query(typed, **{"audiences": EVERYONE, "limit": 100} | query))  # type: ignore[arg-type]


def test_the_most_frequent_values_come_first_then_those_before_in_the_alphabet(index: WhooshIndex) -> None:
    counts = found(index, counted=("type",), most_values=3).facets["type"]
    assert counts.values == (("book", 5), ("map", 3), ("thesis", 3))
    assert counts.total == 5
    assert len(found(index, counted=("type",), most_values=0).facets["type"].values) == 5


def test_documents_are_counted_and_not_their_pages(index: WhooshIndex) -> None:
    assert found(index, "riego", counted=("type",)).facets["type"].values[0] == ("book", 2)


def test_what_is_chosen_is_told_however_rare(index: WhooshIndex) -> None:
    chosen = {"type": frozenset({"audio", "poster"})}
    results = found(index, counted=("type", "subject"), most_values=1, chosen=chosen)
    assert results.facets["type"].values == (("book", 5), ("audio", 1), ("poster", 0))
    assert results.facets["subject"].values == (("Ciencias", 1),)
    assert results.total == 1


def test_broader_subjects_count_and_can_be_chosen(index: WhooshIndex) -> None:
    counts = found(index, counted=("subject",)).facets["subject"]
    assert counts.values == (("Ciencias", 13), ("Artes", 2), ("Artes > Música", 2))
    assert found(index, chosen={"subject": frozenset({"Artes"})}).total == 2


def test_years_are_all_told_newest_first(index: WhooshIndex) -> None:
    counts = found(index, counted=("year",), most_values=1, years=(2013, None)).facets["year"]
    assert counts.values == (("2013", 3), ("2012", 4), ("2011", 4), ("2010", 3))
    assert found(index, years=(2013, None)).total == 3
    assert found(index, "trigo año:2010..2011", counted=("year",)).facets["year"].values == (("2011", 4), ("2010", 3))


def test_without_words_everything_left_is_found_the_last_arrival_first(index: WhooshIndex) -> None:
    results = found(index, "", chosen={"type": frozenset({"thesis"})}, counted=("type",))
    assert [hit.record_id for hit in results.hits] == ["r5", "r6", "r7"]
    assert results.facets["type"].values[0] == ("book", 5)
    assert [hit.record_id for hit in found(index, "-riego año:2010", sort="title").hits] == ["r4", "r8", "r12"]
    assert found(index, "", sort="newest").total == 15
    assert found(index, "", added_since=998).total == 2
    assert found(index, "", kind="course").kinds == {"material": 14, "course": 1}


def test_nothing_asked_finds_nothing(index: WhooshIndex) -> None:
    for typed in ("", "  "):
        assert found(index, typed) == Results()
    for typed in ("¿?", "-", '""'):
        assert found(index, typed, counted=("type",)) == Results()


def test_nothing_is_offered_instead_where_words_are_there_and_choices_leave_nothing(index: WhooshIndex) -> None:
    assert found(index, "trigo año:1990").suggestion == ""
    assert found(index, 'riego -"riego del trigo" "trigo 99"').suggestion == ""
