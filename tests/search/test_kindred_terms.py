"""Synonyms of the dictionary and terms of the other language are sought beside what was typed, and told."""

from __future__ import annotations

import pytest

from search import translations
from search.analysis import without_number
from search.dictionary import Dictionary
from search.documents import Document, Query, Results
from search.engine import Index

EVERYONE = frozenset({"everyone"})
SHELF = {
    "learn": "Machine learning with examples",
    "apren": "Aprendizaje automático para todos",
    "auto": "El aprendizaje de un taller automático",
    "base": "Bases de datos",
    "data": "Database design",
    "choclo": "Siembra del choclo",
    "maiz": "Siembra del maíz",
    "apart": "La siembra: del maíz, lo morado",
    "purple": "El maíz morado",
}


@pytest.fixture(scope="module")
def shelved(kept_index: Index) -> Index:
    kept_index.write(Document(record_id, record_id, title) for record_id, title in SHELF.items())
    return kept_index


def ask(index: Index, typed: str, dictionary: Dictionary | None = None) -> tuple[list[str], Results]:
    found = index.search(Query(typed, EVERYONE, dictionary=dictionary or Dictionary()))
    return [hit.record_id for hit in found.hits], found


def test_an_english_term_finds_spanish_texts_after_those_that_have_it(shelved: Index) -> None:
    ids, found = ask(shelved, "machine learning ")
    assert ids[:2] == ["learn", "apren"]
    assert found.also == ("aprendizaje automático",)


def test_a_spanish_term_of_several_words_finds_english_texts_too(shelved: Index) -> None:
    ids, found = ask(shelved, "base de datos ")
    assert ids == ["base", "data"]
    assert found.also == ("database",)


def test_plurals_of_terms_are_terms(shelved: Index) -> None:
    assert ask(shelved, "databases ")[0] == ["data", "base"]


def test_a_synonym_goes_the_ways_it_was_taught(shelved: Index) -> None:
    taught = Dictionary(synonyms={"choclo": ("maiz",)})
    ids, found = ask(shelved, "siembra de choclos ", taught)
    assert ids[:2] == ["choclo", "maiz"]
    assert found.also == ("maíz",)
    assert "choclo" not in ask(shelved, "maiz ", taught)[0]


def test_a_phrase_as_a_synonym_stands_together_in_the_text(shelved: Index) -> None:
    ids, found = ask(shelved, "culli ", Dictionary(synonyms={"culli": ("maiz morado",)}))
    assert ids == ["purple"]
    assert found.also == ("maíz morado",)
    assert ("maíz", True) in found.hits[0].title.runs


def test_a_phrase_may_have_a_word_as_its_synonym(shelved: Index) -> None:
    assert "choclo" in ask(shelved, "maiz tierno ", Dictionary(synonyms={"maiz tierno": ("choclo",)}))[0]


def test_what_the_viewer_may_see_nowhere_is_not_told(shelved: Index) -> None:
    assert ask(shelved, "quipu ", Dictionary(synonyms={"quipu": ("khipu",)}))[1].also == ()


def test_words_run_together_are_parted_and_told(shelved: Index) -> None:
    ids, found = ask(shelved, "aprendizajeautomatico ")
    assert ids[0] == "apren"
    assert found.searched_for == ("aprendizaje automático",)
    assert ask(shelved, "siembradelmaiz ")[0][0] == "maiz"


def test_every_pair_of_terms_leads_both_ways() -> None:
    for ours, theirs in translations.pairs().items():
        for term in theirs:
            assert term in translations.english(translations.key_of(ours))
            assert ours in translations.spanish(translations.key_of(term))


@pytest.mark.parametrize(
    ("one", "several"),
    [("luz", "luces"), ("clase", "clases"), ("red", "redes"), ("study", "studies"), ("process", "processes")],
)
def test_numbers_of_a_term_have_one_key(one: str, several: str) -> None:
    assert without_number(one) == without_number(several)


def test_a_word_that_only_looks_alike_is_another_term() -> None:
    assert without_number("cuenta") != without_number("cuento")
    assert without_number("news") != without_number("new")


def test_a_term_unknown_here_is_translated_before_it_is_corrected(index: Index) -> None:
    index.write([Document("1", "1", "Thesis writing"), Document("2", "2", "Unit tests")])
    found = index.search(Query("tesis ", EVERYONE))
    assert ([hit.record_id for hit in found.hits], found.also, found.searched_for) == (["1"], ("thesis",), ())


def test_a_guess_is_not_translated(index: Index) -> None:
    index.write([Document("1", "1", "Las ventanas"), Document("2", "2", "Windows")])
    found = index.search(Query("ventamas ", EVERYONE))
    assert ([hit.record_id for hit in found.hits], found.also) == (["1"], ())
