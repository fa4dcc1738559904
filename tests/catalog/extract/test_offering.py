"""What the first pages tell of a text is offered where its file says nothing, and nothing is made up."""

from __future__ import annotations

import time

import pytest

from catalog.extract.offering import complete

THESIS = """Universidad Nacional de San Cristóbal de Huamanga

Autor: Rosa Quispe Mamani y Julio Condori

Ayacucho, Perú 2019

Palabras clave: quinua, puna, riego por goteo."""


def test_a_thesis_tells_its_authors_its_year_and_its_subjects():
    assert complete({}, [THESIS], "es") == {
        "creators": ["Rosa Quispe Mamani", "Julio Condori"],
        "subjects": ["quinua", "puna", "riego por goteo"],
        "date": "2019",
        "language": "es",
    }


def test_what_the_file_says_of_itself_stays_but_for_the_day_it_was_saved():
    said = {"title": "Quinua", "creators": ["Ana Ríos"], "subjects": ["papa"], "date": "2024", "language": "qu"}
    assert complete(said, [THESIS], "") == {**said, "date": "2019"}
    assert complete(said, ["Hola"], "") == said


def test_the_language_of_the_text_comes_before_that_of_the_program():
    assert complete({"language": "en"}, ["Hola"], "es") == {"language": "es"}


@pytest.mark.parametrize("text", ["", "El autor: ninguno", "En 2019 llovió.", "Las palabras claves no son estas"])
def test_nothing_is_made_up(text):
    assert complete({}, [text], "") == {}


@pytest.mark.parametrize("hostile", ["palabras clave " * 9000, "© " * 30_000, "Autor: " * 20_000, "Lima " * 30_000])
def test_hostile_texts_take_no_time(hostile):
    began = time.process_time()
    complete({}, [hostile] * 20, "es")
    assert time.process_time() - began < 1
