"""The ids of all that is found, for who shows it from the database."""

from __future__ import annotations

import pytest

from search.documents import KINDS, Document, Query
from search.engine import Index
from tests.search.conftest import MakeIndex

EVERYONE = frozenset({"everyone"})


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    made = make_index()
    for start in (0, 20):  # in two segments
        made.write(
            Document(
                str(n), f"r{n}", f"Trigo {n}", "trigo " * (n % 5), kind=KINDS[n % 3], audience="everyone" if n else "x"
            )
            for n in range(start, start + 20)
        )
    return made


def test_ids_are_of_all_that_search_finds_for_the_same_question(index: Index) -> None:
    for kind in ("", "course"):
        query = Query("trigos", EVERYONE, limit=100, kind=kind)
        found = index.ids(query)
        assert sorted(found) == sorted(hit.document_id for hit in index.search(query).hits)
        assert len(found) == (13 if kind else 39)
    assert "0" not in index.ids(Query("trigo", EVERYONE, limit=100))


def test_the_best_come_first_a_stretch_at_a_time(index: Index) -> None:
    whole = index.ids(Query("trigo", EVERYONE, limit=100))
    assert int(whole[0]) % 5 == 4
    assert index.ids(Query("trigo", EVERYONE, offset=10, limit=5)) == whole[10:15]


def test_nothing_asked_and_nothing_found_have_no_ids(index: Index) -> None:
    assert index.ids(Query("  ", EVERYONE)) == []
    assert index.ids(Query("quinua", EVERYONE)) == []
    assert index.ids(Query("trigo", frozenset({"y"}))) == []
