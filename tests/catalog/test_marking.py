"""The words asked for are marked in any of their forms, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.marking import Marker


def marked(query: str, text: str) -> list[str]:
    marker = Marker(query)
    marker.allow_misspelt(text)
    return [piece for piece, is_match in marker.runs(text) if is_match]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("maíz", "El MAÍZ y los maíces", ["MAÍZ", "maíces"]),
        ("maices", "El maíz", ["maíz"]),
        ("niño", "la niña y el nino", ["niña", "nino"]),
        ("año", "ano de años", ["ano", "años"]),
        ("sembrar papas", "Se siembra la papa", ["siembra", "papa"]),
        ("la papa", "la papa", ["papa"]),
        ("coneccion", "Sin conexión", ["conexión"]),
        ("agricltura", "La agricultura andina", ["agricultura"]),
        ("agricultura", "La agricultura y la apicultura", ["agricultura"]),
        ("agua", "aguas, paraguas y desagüe", ["aguas"]),
        ("ley 29733", "La Ley N.° 29733, no la 29734", ["Ley", "29733"]),
        ("agua OR compost", "Compost con agua", ["Compost", "agua"]),
        ("agua OR compostas O abonos", "Un compost y un abono", ["compost", "abono"]),
        ("agua OR agricltura", "La agricultura andina", ["agricultura"]),
        ("agua OR agricltura", "El agua y la agricultura", ["agua"]),
        ("", "nada", []),
        ("¡¿!?", "nada", []),
    ],
)
def test_the_words_marked(query: str, text: str, found: list[str]) -> None:
    assert marked(query, text) == found


def test_a_misspelt_word_counts_only_where_no_form_of_it_is_there() -> None:
    assert marked("quinua", "La quinua y la quinwa") == ["quinua"]
    assert marked("quinva", "La quinua y la quinwa") == ["quinua", "quinwa"]


def test_a_text_that_holds_one_of_several_alternatives_holds_what_was_asked() -> None:
    marker = Marker("riego con agua OR lluvia")
    assert marker.words_in("El riego") < marker.words_in("Lluvia y riego") == marker.all_words


@given(st.text(max_size=60), st.text(max_size=300))
def test_the_pieces_joined_are_the_text_whatever_is_asked(query: str, text: str) -> None:
    marker = Marker(query)
    marker.allow_misspelt(text)
    assert "".join(piece for piece, _ in marker.runs(text)) == text
