"""What holds for every question and every answer, whatever they are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrc.errors import BadInput
from lrc.study import questions
from lrc.study.content import Choices, Numeric, Option, Question, Quiz, from_data, to_data
from tests.study.questions.examples import EVERY_KIND, any_question, fully_right, sent, shown_to_the_browser

modest = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 2**63 - 1)
plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@modest
@given(any_question, plain_data)
def test_whatever_is_marked_is_worth_between_nothing_and_all(question: Question, response: Any) -> None:
    assert 0.0 <= questions.mark(question, response).fraction <= 1.0


@modest
@given(any_question, seeds)
def test_the_full_right_answer_is_worth_all_its_points(question: Question, seed: int) -> None:
    right = fully_right(question)
    if right is None:
        return
    marked = questions.mark(question, right)
    assert (marked.fraction, marked.state) == (1.0, "right")
    assert questions.review(question, seed, right, "answers").given_points == question.points


@modest
@given(any_question, seeds)
def test_what_is_shown_as_answered_is_read_as_the_same_answer(question: Question, seed: int) -> None:
    right = fully_right(question)
    asked = questions.ask(question, seed, right)
    read = questions.read_form(question, seed, sent(asked))
    assert questions.mark(question, read) == questions.mark(question, right)
    assert questions.read_form(question, seed, sent(questions.ask(question, seed, read))) == read
    assert json.loads(json.dumps(read)) == read


@modest
@given(any_question, seeds, plain_data)
def test_data_of_any_shape_is_read_or_refused_but_never_fails(question: Question, seed: int, value: Any) -> None:
    try:
        response = questions.read_json(question, seed, value)
    except BadInput:
        return
    assert 0.0 <= questions.mark(question, response).fraction <= 1.0
    json.dumps(response, allow_nan=False).encode()


@modest
@given(any_question, seeds)
def test_the_asked_question_is_the_same_whatever_is_right_in_it(question: Question, seed: int) -> None:
    if isinstance(question, Numeric):
        return  # its asked view holds no answer at all: see below
    assert shown_to_the_browser(questions.ask(question, seed)) == shown_to_the_browser(
        questions.ask(_other_answers(question), seed)
    )


def _other_answers(question: Question) -> Question:
    """The same question with all that is secret in it changed, and nothing else."""
    data = to_data(question)
    for each in data.get("options", []):
        each["fraction"], each["feedback"] = 0.125, "otra"
    data["feedback"] = "otra"
    if "is_true" in data:
        data["is_true"] = not data["is_true"]
    if "pairs" in data:  # the right sides given to each other's left sides
        rights = [pair["right"] for pair in data["pairs"]]
        for pair, right in zip(data["pairs"], rights[1:] + rights[:1], strict=True):
            pair["right"] = right
    if "items" in data:
        data["items"].reverse()
    for holder in [data, *data.get("gaps", [])]:
        if "answers" in holder:
            holder["answers"] = [{"text": "otra", "fraction": 1.0}]
    return from_data(data, type(question))


@pytest.mark.parametrize("question", EVERY_KIND, ids=lambda question: type(question).__name__)
def test_no_feedback_fraction_or_answer_is_in_what_the_browser_gets(question: Question) -> None:
    shown = shown_to_the_browser(questions.ask(question, 7))
    for secret in ("fraction", "feedback", "is_true", "Así es", "Lo fue", "Busca en el mapa", "Casi", "2.5", "Perú'"):
        assert secret not in shown
    assert "'cacao'" not in shown
    assert "[[cacao]]" not in shown


@modest
@given(st.lists(any_question, max_size=6, unique_by=lambda question: question.key), seeds, st.booleans())
def test_an_attempt_asks_questions_of_the_quiz_each_once(asked: list[Question], seed: int, shuffle: bool) -> None:
    quiz = Quiz(key="q", title="Q", questions=tuple(asked), shuffle=shuffle)
    chosen = questions.choose(quiz, seed)
    assert sorted(question.key for question in chosen) == sorted(question.key for question in asked)


def test_thirds_written_with_few_decimals_are_whole_together() -> None:
    thirds = tuple(Option(key, key, 0.33333) for key in "abc")
    question = Choices(key="t", text="t", options=(*thirds, Option("d", "d", -1.0)))
    assert questions.mark(question, ["a", "b", "c"]).fraction == 1.0
    assert questions.mark(question, ["a", "b", "c", "d"]).fraction == 0.0
