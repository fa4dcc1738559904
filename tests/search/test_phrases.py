"""Words between quotes stand one right after the other, as one reads them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from search.analysis import normal, words
from search.documents import Document, Hit, Page, Query
from search.whoosh_index.index import WhooshIndex
from search.whoosh_index.phrases import occurrences

EVERYONE = frozenset({"everyone"})
FEW = ["papa", "de", "la", "sierra", "nativa", "y"]
Ask = Callable[[str], Sequence[str]]


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    return WhooshIndex(tmp_path / "index")


def told(index: WhooshIndex, typed: str) -> Sequence[str]:
    return sorted(hit.record_id for hit in index.search(Query(typed, EVERYONE, limit=100)).hits)


def only(index: WhooshIndex, typed: str) -> Hit:
    (hit,) = index.search(Query(typed, EVERYONE)).hits
    return hit


def test_how_often_a_run_of_words_stands_in_each_text_is_as_one_reads_it(index: WhooshIndex) -> None:
    chance = random.Random(2)
    texts = [" ".join(chance.choices(FEW, k=chance.randrange(12))) for _ in range(60)]
    for start in (0, 30):
        index.write(Document(str(n), f"r{n}", f"T{n}", texts[n]) for n in range(start, start + 30))
    for _ in range(60):
        run = chance.choices(FEW, k=chance.randrange(2, 4))
        found: dict[str, float] = {}
        for view in index._current().segments:
            units, counts = occurrences(view.files, "text", [(word,) for word in run])
            found |= dict(zip(map(view.files.document_id, units.tolist()), counts.tolist(), strict=True))
        expected = {str(n): _times(words(normal(text)), run) for n, text in enumerate(texts)}
        assert found == {number: times for number, times in expected.items() if times}


def _times(text: Sequence[str], run: Sequence[str]) -> int:
    return sum(list(text[place : place + len(run)]) == list(run) for place in range(len(text)))


def test_stop_words_between_quotes_count(index: WhooshIndex) -> None:
    index.write(
        [Document("1", "of", "Agua de mar"), Document("2", "and", "Agua y mar"), Document("3", "no", "Agua mar")]
    )
    assert told(index, '"agua de mar"') == ["of"]
    assert told(index, '"agua mar"') == ["no"]
    assert told(index, '-"agua y mar" agua') == ["no", "of"]


def test_no_phrase_runs_from_one_text_into_another(index: WhooshIndex) -> None:
    pages = [Page(1, "Al final: papa"), Page(2, "nativa, al inicio")]
    index.write([Document("1", "r1", "Suelo papa", "nativa sierra", ["Ana Luz", "Sol Mar"], pages=pages)])
    for typed in ('"papa nativa"', '"sierra Ana"', '"luz sol"'):
        assert told(index, typed) == []
    assert told(index, '"ana luz"') == ["r1"]


def test_the_page_with_the_phrase_answers_although_another_says_its_words_more_often(index: WhooshIndex) -> None:
    often = "Mar, agua, mar: del mar el agua, y del agua el mar. " * 3
    index.write([Document("1", "r1", "Costas", pages=[Page(1, often), Page(2, "Se habla del agua de mar.")])])
    hit = only(index, '"agua de mar"')
    assert (hit.page, list(hit.other_pages)) == (2, [])


def test_phrases_on_different_pages_of_one_document_are_found_together(index: WhooshIndex) -> None:
    pages = [Page(1, "La papa nativa"), Page(2, "El suelo negro")]
    index.write([Document("1", "both", "Chacra", pages=pages), Document("2", "one", "Papa nativa")])
    assert told(index, '"papa nativa" "suelo negro"') == ["both"]


def test_what_is_excluded_on_one_page_excludes_the_document(index: WhooshIndex) -> None:
    index.write(
        [Document("1", "r1", "Chacra", pages=[Page(1, "Papa"), Page(2, "Chuños")]), Document("2", "r2", "Papa")]
    )
    assert told(index, "papa -chuño") == ["r2"]
    assert told(index, 'papa -"chuño"') == ["r1", "r2"]


def test_a_phrase_typed_without_enye_is_found(index: WhooshIndex) -> None:
    index.write([Document("1", "r1", "Fiestas de año nuevo")])
    assert told(index, '"ano nuevo"') == ["r1"]
    assert told(index, '"años nuevos"') == []


def test_what_hyphens_part_is_a_phrase(index: WhooshIndex) -> None:
    index.write([Document("1", "r1", "Buscar e-mail perdido"), Document("2", "r2", "E y mail")])
    assert told(index, '"e-mail perdido"') == ["r1"]
    assert told(index, "titulo:e-mail") == ["r1"]
