"""Words, folding and kinship."""

from __future__ import annotations

import time

import pytest

from search.analysis import LONGEST_WORD, compounds, fold, is_stop_word, kin_keys, normal, sound_key, words


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
        "ampliar ampliado ampliación",
        "modificar modificación modificando",
        "decidir decide decisión",
        "rotar rotación",
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


@pytest.mark.parametrize(
    "pair",
    [
        "vinaria binaria",
        "conección conexión",
        "ensallo ensayo",
        "necesito nesesito",
        "jerminación germinación",
        "ostigamiento hostigamiento",
        "kilómetro quilómetro",
        "estranjero extranjero",
        "sicología psicología",
        "conbinar combinar",
        "carro caro",
    ],
)
def test_words_said_alike_have_the_same_sound(pair: str) -> None:
    one, other = words(normal(pair))
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(
    "pair", ["casa cacha", "gato jato", "llave clave", "guerra jerga", "queso beso", "hacha haca", "100 1000"]
)
def test_words_said_otherwise_have_another_sound(pair: str) -> None:
    one, other = words(normal(pair))
    assert sound_key(one) != sound_key(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un e-mail y el 20W-50", ["email", "20w50"]),
        ("socio-económico-político", ["socioeconomico", "economicopolitico"]),
        ("3-2-1, 2020-10-05", []),
        ("a - b, -c d- --", []),
        ("infor-\nmación", []),
    ],
)
def test_what_hyphens_part_is_one_word_too(text: str, expected: list[str]) -> None:
    assert list(compounds(normal(text))) == expected


def test_hyphens_without_end_cost_no_time() -> None:
    started = time.process_time()
    assert list(compounds("-" * 300_000 + "a" * 300_000 + "-" * 300_000)) == []
    assert time.process_time() - started < 2
