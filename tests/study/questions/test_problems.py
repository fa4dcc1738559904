"""What authors may not write."""

from __future__ import annotations

from typing import Any

import pytest

from lrc.study import questions
from lrc.study.content import Gap, Numeric, NumericAnswer, Question, Quiz, TextAnswer
from tests.study.questions.examples import CHOICE, CHOICES, EVERY_KIND, GAPS, MATCHING, NUMERIC, ORDERING, SHORT
from tests.study.questions.test_kinds import changed


def options(*fractions: float) -> list[dict[str, Any]]:
    return [{"key": f"o{n}", "text": f"Opción {n}", "fraction": fraction} for n, fraction in enumerate(fractions)]


@pytest.mark.parametrize("question", EVERY_KIND, ids=lambda question: type(question).__name__)
def test_a_good_question_has_no_problem(question: Question) -> None:
    assert questions.problems(question) == []


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (changed(CHOICE, text=" "), "Escribe el texto"),
        (changed(CHOICE, options=options(0, 0.5)), "marca cuál es la correcta"),
        (changed(CHOICE, options=[*options(1), {"key": "x", "text": " "}]), "opción vacía"),
        (changed(CHOICE, options=[*options(1), {"key": "x", "text": "opción  0"}]), "está dos veces"),
        (changed(CHOICES, options=options(0, 0)), "marca al menos una"),
        (changed(CHOICES, options=options(0.5, 0.2)), "suman 70 %"),
        (changed(NUMERIC, answers=[{"value": 1.0, "fraction": 0.5}]), "vale todos los puntos"),
        (changed(NUMERIC, units=[{"name": "kg"}, {"name": "kg"}]), "«kg» está dos veces"),
        (changed(NUMERIC, units=[{"name": " "}]), "sin nombre"),
        (changed(NUMERIC, units=[{"name": "g", "factor": 0.001}]), "equivale a 1"),
        (changed(NUMERIC, units=[{"name": "5"}]), "se confunde con un número"),
        (changed(NUMERIC, units=[], needs_unit=True), "agrega al menos una"),
        (Numeric(key="n", text="n", answers=(NumericAnswer(float("inf")),)), "demasiado grande"),
        (changed(SHORT, answers=[{"text": ""}]), "respuesta vacía"),
        (changed(SHORT, answers=[{"text": "a"}, {"text": "a"}]), "está dos veces"),
        (changed(SHORT, answers=[{"text": "a", "fraction": 0.5}]), "vale todos los puntos"),
        (changed(MATCHING, pairs=[{"key": k, "left": k, "right": "x"} for k in "ab"], others=[]), "mismo lado derecho"),
        (changed(MATCHING, pairs=[{"key": k, "left": "x", "right": k} for k in "ab"]), "a la izquierda"),
        (changed(MATCHING, pairs=[{"key": k, "left": k, "right": ""} for k in "ab"]), "lado vacío"),
        (changed(MATCHING, others=["costa"]), "a la derecha"),
        (changed(ORDERING, items=[{"key": k, "text": "x"} for k in "ab"]), "cuál va antes"),
        (changed(ORDERING, items=[{"key": k, "text": ""} for k in "ab"]), "elemento vacío"),
        (changed(GAPS, text="El [[cacao]]."), "debe estar una vez"),
        (changed(GAPS, text="El [[cacao]], [[cacao]], [[dias]]."), "debe estar una vez"),
        (changed(GAPS, text="El [[cacao]] [[dias]] [[otro]]."), "ese espacio no existe"),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_to_do(question: Question, says: str) -> None:
    assert any(says in str(problem) for problem in questions.problems(question))


@pytest.mark.parametrize(
    ("gap", "says"),
    [
        (Gap("cacao", (TextAnswer("a", 0.5),)), "Espacio 1: Ninguna respuesta"),
        (Gap("cacao", (TextAnswer("a"),), ("b", "c")), "Espacio 1: ninguna opción de su lista"),
        (Gap("cacao", (TextAnswer("a"),), ("a",)), "al menos dos"),
        (Gap("cacao", (TextAnswer("a"),), ("a", "A")), "dos veces en su lista"),
    ],
)
def test_the_problems_of_a_gap_name_it(gap: Gap, says: str) -> None:
    question = type(GAPS)(key="g", text=GAPS.text, gaps=(gap, GAPS.gaps[1]))
    assert any(says in str(problem) for problem in questions.problems(question))


def test_an_author_is_told_when_ticking_everything_pays_off() -> None:
    assert questions.advice(changed(CHOICES, options=options(0.5, 0.5, 0))) != []
    assert questions.advice(changed(CHOICES, options=options(0.5, 0.5, 0), all_or_nothing=True)) == []
    assert questions.advice(changed(CHOICES, options=options(0, 0, 0))) == []  # first it needs a right one
    assert questions.advice(CHOICES) == []


def test_a_quiz_says_which_question_has_which_problem() -> None:
    quiz = Quiz(key="q", title="Q", questions=(CHOICE, changed(SHORT, text="")))
    assert [str(each) for each in questions.quiz_problems(quiz)] == ["Pregunta 2: Escribe el texto de la pregunta."]
    assert questions.quiz_problems(Quiz(key="q", title="Q", questions=EVERY_KIND)) == []


def test_a_quiz_needs_questions_with_different_keys_and_pools_that_are_large_enough() -> None:
    pooled = tuple(changed(question, pool="g") for question in (CHOICE, SHORT))
    empty = Quiz(key="q", title="Q")
    twice = Quiz(key="q", title="Q", questions=(CHOICE, CHOICE))
    small = Quiz(key="q", title="Q", questions=pooled, draws={"g": 3})
    uneven = Quiz(key="q", title="Q", questions=(changed(CHOICE, pool="g", points=2), pooled[1]), draws={"g": 1})
    said = [" ".join(str(each) for each in questions.quiz_problems(quiz)) for quiz in (empty, twice, small, uneven)]
    assert "agrega al menos una" in said[0]
    assert "la misma clave" in said[1]
    assert "solo tiene 2" in said[2]
    assert "puntos distintos" in said[3]
