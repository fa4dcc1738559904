"""What librarians taught of the order: records pinned to a query come first, values count more or less."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.dictionary import Boost, Dictionary
from search.documents import Document, Page, Query, Results
from search.whoosh_index.index import WhooshIndex

EVERYONE = frozenset({"everyone"})


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    made = WhooshIndex(tmp_path / "index")
    for start in (0, 10):  # in two segments
        made.write(
            Document(
                str(n),
                f"r{n}",
                f"Trigo {n}",
                "trigo " * (n % 7),
                type="book" if n % 2 else "thesis",
                language="es" if n % 3 else "qu",
                kind="course" if n == 4 else "material",
                audience="context:9" if n == 8 else "everyone",
                added=100 + n,
                pages=[Page(1, "El riego del trigo")] if n % 5 == 0 else (),
            )
            for n in range(start, start + 10)
        )
    return made


def found(index: WhooshIndex, typed: str, dictionary: Dictionary, **query: object) -> Results:
    return index.search(Query(typed, **{"audiences": EVERYONE, "limit": 100, "dictionary": dictionary} | query))  # type: ignore[arg-type]


def records(results: Results) -> list[str]:
    return [hit.record_id for hit in results.hits]


PINS = Dictionary(pins={"trigo": ("r12", "r3", "r8", "gone"), "cosecha": ("r4",)})


def test_pinned_records_come_first_in_their_order_and_say_so(index: WhooshIndex) -> None:
    plain, pinned = found(index, "el Trigo", Dictionary()), found(index, "el Trigo", PINS)
    assert records(pinned)[:2] == ["r12", "r3"]
    assert records(pinned)[2:] == [record for record in records(plain) if record not in ("r12", "r3")]
    assert [hit.is_pinned for hit in pinned.hits] == [True, True] + [False] * (plain.total - 2)
    assert (pinned.total, pinned.kinds) == (plain.total, plain.kinds)


def test_pins_are_for_the_whole_query_and_by_relevance(index: WhooshIndex) -> None:
    for results in (found(index, "trigo riego", PINS), found(index, "trigo", PINS, sort="title")):
        assert not any(hit.is_pinned for hit in results.hits)


def test_what_is_pinned_is_found_although_it_lacks_the_words(index: WhooshIndex) -> None:
    results = found(index, "cosecha", PINS, counted=("type",))
    assert (records(results), results.total, results.kinds) == (["r4"], 1, {"course": 1})
    assert results.facets["type"].values == (("thesis", 1),)
    assert results.hits[0].title.text == "Trigo 4"


def test_pins_obey_the_audience_and_the_choices(index: WhooshIndex) -> None:
    assert "r8" not in records(found(index, "trigo", PINS))
    assert "r8" in records(found(index, "trigo", PINS, audiences=EVERYONE | {"context:9"}))[:3]
    books = found(index, "trigo", PINS, chosen={"type": frozenset({"book"})})
    assert records(books)[0] == "r3"
    assert "r12" not in records(books)
    assert found(index, "cosecha", PINS, kind="material").total == 0
    assert found(index, "cosecha -trigo", PINS).total == 0


def test_stretches_fit_together_behind_pins(index: WhooshIndex) -> None:
    whole = records(found(index, "trigo", PINS))
    apart = [
        record for start in range(0, 20, 4) for record in records(found(index, "trigo", PINS, offset=start, limit=4))
    ]
    assert apart == whole
    assert index.ids(Query("trigo", EVERYONE, limit=3, dictionary=PINS))[:2] == ["12", "3"]


def test_what_has_a_value_counts_as_many_times_as_taught(index: WhooshIndex) -> None:
    plain = {hit.record_id: hit.score for hit in found(index, "trigo", Dictionary()).hits}
    taught = Dictionary(boosts=(Boost("type", "book", 3.0), Boost("kind", "course", 0.1), Boost("language", "xx", 9.0)))
    results = found(index, "trigo", taught)
    factors = {hit.record_id: hit.score / plain[hit.record_id] for hit in results.hits}
    assert {record: round(factor, 3) for record, factor in factors.items()} == {
        f"r{n}": 3.0 if n % 2 else 0.1 if n == 4 else 1.0 for n in range(20) if n != 8
    }
    assert records(results)[-1] == "r4"
    assert all(hit.type == "book" for hit in results.hits[:10])


def test_boosts_leave_other_orders_as_they_are(index: WhooshIndex) -> None:
    taught = Dictionary(boosts=(Boost("type", "book", 3.0),))
    for sort in ("title", "added"):
        assert records(found(index, "trigo", taught, sort=sort)) == records(
            found(index, "trigo", Dictionary(), sort=sort)
        )
