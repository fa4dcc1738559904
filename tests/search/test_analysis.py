"""Words, folding and kinship."""

from __future__ import annotations

import pytest

from search.analysis import LONGEST_WORD, fold, is_stop_word, kin_keys, normal, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Investigación EDUCATIVA", ["investigacion", "educativa"]),
        ("El año del ñandú", ["el", "año", "del", "ñandu"]),
        ("an\u0303o compuesto", ["año", "compuesto"]),
        ("pingüino, cigüeña; façade", ["pinguino", "cigueña", "facade"]),
        ("p'unchaw ñuqa ñuqaʼpa", ["punchaw", "ñuqa", "ñuqapa"]),
        ("inves\u00adtigar 3.5 addr2line", ["investigar", "3", "5", "addr2line"]),
        ("ﬁchero Ⅷ", ["fichero", "viii"]),
        ("", []),
        ("¿¡«»—…!?", []),
        ("\ud800 roto\x00texto", ["roto", "texto"]),
    ],
)
def test_text_becomes_folded_words(text: str, expected: list[str]) -> None:
    assert words(normal(text)) == expected


def test_a_word_without_end_is_cut() -> None:
    assert fold("a" * 10_000) == "a" * LONGEST_WORD


def test_words_that_say_nothing_are_known_in_spanish_and_english() -> None:
    assert all(map(is_stop_word, ["el", "de", "segun", "the", "with"]))
    assert not any(map(is_stop_word, ["agua", "water", "año"]))


@pytest.mark.parametrize(
    "family",
    [
        "ubicación ubicaciones ubicar ubicando",
        "elegir elija eligiendo elección elecciones",
        "conectar conexión conexiones conectando",
        "revisar revisión revisiones",
        "gestionar gestión gestiones",
        "buscar busque buscando",
        "encontrar encuentra encuentran encontrando",
        "resolver resuelve resuelto solución",
        "traducir traduce traducción traducciones",
        "luz luces",
        "matriz matrices",
        "biología biologías biológico biológica",
        "niño niños niña niñas",
        "transmitir transmisión",
        "desactivar desactivando desactivado desactivación",
        "configurar configuración configuraciones",
    ],
)
def test_forms_of_a_word_are_kin(family: str) -> None:
    forms = words(normal(family))
    keys = [set(zip("ide", each, strict=True)) for each in zip(*kin_keys(forms), strict=True)]
    assert all(keys[0] & other for other in keys), keys


@pytest.mark.parametrize("pair", ["caso casa mesa", "papa papel", "puno puma", "quechua quinua"])
def test_strangers_are_not_kin(pair: str) -> None:
    first, *_, last = words(normal(pair))
    one, other = zip(*kin_keys([first, last]), strict=True)
    assert not set(zip("ide", one, strict=True)) & set(zip("ide", other, strict=True))
