"""GIFT as teachers write it: every kind of question, weights, comments, formats, escapes; what is told of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from lrc.errors import BadFile
from lrc.study.content import Choice, Choices, Matching, Numeric, Ordering, Question, Quiz, Short, TrueFalse
from lrc.study.exchange import gift, giftwriting
from lrc.study.exchange.reports import Imported
from tests.study.questions.examples import GAPS
from tests.study.questions.test_kinds import changed

BANK = r"""// Un banco de prueba, escrito para estas pruebas.
$CATEGORY: $course$/top/Unidad 1/Agua

// [id:agua-1] [tag:agua]
::Ebullición::¿A cuántos grados hierve el agua en Lima? {
	=A unos 100 °C#Así es.
	~%50%A unos 95 °C#Casi: eso es en Huancayo.
	~A unos 60 °C

	~Nunca
	####Depende de la altura.
}

::Varias::[html]<p>¿Qué es <b>agua</b>?</p>{ ~%50%Hielo ~%50%Vapor ~%-100%Aire }

::Cierta::El agua moja.{TRUE#Piénsalo otra vez.#Muy bien.}

::Falsa::El agua\: quema.{false#Eso lo hace el fuego.}

$CATEGORY: Unidad 1/Números
::Corta::La capital del Perú es {=Lima =%80%Ciudad de Lima#Sobra una palabra.} y su puerto, el Callao.

::Número::¿Cuánto es pi? {#3.1416:0.0001#Bien. =%50%3,1:0.1 =%25%3..4 ~#No.}

::Parejas::Une. {
	=**Puno** -> Titicaca
	=Junín -> Chinchaycocha
	= -> Amazonas
}

::Orden::[plain]Ordena.{> 3 ALL VERTICAL ABSOLUTE_POSITION SHOW none
Sembrar
Regar
Cosechar
}

::Signos::¿Qué signo es la llave? {=\{ ~\} ~\~ ~\= ~\#}

::Ensayo::Cuenta tu viaje.{}

Lee lo que sigue antes de responder.

::Rota::Falta cerrar {=aquí
"""


@pytest.fixture(scope="module")
def bank() -> Imported:
    return gift.read(BANK.encode())


def line_of(beginning: str) -> int:
    return next(number for number, line in enumerate(BANK.splitlines(), 1) if line.startswith(beginning))


def named(bank: Imported, name: str) -> Any:
    return next(each for each in bank.questions if each.name == name)


def test_the_questions_come_in_their_order_and_their_pools(bank: Imported) -> None:
    kinds = [Choice, Choices, TrueFalse, TrueFalse, Short, Numeric, Matching, Ordering, Choice]
    assert [type(each) for each in bank.questions] == kinds
    assert bank.pools == ("Unidad 1 / Agua", "Unidad 1 / Números")


def test_options_have_their_weights_and_comments_also_behind_a_blank_line(bank: Imported) -> None:
    question = named(bank, "Ebullición")
    assert [(each.text, each.fraction, each.feedback) for each in question.options] == [
        ("A unos 100 °C", 1.0, "Así es."),
        ("A unos 95 °C", 0.5, "Casi: eso es en Huancayo."),
        ("A unos 60 °C", 0.0, ""),
        ("Nunca", 0.0, ""),
    ]
    assert question.feedback == "Depende de la altura."
    assert [each.fraction for each in named(bank, "Varias").options] == [0.5, 0.5, -1.0]
    assert named(bank, "Varias").text == "¿Qué es **agua**?"


def test_the_first_comment_of_true_and_false_is_for_who_was_wrong(bank: Imported) -> None:
    right, wrong = named(bank, "Cierta"), named(bank, "Falsa")
    assert (right.is_true, right.if_true, right.if_false) == (True, "Muy bien.", "Piénsalo otra vez.")
    assert (wrong.is_true, wrong.if_true, wrong.text) == (False, "Eso lo hace el fuego.", "El agua: quema.")


def test_a_missing_word_leaves_a_line_in_the_text(bank: Imported) -> None:
    question = named(bank, "Corta")
    assert question.text == "La capital del Perú es _____ y su puerto, el Callao."
    assert [(each.text, each.fraction) for each in question.answers] == [("Lima", 1.0), ("Ciudad de Lima", 0.8)]
    assert question.accents_matter


def test_numbers_have_margins_ranges_and_commas(bank: Imported) -> None:
    answers = [(each.value, each.tolerance, each.fraction) for each in named(bank, "Número").answers]
    assert answers == [(3.1416, 0.0001, 1.0), (3.1, 0.1, 0.5), (3.5, 0.5, 0.25)]


def test_pairs_and_what_belongs_to_none(bank: Imported) -> None:
    question = named(bank, "Parejas")
    assert [(each.left, each.right) for each in question.pairs] == [
        (r"\*\*Puno\*\*", "Titicaca"),
        ("Junín", "Chinchaycocha"),
    ]
    assert question.others == ("Amazonas",)


def test_escaped_signs_are_signs(bank: Imported) -> None:
    assert [each.text for each in named(bank, "Signos").options] == ["{", "}", "~", "=", r"\#"]


@pytest.mark.parametrize(
    "line",
    [
        r"Halla $\frac{6}{3}$. {#2}",
        r"¿Cuánto es la mitad? {=$\frac{1}{2}$ ~2}",
        "El agua tiene {=1} átomo de oxígeno y {=2} de hidrógeno.",
    ],
)
def test_a_question_that_further_braces_would_cut_is_not_taken_and_told(line: str) -> None:
    bank = gift.read(f"::Buena::Uno más uno {{#2}}\n\n::Cortada::{line}\n".encode())
    assert [each.name for each in bank.questions] == ["Buena"]
    assert [(each.question, each.line) for each in bank.report] == [("Cortada", 3)]
    assert "otras llaves" in str(bank.report[0].sentence)


def test_what_was_not_kept_is_told_with_its_question_and_line(bank: Imported) -> None:
    told = {each.question: (each.line, str(each.sentence)) for each in bank.report}
    assert {name: line for name, (line, _sentence) in told.items()} == {
        "Ebullición": line_of("::Ebullición"),
        "Número": line_of("::Número"),
        "Ensayo": line_of("::Ensayo"),
        "Lee lo que sigue antes de responder.": line_of("Lee lo que"),
        "Rota": line_of("::Rota"),
    }
    assert "etiquetas" in told["Ebullición"][1]
    assert "ensayo" in told["Ensayo"][1]
    assert "llave" in told["Rota"][1]


@pytest.mark.parametrize(
    "data",
    [
        "¿Ñandú?{=sí}".encode("utf-8-sig"),
        "¿Ñandú?{=sí}".encode("utf-16"),
        "¿Ñandú?{=sí}".encode("cp1252"),
        "¿Ñandú?\r\n{\r\n=sí\r\n}\r\n".encode(),
        "¿Ñandú?\r{\r=sí\r}\r".encode(),
    ],
)
def test_any_encoding_and_line_end_is_read(data: bytes) -> None:
    (question,) = gift.read(data).questions
    assert isinstance(question, Short)
    assert (question.text, question.answers[0].text) == ("¿Ñandú?", "sí")


@pytest.mark.parametrize("data", [b"", b"  \n// nada\n", b"\x00\x01", b"x" * 5_000_001])
def test_a_file_without_questions_is_refused(data: bytes) -> None:
    with pytest.raises(BadFile):
        gift.read(data)


def test_a_plain_question_is_written_as_people_write_it() -> None:
    (question,) = gift.read("::Uno::¿Cuál?{=Esta ~Esa#No.}".encode()).questions
    assert _written(question) == "::Uno::¿Cuál?{\n\t=Esta\n\t~Esa#No.\n}\n"


def test_what_gift_cannot_say_is_told() -> None:
    question = Numeric(key="a", text="¿Cuánto?", answers=(), points=2.0, hint="Piensa.", units=())
    told = [str(each.sentence) for each in giftwriting.write(Quiz("q", "x", questions=(question,))).report]
    assert any("puntos" in each for each in told)
    assert any("pistas" in each for each in told)


def _written(question: Question) -> str:
    return giftwriting.write(Quiz("q", "x", questions=(question,))).data.decode()


def test_of_a_question_that_is_left_out_nothing_else_is_told() -> None:
    left_out = changed(GAPS, points=2.0, hint="Mira la tabla.")
    told = [str(each.sentence) for each in giftwriting.write(Quiz("q", "x", questions=(left_out,))).report]
    assert told == ["GIFT no tiene «completar espacios»: esta no está en el archivo. Moodle XML sí."]
