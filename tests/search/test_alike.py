"""Documents with the same values are counted together, and the counts are those of each counted by itself."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from search.documents import Document, Query
from search.facets import values_of
from search.whoosh_index.index import WhooshIndex

EVERYONE = frozenset({"everyone"})
COUNTED = ("type", "subject", "language", "license")
BOOKS = {"type": frozenset({"book"})}
CHOICES: list[dict[str, frozenset[str]]] = [{}, BOOKS, BOOKS | {"subject": frozenset({"Artes"})}]


def documents(chance: random.Random, numbers: range) -> list[Document]:
    return [
        Document(
            str(number),
            f"r{number}",
            "Trigo" if number % 3 else "Trigo maíz",
            type=chance.choice(["book", "thesis", ""]),
            subjects=chance.sample(["Artes", "Ciencias", "Letras"], chance.randrange(4)),
            language=chance.choice(["es", "qu", ""]),
        )
        for number in numbers
    ]


@pytest.mark.parametrize("is_merged", [False, True])
def test_counts_of_sorts_are_counts_of_documents(tmp_path: Path, *, is_merged: bool) -> None:
    chance, index = random.Random(5), WhooshIndex(tmp_path)
    held: dict[str, Document] = {}
    for first in (0, 300):
        given = documents(chance, range(first, first + 300))
        held |= {each.id: each for each in given}
        index.write(given, deleted=(gone := [str(n) for n in range(first, first + 300, 7)]))
        index.write(deleted=gone)
        for each in gone:
            held.pop(each, None)
    if is_merged:
        assert index.merge(thoroughly=True)
    assert all(view.files.sorts(name) for view in index._current().segments for name in COUNTED)
    for typed in ("trigo", "maíz"):
        for chosen in (
            {},
            {"type": frozenset({"book"})},
            {"subject": frozenset({"Artes"}), "type": frozenset({"book"})},
        ):
            counted = index.search(Query(typed, EVERYONE, counted=COUNTED, chosen=chosen, most_values=0)).facets
            for name in COUNTED:
                others = {facet: values for facet, values in chosen.items() if facet != name}
                expected = Counter(
                    value
                    for each in held.values()
                    if typed != "maíz" or "maíz" in each.title
                    if all(values & set(values_of(each).get(facet, ())) for facet, values in others.items())
                    for value in values_of(each).get(name, ())
                )
                assert dict(counted[name].values) == dict(expected), (typed, chosen, name)
