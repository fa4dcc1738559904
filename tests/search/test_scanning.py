"""Words are found in a text as if each of its words had been looked at."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import fold, normal
from search.scanning import Scanner, kept_in_order

FORMS = {"configuracion": 0, "configurar": 0, "año": 1, "ano": 1, "email": 2, "e": 2, "pʼunchaw": 3, "ss": 3, "con": 4}
_PIECES = st.sampled_from(
    (
        *("Configuración", "configurar", "CONFIGURAR", "configurarlo", "año", "ano", "Ñ", "ñ", "con", "conmigo"),
        *("e-mail", "e", "-", " ", "'", "’", "p'unchaw", "ß", "ª", "²", "¼", "ﬁn", "日本", "ı", "İ", "x" * 40),
        *("_", "—", "“", ".", "\n"),
    )
)


def word_by_word(forms: dict[str, int], text: str) -> list[tuple[int, int, int]]:
    return Scanner(forms)._word_by_word(text)


@settings(max_examples=300)
@given(st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join).map(normal))
def test_what_is_found_at_a_glance_is_what_is_found_word_by_word(text: str) -> None:
    assert Scanner(FORMS).places(text) == word_by_word(FORMS, text)


@given(st.lists(st.text(max_size=6).map(normal), max_size=6), st.data())
@settings(max_examples=200)
def test_whatever_the_words_sought_are(words: list[str], data: st.DataObject) -> None:
    forms = {folded: number for number, word in enumerate(words) if (folded := fold(word))}
    text = normal(" ".join(data.draw(st.lists(st.sampled_from([*words, "otra"]), max_size=8))))
    assert Scanner(forms).places(text) == word_by_word(forms, text)


def test_places_are_of_the_text_as_it_is_written() -> None:
    text = "La configuración — del año"
    (one, other) = Scanner(FORMS).places(text)
    assert (text[slice(*one[:2])], text[slice(*other[:2])]) == ("configuración", "año")


def test_what_a_hyphen_parts_is_one_word_where_it_was_sought_as_one() -> None:
    assert Scanner({"email": 0}).places("Mi e-mail") == [(3, 9, 0)]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("agua de mar", 1.0),
        ("mar agua", 0.0),
        ("agua dulce mar", 0.0),
        ("agua y mar, agua", 1.0),
        ("agua " + "de " * 40 + "mar", 0.0),
        ("", 0.0),
    ],
)
def test_neighbours_in_the_query_are_sought_as_neighbours_in_the_text(text: str, share: float) -> None:
    places = Scanner({"agua": 0, "mar": 1}).places(text)
    assert kept_in_order(text, places, [1.0, 1.0]) == share
