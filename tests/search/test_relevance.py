"""The answer comes first for searches as people type them."""

from __future__ import annotations

import pytest

from search.documents import Document, Query
from search.engine import Index
from tests.search.texts import judged, shelf

EVERYONE = frozenset({"everyone"})


@pytest.fixture(scope="module")
def shelved(kept_index: Index) -> Index:
    kept_index.write(shelf())
    return kept_index


@pytest.mark.parametrize(("kind", "typed", "answer"), judged())
def test_the_answer_comes_first(shelved: Index, kind: str, typed: str, answer: str) -> None:
    assert [hit.record_id for hit in shelved.search(Query(typed, EVERYONE)).hits[:1]] == [answer], kind


def test_enye_typed_is_preferred_to_n(index: Index) -> None:
    titles = {"n": "Pena de muerte", "enye": "Peña del cerro", "x": "Otro"}
    index.write(Document(record_id, record_id, title) for record_id, title in titles.items())
    assert [hit.record_id for hit in index.search(Query("peña", EVERYONE)).hits] == ["enye", "n"]
    assert [hit.record_id for hit in index.search(Query("pena", EVERYONE)).hits] == ["n", "enye"]


def test_the_exact_form_comes_before_its_kin(index: Index) -> None:
    forms = ("cosechas", "cosechar", "cosecha")
    index.write(Document(form, form, f"Manual de {form}") for form in forms)
    for form in forms:
        assert index.search(Query(form, EVERYONE)).hits[0].record_id == form


def test_a_misspelt_word_is_told_and_marked(shelved: Index) -> None:
    found = shelved.search(Query("fotosintecis", EVERYONE))
    assert found.searched_for == ("fotosíntesis",)
    assert ("Fotosíntesis", True) in found.hits[0].title.runs


def test_a_word_that_the_index_holds_is_not_corrected(shelved: Index) -> None:
    assert shelved.search(Query("media mediana", EVERYONE)).searched_for == ()


def test_an_unfinished_last_word_is_completed_but_not_one_in_the_middle(shelved: Index) -> None:
    assert shelved.search(Query("suma y resta de fracc", EVERYONE)).hits[0].record_id == "fracciones"
    assert shelved.search(Query("fotosin ", EVERYONE)).total == 0


def test_no_hit_offers_words_that_have_some(shelved: Index) -> None:
    found = shelved.search(Query("probabxlixaxes ", EVERYONE))
    assert found.total == 0
    assert shelved.search(Query(found.suggestion, EVERYONE)).total > 0


def test_words_in_quotes_want_to_stand_together(index: Index) -> None:
    index.write(
        [
            Document("1", "apart", "Agua dulce y agua de mar", description="mar dulce, agua clara, dulce mar"),
            Document("2", "together", "Cuentos", description="Se habla del mar y del sol; una vez, del agua de mar."),
        ]
    )
    assert index.search(Query("agua de mar dulce", EVERYONE)).hits[0].record_id == "apart"
    assert index.search(Query('"del agua de mar"', EVERYONE)).hits[0].record_id == "together"
