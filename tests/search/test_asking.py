"""Operators, choices, counts and orders, compared with the same done plainly on random documents and questions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.documents import KINDS, SORTS, Document, Page, Query, Results
from search.engine import Index
from search.facets import FACETS
from search.parsing import parse
from tests.search import plainly

WORDS = [f"{letter}{number}" for letter in "ptk" for number in range(4)]
AUDIENCES = ("everyone", "institution:1", "context:2")
SUBJECTS = ("Arte", "Ciencias -- Biología", "Ciencias > Física", "Letras")
COUNTED = (*FACETS, "year")


def text(chance: random.Random, most: int) -> str:
    # Some words are much more frequent than others, as in any language; stop words stand among them.
    words = [WORDS[int(chance.random() ** 2 * len(WORDS))] for _ in range(chance.randrange(most))]
    return " ".join(f"{word} de" if chance.random() < 0.2 else word for word in words)


def document(chance: random.Random, number: int) -> Document:
    return Document(
        id=str(number),
        record_id=f"r{number}",
        title=text(chance, 5),
        description=text(chance, 8),
        creators=[text(chance, 3) for _ in range(chance.randrange(3))],
        subjects=chance.sample(SUBJECTS, chance.randrange(3)),
        language=chance.choice(["es", "qu", "en-US", ""]),
        type=chance.choice(["book", "thesis", ""]),
        date=chance.choice(["", "2015", "c. 1998", "2020-03", "2021"]),
        license=chance.choice(["by", ""]),
        audience=chance.choice(AUDIENCES),
        size_bytes=chance.choice([0, 500, 3_000_000]),
        pages=[Page(n, text(chance, 10)) for n in range(1, chance.randrange(4) + 1)],
        kind=chance.choice(KINDS),
        level=chance.choice(["", "beginner"]),
        institution=chance.choice(["", "1", "2"]),
        access=chance.choice(["here", "record"]),
        added=chance.randrange(1, 50),
        uses=chance.randrange(5),
    )


class Shelf:
    """An index and what is in it."""

    def __init__(self, index: Index, documents: Sequence[Document]) -> None:
        self.index, self.documents = index, documents


@pytest.fixture(scope="module", params=["one segment", "several with deletions"])
def shelf(request: pytest.FixtureRequest, kept_index: Index) -> Shelf:
    chance = random.Random(11)
    held = {number: document(chance, number) for number in range(90)}
    index = kept_index
    index.rebuild(held.values())
    if request.param != "one segment":
        for start in (60, 80, 100):
            new = {number: document(chance, number) for number in range(start, start + 30)}
            gone = chance.sample(sorted(held), 8)
            index.write(new.values(), deleted=[str(number) for number in gone if number not in new])
            held = {number: each for number, each in held.items() if number not in gone} | new
    return Shelf(index, list(held.values()))


word = st.sampled_from(WORDS)
phrase = st.lists(st.sampled_from([*WORDS, "de"]), min_size=2, max_size=3).map(lambda found: f'"{" ".join(found)}"')
name = st.sampled_from(["autor:", "titulo:", "materia:"])
operand = st.one_of(
    word,
    phrase,
    word.map('"{}"'.format),
    st.tuples(st.sampled_from(["-", ""]), name, st.one_of(word, phrase, st.sampled_from(["ciencias", "arte"]))).map(
        "".join
    ),
    st.tuples(st.just("-"), st.one_of(word, phrase)).map("".join),
    st.sampled_from(["año:2015", "año:..2016", "year:2000..", "OR", "OR", "de"]),
)
# What follows the last word keeps it from being completed.
typed = st.lists(operand, min_size=1, max_size=5).map(lambda found: " ".join(found) + " .")
VALUES = {
    "type": ["book", "thesis", "none"],
    "subject": ["Arte", "Ciencias", "Ciencias > Física", "Nada"],
    "language": ["es", "en"],
    "audience": ["everyone", "context"],
    "size": ["to1", "to5"],
}
chosen = st.fixed_dictionaries(
    {}, optional={facet: st.frozensets(st.sampled_from(values), max_size=2) for facet, values in VALUES.items()}
)
years = st.sampled_from([(None, None), (None, None), (2015, None), (None, 2015), (1999, 2020), (2020, 1999)])
audiences = st.frozensets(st.sampled_from(AUDIENCES), min_size=1)


@st.composite
def queries(draw: Callable[..., object]) -> Query:
    return Query(
        text=draw(st.one_of(typed, st.just(""))),  # type: ignore[arg-type]
        audiences=draw(audiences),  # type: ignore[arg-type]
        limit=1000,
        kind=draw(st.sampled_from(["", "", *KINDS])),  # type: ignore[arg-type]
        chosen=draw(chosen),  # type: ignore[arg-type]
        years=draw(years),  # type: ignore[arg-type]
        added_since=draw(st.sampled_from([0, 0, 20])),  # type: ignore[arg-type]
        sort=draw(st.sampled_from(SORTS)),  # type: ignore[arg-type]
        counted=COUNTED,
        most_values=0,
    )


@settings(max_examples=80, deadline=None)
@given(query=queries())
def test_what_is_found_and_counted_is_what_is_found_and_counted_plainly(shelf: Shelf, query: Query) -> None:
    documents = shelf.documents
    results = shelf.index.search(query)
    by_id = {each.id: each for each in documents}
    if query.text and parse(query.text).is_empty:
        return
    held = plainly.holding(documents, query)
    expected = {each.id for each in held if not plainly.failed(each, query)}
    assert {hit.document_id for hit in results.hits} == expected
    assert len(results.hits) == results.total == len(expected)
    assert results.kinds == plainly.counts(held, query, "kind")
    for facet, told in results.facets.items():
        values = {value: number for value, number in told.values if number}
        assert values == plainly.counts(held, query, facet)
        assert told.total == len(values)
        assert {value for value, number in told.values if not number} <= set(query.chosen.get(facet, ()))
    if query.sort != SORTS[0]:
        hits = [by_id[hit.document_id] for hit in results.hits]
        assert [plainly.key(each, query.sort) for each in hits] == plainly.in_order(hits, query.sort)


@settings(max_examples=15, deadline=None)
@given(query=queries(), size=st.integers(1, 30))
def test_stretches_fit_together_in_every_order(shelf: Shelf, query: Query, size: int) -> None:
    def ask(offset: int, limit: int) -> Results:
        return shelf.index.search(Query(query.text, query.audiences, offset, limit, query.kind, sort=query.sort))

    whole = ask(0, 1000)
    stretches = [ask(offset, size) for offset in range(0, whole.total, size)]
    assert [hit.document_id for stretch in stretches for hit in stretch.hits] == [hit.document_id for hit in whole.hits]
