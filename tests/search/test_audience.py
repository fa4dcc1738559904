"""What a viewer may not see leaves no trace: all answers are those of an index that holds nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.documents import KINDS, SORTS, Document, Page, Query
from search.engine import Index
from search.facets import FACETS

_SPOKEN = """
papa papas papal papel papeles riego regar riegos rigo trigo trigal trigales vaca baca maíz raíz maices quinua quinoa
casa caza cazar conexión coneccion colección suelo suelos suelto agua aguas video llamada videollamada año ano
"""
# Words with kin, with neighbours one or two edits away, said alike, parted and joined: all that expansion looks for.
WORDS = _SPOKEN.split()
TYPED = [*WORDS, "papaa", "trgo", "vacca", "conecxion", "colecion", "videollamadas", "suel", "quin", "aguapapa", "tri"]
AUDIENCES = ("everyone", "institution:1", "context:2")
COUNTED = (*FACETS, "year")


class Shelves:
    """One index of everything, and one of what each set of audiences may see."""

    def __init__(self, make: Callable[[], Index], documents: Sequence[Document]) -> None:
        self.documents = documents
        self.whole = make()
        for start in range(0, len(documents), 15):  # in several segments
            self.whole.write(documents[start : start + 15])
        self.seen: dict[frozenset[str], Index] = {}
        for size in (1, 2):
            for audiences in map(frozenset, combinations(AUDIENCES, size)):
                index = self.seen[audiences] = make()
                index.write(each for each in documents if each.audience in audiences)


def document(chance: random.Random, number: int) -> Document:
    def text(most: int) -> str:
        # Many words stand in few documents, so that some are hidden altogether from some viewers.
        return " ".join(WORDS[int(chance.random() ** 2 * len(WORDS))] for _ in range(chance.randrange(most)))

    return Document(
        id=str(number),
        record_id=f"r{number}",
        title=text(3),
        description=text(4),
        creators=[chance.choice(["Ana Vaca", "Luz Maíz", "Eva Papel", f"Sol Rayo{number}"])],
        subjects=[chance.choice(["Suelos > Riego", "Suelos", "Trigales"])],
        language=chance.choice(["es", "qu"]),
        type=chance.choice(["book", "thesis"]),
        date=str(chance.randrange(2015, 2020)),
        audience=chance.choice(AUDIENCES),
        pages=[Page(n, text(4)) for n in range(1, chance.randrange(3) + 1)],
        kind=chance.choice(KINDS),
        institution=chance.choice(["1", "2"]),
        access="record",
        added=chance.randrange(1, 9),
    )


@pytest.fixture(scope="module")
def shelves(make_kept_index: Callable[[], Index]) -> Shelves:
    chance = random.Random(5)
    return Shelves(make_kept_index, [document(chance, number) for number in range(45)])


operand = st.one_of(
    st.sampled_from(TYPED),
    st.tuples(st.sampled_from(["-", "autor:", "titulo:", "materia:", "-materia:"]), st.sampled_from(TYPED)).map(
        "".join
    ),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=2).map(lambda found: f'"{" ".join(found)}"'),
    st.sampled_from(["OR", "año:2016..2018"]),
)
typed = st.lists(operand, max_size=4).map(" ".join)
asking = st.builds(
    Query,
    text=typed,
    audiences=st.sampled_from([frozenset(each) for size in (1, 2) for each in combinations(AUDIENCES, size)]),
    limit=st.just(1000),
    kind=st.sampled_from(["", "", *KINDS]),
    chosen=st.sampled_from([{}, {}, {"type": frozenset({"book"})}, {"subject": frozenset({"Suelos"})}]),
    sort=st.sampled_from(SORTS),
    counted=st.just(COUNTED),
    most_values=st.sampled_from([0, 2]),
)


@settings(max_examples=100, deadline=None)
@given(query=asking)
def test_results_are_those_of_an_index_without_what_is_hidden(shelves: Shelves, query: Query) -> None:
    results, alone = shelves.whole.search(query), shelves.seen[query.audiences].search(query)
    assert {hit.document_id for hit in results.hits} == {hit.document_id for hit in alone.hits}
    assert (results.total, results.kinds, results.facets) == (alone.total, alone.kinds, alone.facets)
    assert set(results.also) == set(alone.also)
    assert bool(results.suggestion) == bool(alone.suggestion)
    words = {word for each in shelves.documents if each.audience in query.audiences for word in _words(each)}
    assert {word for told in (*results.searched_for, results.suggestion) for word in told.split()} <= words
    assert sorted(shelves.whole.ids(query)) == sorted(hit.document_id for hit in results.hits)


def _words(document: Document) -> set[str]:
    texts = [document.title, document.description, *document.creators, *document.subjects]
    return {word for text in (*texts, *(page.text for page in document.pages)) for word in text.lower().split()}


@settings(max_examples=40, deadline=None)
@given(start=st.one_of(typed, st.sampled_from(["p", "su", "sol", "sol r", "ana v", "pap", "v"])), query=asking)
def test_nothing_hidden_is_suggested(shelves: Shelves, start: str, query: Query) -> None:
    alone = shelves.seen[query.audiences]
    told = shelves.whole.suggest(start, query.audiences, 100)
    assert set(told) == set(alone.suggest(start, query.audiences, 100))
    assert shelves.whole.answers([start, "rayo7"], query.audiences) == alone.answers([start, "rayo7"], query.audiences)


@pytest.mark.parametrize("audiences", [frozenset({"everyone"}), frozenset({"everyone", "context:2"})])
def test_nothing_hidden_is_alike(shelves: Shelves, audiences: frozenset[str]) -> None:
    seen = {each.id for each in shelves.documents if each.audience in audiences}
    for each in shelves.documents:
        alike = {hit.document_id for hit in shelves.whole.similar(each.id, audiences, 50)}
        assert alike <= seen - {each.id}
        if each.id not in seen:
            assert not alike
