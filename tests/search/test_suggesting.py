"""What is offered as one types, whether others' searches have an answer, and what is like a document."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.documents import Completion, Document
from search.engine import Index

EVERYONE = frozenset({"everyone"})
SHELF = (
    Document("1", "1", "Cálculo diferencial", "Límites y derivadas.", ("Rosa Huamán",), ("Matemáticas",)),
    Document("2", "2", "El cálculo integral paso a paso", "Integrales y áreas.", ("Rosa Huamán",), ("Matemáticas",)),
    Document("3", "3", "Manual del riego por goteo", "Agua para las papas.", ("Luis Quispe",), ("Agricultura",)),
    Document("4", "4", "Años de sequía", "El agua que falta a las papas.", ("Ana Soto",), ("Agricultura",)),
    Document("5", "5", "Cálculo secreto", "Derivadas.", ("Secreta Pérez",), ("Espionaje",), audience="context:1"),
)


@pytest.fixture(scope="module")
def shelved(kept_index: Index) -> Index:
    kept_index.write(SHELF)
    return kept_index


def texts(found: list[Completion] | tuple[Completion, ...], kind: str) -> list[str]:
    return [each.text for each in found if each.kind == kind]


def offered(index: Index, typed: str, kind: str = "title") -> list[str]:
    return texts(list(index.suggest(typed, EVERYONE)), kind)


def test_titles_that_begin_so_come_before_those_that_hold_the_words(shelved: Index) -> None:
    assert offered(shelved, "calc") == ["Cálculo diferencial", "El cálculo integral paso a paso"]


@pytest.mark.parametrize("typed", ["goteo rie", "RIEGO got", "riego por g", "manual del riego por goteo"])
def test_words_are_found_in_any_order_and_the_last_one_unfinished(shelved: Index, typed: str) -> None:
    assert offered(shelved, typed) == ["Manual del riego por goteo"]


def test_n_typed_begins_words_with_enye(shelved: Index) -> None:
    assert offered(shelved, "anos") == ["Años de sequía"]


def test_a_finished_word_is_not_the_beginning_of_others(shelved: Index) -> None:
    assert offered(shelved, "cal ") == []


def test_subjects_and_creators_are_offered_once(shelved: Index) -> None:
    assert offered(shelved, "mat", "subject") == ["Matemáticas"]
    assert offered(shelved, "huam", "creator") == ["Rosa Huamán"]


@pytest.mark.parametrize("typed", ["secr", "espio", "calculo sec"])
def test_nothing_is_offered_that_the_viewer_may_not_see(shelved: Index, typed: str) -> None:
    assert list(shelved.suggest(typed, EVERYONE)) == []
    assert list(shelved.suggest(typed, EVERYONE | {"context:1"})) != []


def test_a_title_tells_whose_it_is_and_no_more_are_told_than_wanted(shelved: Index) -> None:
    assert [each.document_id for each in shelved.suggest("riego", EVERYONE)] == ["3"]
    assert len(shelved.suggest("calculo", EVERYONE, 1)) == 1


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=12))
def test_anything_can_be_typed(shelved: Index, typed: str) -> None:
    assert len(shelved.suggest(typed, EVERYONE)) <= 8
    assert len(shelved.answers([typed], EVERYONE)) == 1


def test_searches_of_others_are_answered_by_one_document_with_all_words_or_their_kin(shelved: Index) -> None:
    asked = ["riegos con goteo", "cálculo goteo", "secreto", "espionaje", "", "autor:quispe riego"]
    assert list(shelved.answers(asked, EVERYONE)) == [True, False, False, False, False, False]
    assert list(shelved.answers(["secreto"], EVERYONE | {"context:1"})) == [True]


def test_what_is_like_a_document_shares_its_words_and_is_not_itself(shelved: Index) -> None:
    assert [hit.document_id for hit in shelved.similar("1", EVERYONE)][:1] == ["2"]
    assert [hit.document_id for hit in shelved.similar("3", EVERYONE)][:1] == ["4"]
    assert "5" in [hit.document_id for hit in shelved.similar("1", EVERYONE | {"context:1"})]


def test_nothing_is_like_what_is_not_there_or_not_for_the_viewer(shelved: Index) -> None:
    assert list(shelved.similar("99", EVERYONE)) == []
    assert list(shelved.similar("5", EVERYONE)) == []


def test_an_identical_twin_is_not_what_somebody_wants_more_of(index: Index) -> None:
    same = "Cuadernos de historia andina"
    index.write(
        [
            Document("1", "1", same, "Cronistas y quipus."),
            Document("2", "2", same, "Cronistas y quipus."),
            Document("3", "3", same, "Haciendas y quipus."),
        ]
    )
    assert [hit.document_id for hit in index.similar("1", EVERYONE)] == ["3"]
