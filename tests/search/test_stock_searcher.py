"""Whoosh's own searcher, reading the same files, is the reference: same matches, same weights."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from whoosh.query import Or, Term
from whoosh.searching import Searcher

from search.documents import Document, Page
from search.edits import distances
from search.whoosh_index import layout
from search.whoosh_index.index import WhooshIndex
from search.whoosh_index.ranking import Ranker

_PARTS = (("ba", "ce", "di", "fo", "gu"), ("la", "me", "ni", "ro"), ("", "s", "ta"))
WORDS = ["".join(parts) for parts in product(*_PARTS)]
AUDIENCES = ["everyone", "institution:1", "context:2"]


def documents(chance: random.Random, numbers: range) -> list[Document]:
    def text(most: int) -> str:
        # Some words are much more frequent than others, as in any language.
        return " ".join(WORDS[int(chance.random() ** 3 * len(WORDS))] for _ in range(chance.randrange(most)))

    return [
        Document(
            id=str(number),
            record_id=f"r{number}",
            title=text(5),
            description=text(20),
            audience=chance.choice(AUDIENCES),
            pages=[Page(n, text(40)) for n in range(1, chance.randrange(4) + 1)],
        )
        for number in numbers
    ]


@pytest.fixture(scope="module", params=["one segment", "several with deletions", "merged"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> WhooshIndex:
    chance = random.Random(7)
    made = WhooshIndex(tmp_path_factory.mktemp("index"))
    made.write(documents(chance, range(120)))
    if request.param != "one segment":
        for first in range(60, 180, 20):
            made.write(documents(chance, range(first, first + 20)), deleted=map(str, chance.sample(range(first), 15)))
    if request.param == "merged":
        assert made.merge()
    return made


@pytest.fixture
def stock(index: WhooshIndex) -> Searcher:
    generation = layout.live_generation(Path(index._folder))
    return generation.storage.open_index(schema=layout.make_schema()).searcher()


def ours(index: WhooshIndex, words: list[str], audiences: frozenset[str]) -> set[tuple[str, int]]:
    """(segment-wide stored id or text, page) of all units that match, as the array reader finds them."""
    snapshot = index._current()
    ranker = Ranker(snapshot, index._cache, audiences)
    for word in words:
        ranker.add({word: 1.0})
    offsets = np.cumsum([0, *(view.files.units for view in snapshot.segments)])
    return {
        int(unit) + int(offset)
        for found, offset in zip(ranker.find(), offsets, strict=False)
        for unit in found.matches[1]
    }


@pytest.mark.parametrize("seed", range(12))
def test_the_array_reader_matches_what_the_stock_searcher_matches(
    index: WhooshIndex, stock: Searcher, seed: int
) -> None:
    chance = random.Random(seed)
    words = chance.sample(WORDS, chance.choice([1, 2, 4]))
    audiences = frozenset(chance.sample(AUDIENCES, chance.choice([1, 2])))
    query = Or([Term(field, word) for word in words for field in ("title", "text")])
    allowed = Or([Term("audience", audience) for audience in audiences])
    expected = set(stock.docs_for_query(query)) & set(stock.docs_for_query(allowed))
    assert ours(index, words, audiences) == expected
    assert expected or not stock.reader().doc_count()


def test_weights_and_lengths_are_those_that_the_stock_reader_sees(index: WhooshIndex, stock: Searcher) -> None:
    first = 0
    for view in index._current().segments:
        files = view.files
        for word in WORDS[::7]:
            number = files.words.find(word)
            if number < 0 or files.words.text_at[number] < 0:
                continue
            ids, weights = files.postings(int(files.words.text_at[number]))
            for unit, weight in zip(ids.tolist(), weights.tolist(), strict=True):
                if view.live[unit]:
                    matcher = stock.postings("text", word)
                    matcher.skip_to(unit + first)
                    assert (matcher.id(), matcher.weight()) == (unit + first, weight)
                    assert stock.reader().doc_field_length(unit + first, "text") == files.lengths["text"][unit]
        first += files.units


def _plain_distance(one: str, other: str) -> int:
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            least = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                least = min(least, table[i - 2, j - 2] + 1)
            table[i, j] = least
    return table[len(one), len(other)]


def test_distances_counted_all_at_once_are_those_counted_one_by_one() -> None:
    chance = random.Random(3)
    others = ["".join(chance.choices("abcñ", k=chance.randrange(1, 9))) for _ in range(300)]
    for word in others[:20]:
        assert distances(word, others).tolist() == [_plain_distance(word, other) for other in others]
