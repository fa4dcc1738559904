"""Kinds of documents in one ranking: counted over all hits, and one kind asked for by itself."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from flask import Flask

from search.documents import KINDS, Document, Page, Query, Results
from search.engine import Index
from search.views import effort

EVERYONE = frozenset({"everyone"})


def document(number: int, kind: str, **fields: object) -> Document:
    pages = [Page(1, "El riego del trigo"), Page(2, "La cosecha del trigo")]
    return Document(str(number), f"r{number}", f"Trigo {number}", pages=pages, kind=kind, **fields)  # type: ignore[arg-type]


def found(index: Index, words: str = "trigo", **query: object) -> Results:
    return index.search(Query(words, **{"audiences": EVERYONE, "limit": 100} | query))  # type: ignore[arg-type]


def test_counts_are_of_all_hits_whichever_stretch_and_kind_is_asked_for(index: Index) -> None:
    chance = random.Random(4)
    kinds = [chance.choice(KINDS) for _ in range(60)]
    for start in range(0, 60, 20):  # in several segments
        index.write(document(number, kinds[number]) for number in range(start, start + 20))
    expected = Counter(kinds)
    for kind in ("", *KINDS):
        for offset in (0, 15):
            results = found(index, kind=kind, offset=offset, limit=5)
            assert results.kinds == expected
            assert results.total == (expected[kind] if kind else 60)
            assert len(results.hits) == min(5, max(0, results.total - offset))
            assert {hit.kind for hit in results.hits} <= ({kind} if kind else set(KINDS))


def test_one_kind_by_itself_keeps_the_order_of_all(index: Index) -> None:
    index.write(document(n, KINDS[n % 3], description="trigo " * (n % 7)) for n in range(30))
    every = found(index).hits
    for kind in KINDS:
        assert [hit.record_id for hit in found(index, kind=kind).hits] == [
            hit.record_id for hit in every if hit.kind == kind
        ]


def test_what_others_see_is_not_counted(index: Index) -> None:
    index.write([document(1, "course", audience="institution:1"), document(2, "module"), document(3, "course")])
    assert found(index).kinds == {"module": 1, "course": 1}
    assert found(index, audiences=EVERYONE | {"institution:1"}).kinds == {"module": 1, "course": 2}
    assert found(index, kind="course").total == 1


def test_a_kind_of_which_there_is_none_is_told_beside_what_there_is(index: Index) -> None:
    index.write([document(1, "material")])
    results = found(index, kind="course")
    assert (results.hits, results.total, results.kinds) == ([], 0, {"material": 1})
    assert found(index, "avión").kinds == {}


def test_kinds_last_through_replacing_deleting_and_merging(index: Index) -> None:
    for number in range(8):
        index.write([document(number, KINDS[number % 3])])
    index.write([document(0, "course")], deleted=["1"])
    before = found(index).kinds
    assert before == {"material": 2, "module": 2, "course": 3}
    index.merge()
    assert found(index).kinds == before
    assert found(index, kind="course").total == 3


def test_a_hit_says_what_it_is_and_where_in_it(index: Index) -> None:
    told = {"level": "beginner", "effort_minutes": 150, "gives_certificate": True}
    index.write([document(1, "module", **told), document(2, "material")])
    hits = {hit.kind: hit for hit in found(index, "cosecha del trigo").hits}
    assert (hits["module"].level, hits["module"].effort_minutes, hits["module"].gives_certificate) == (
        "beginner",
        150,
        True,
    )
    assert hits["module"].page == 2
    assert (hits["material"].level, hits["material"].effort_minutes, hits["material"].gives_certificate) == (
        "",
        0,
        False,
    )


@pytest.mark.parametrize(("minutes", "told"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (150, "2 h 30 min")])
def test_effort_is_told_in_hours_and_minutes(app: Flask, minutes: int, told: str) -> None:
    with app.test_request_context():
        assert effort(minutes) == told


def test_a_kind_that_is_none_has_no_hits(index: Index) -> None:
    index.write([document(1, "material")])
    results = found(index, kind="nothing")
    assert (results.hits, results.total, results.kinds) == ([], 0, {"material": 1})
