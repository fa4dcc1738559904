"""Which language a text is in."""

from __future__ import annotations

import pytest

from catalog.extract.language import detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Las plantas transforman la luz del sol en alimento.", "es"),
        ("Plants turn the light of the sun into food.", "en"),
        ("As plantas transformam a luz do sol em alimento para todos nós.", "pt"),
        ("Ñuqanchikqa runasimita rimanchik llaqtanchikpi.", "qu"),
        ("12 | 34 | 2024", ""),
        ("Fin", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text_or_nothing_where_it_is_too_short(text, code):
    assert detect([text]) == code


def test_a_summary_in_another_language_does_not_decide():
    pages = ["This short summary tells in English what the thesis is about."] + [
        "La tesis estudia la producción de papa nativa en la sierra del Perú y sus variedades."
    ] * 9
    assert detect(pages) == "es"
