"""What answers are worth, what is told of them, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from lrc.errors import BadInput
from lrc.study import questions
from lrc.study.content import Question
from lrc.study.content.codec import from_data, to_data
from tests.study.questions.examples import (
    CHOICE,
    CHOICES,
    EVERY_KIND,
    GAPS,
    MATCHING,
    NUMERIC,
    ORDERING,
    SHORT,
    TRUE_FALSE,
    fully_right,
)

SEED = 4711


def changed(question: Any, **fields: Any) -> Any:
    return from_data(to_data(question) | fields, type(question))


@pytest.mark.parametrize(
    ("question", "response", "fraction"),
    [
        (CHOICE, "a", 1.0),
        (CHOICE, "b", 0.5),
        (CHOICE, "c", 0.0),
        (CHOICES, ["a"], 0.5),
        (CHOICES, ["a", "b"], 1.0),
        (CHOICES, ["a", "c"], 0.0),
        (CHOICES, ["c"], 0.0),
        (CHOICES, ["a", "b", "d"], 1.0),
        (changed(CHOICES, all_or_nothing=True), ["a"], 0.0),
        (changed(CHOICES, all_or_nothing=True), ["a", "b", "d"], 0.0),
        (changed(CHOICES, all_or_nothing=True), ["a", "b"], 1.0),
        (TRUE_FALSE, True, 1.0),
        (TRUE_FALSE, False, 0.0),
        (NUMERIC, "2,5", 1.0),
        (NUMERIC, "3 kg", 0.5),
        (SHORT, "peru", 1.0),
        (SHORT, "Arequipa", 0.5),
        (SHORT, "Brasil", 0.0),
        (MATCHING, {"a": "sierra", "b": "costa", "c": "sierra"}, 1.0),
        (MATCHING, {"a": "sierra", "b": "selva"}, 1 / 3),
        (ORDERING, {"1": 1, "2": 2, "3": 4, "4": 3}, 0.5),
        (ORDERING, {"1": 1, "2": 1, "3": 1, "4": 1}, 0.25),
        (changed(ORDERING, all_or_nothing=True), {"1": 1, "2": 2, "3": 4, "4": 3}, 0.0),
        (GAPS, {"cacao": "Cacao", "dias": "seis"}, 1.0),
        (GAPS, {"cacao": "grano", "dias": "dos"}, 0.25),
    ],
)
def test_an_answer_is_worth_what_its_author_says(question: Question, response: Any, fraction: float) -> None:
    assert questions.mark(question, response).fraction == pytest.approx(fraction)


@pytest.mark.parametrize("question", EVERY_KIND, ids=lambda question: type(question).__name__)
def test_an_empty_form_is_no_answer(question: Question) -> None:
    response = questions.read_form(question, SEED, {f"q-{question.key}": ["", " \x00"]})
    assert response is None
    assert questions.mark(question, response).state == "unanswered"


@pytest.mark.parametrize(
    ("question", "value", "response"),
    [
        (TRUE_FALSE, True, True),
        (TRUE_FALSE, "false", False),
        (NUMERIC, 2.5, "2.5"),
        (NUMERIC, -3, "-3"),
        (NUMERIC, "２，５\x00 kg", "２，５ kg"),
        (SHORT, "  el\u202e Per\ud800ú ", "el Perú"),
        (SHORT, ["Perú"], "Perú"),
        (CHOICES, [], None),
        (MATCHING, {}, None),
    ],
)
def test_plain_data_is_read_as_the_form_would_be(question: Question, value: Any, response: Any) -> None:
    assert questions.read_json(question, SEED, value) == response


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (CHOICE, "a"),
        (CHOICE, ["a", "b"]),
        (CHOICE, True),
        (CHOICE, {"otra": "x"}),
        (CHOICES, ["a"]),
        (CHOICES, [["a"]]),
        (TRUE_FALSE, "quizá"),
        (TRUE_FALSE, 1),
        (NUMERIC, True),
        (NUMERIC, float("nan")),
        (NUMERIC, float("inf")),
        (NUMERIC, 10**400),
        (SHORT, 3),
        (SHORT, ["uno", "dos"]),
        (SHORT, "a" * 501),
        (SHORT, ["a"] * 1000),
        (MATCHING, {"a": "sierra"}),
        (MATCHING, "sierra"),
        (ORDERING, {"1": 1}),
        (GAPS, {"cacao": "cacao"}),
    ],
)
def test_what_the_page_did_not_offer_is_refused(question: Question, value: Any) -> None:
    with pytest.raises(BadInput):
        questions.read_json(question, SEED, value)


def test_places_beyond_the_items_are_refused() -> None:
    item = questions.ask(ORDERING, SEED).options[0].id
    for place in ("0", "5", "-1", "1.0", "uno", "１"):
        with pytest.raises(BadInput):
            questions.read_json(ORDERING, SEED, {item: place})
    assert questions.read_json(ORDERING, SEED, {item: 2}) is not None


def test_two_items_in_one_place_are_remarked_and_nothing_else_is() -> None:
    assert questions.ask(ORDERING, SEED, {"1": 2, "2": 2}).remark == "Hay dos en el mismo lugar."
    assert questions.ask(ORDERING, SEED, {"1": 2, "2": 1}).remark == ""
    assert questions.ask(ORDERING, SEED).remark == ""


def test_ids_are_of_one_attempt_only() -> None:
    for question in (CHOICE, CHOICES, MATCHING, ORDERING, GAPS):
        these, others = questions.ask(question, 1), questions.ask(question, 2)
        assert {part.id for part in these.options}.isdisjoint(part.id for part in others.options)
    with pytest.raises(BadInput):
        questions.read_form(CHOICE, 2, {"q-p1": [questions.ask(CHOICE, 1).options[0].id]})


def test_fields_of_other_questions_in_the_same_form_are_left_alone() -> None:
    assert (
        questions.read_form(SHORT, SEED, {"q-p5": ["Perú"], "q-p55": ["x"], "q-p5-x": ["y"], "csrf_token": ["z"]})
        == "Perú"
    )


def test_options_stand_in_the_authors_order_where_they_are_not_shuffled() -> None:
    asked = questions.ask(changed(CHOICE, shuffle=False), SEED)
    assert [option.text for option in asked.options] == ["Lima", "Cusco", "Arequipa"]
    orders = {tuple(o.text for o in questions.ask(CHOICE, seed).options) for seed in range(60)}
    assert len(orders) == 6


def test_right_sides_that_are_equal_are_one() -> None:
    rights = [right.text for right in questions.ask(MATCHING, SEED).rights]
    assert sorted(rights) == ["costa", "selva", "sierra"]


@pytest.mark.parametrize("question", EVERY_KIND, ids=lambda question: type(question).__name__)
def test_the_points_alone_tell_nothing_of_what_was_right(question: Question) -> None:
    right = questions.review(question, SEED, fully_right(question), "score")
    assert (right.state, right.given_points, right.explanation) == ("", None, "")
    assert not any(line.state or line.right or line.is_right or line.feedback for line in right.lines)


WRONG: list[tuple[Question, Any]] = [
    (CHOICE, "c"),
    (CHOICES, ["c"]),
    (NUMERIC, "9"),
    (SHORT, "Brasil"),
    (MATCHING, {"a": "selva", "b": "selva", "c": "costa"}),
    (ORDERING, {"1": 2, "2": 1, "3": 4, "4": 3}),
    (GAPS, {"cacao": "trigo", "dias": "dos"}),
]


@pytest.mark.parametrize(("question", "response"), WRONG)
def test_marks_tell_what_was_wrong_but_not_what_would_have_been_right(question: Question, response: Any) -> None:
    marks = questions.review(question, SEED, response, "marks")
    assert (marks.state, marks.given_points) == ("wrong", 0.0)
    assert not any(line.right or line.is_right for line in marks.lines)
    assert marks.explanation == ""
    assert {line.state for line in marks.lines if line.is_given} == {"wrong"}


@pytest.mark.parametrize(("question", "response"), WRONG)
def test_answers_tell_what_would_have_been_right(question: Question, response: Any) -> None:
    answers = questions.review(question, SEED, response, "answers")
    assert any(line.right or line.is_right for line in answers.lines)
    assert answers.explanation == question.feedback


def test_the_feedback_of_an_answer_comes_with_it() -> None:
    assert questions.mark(CHOICE, "b").feedback == ("Lo fue del Tahuantinsuyo.",)
    assert questions.mark(SHORT, "Brasil").feedback == ("Busca en el mapa.",)
    assert questions.mark(GAPS, {"cacao": "grano"}).feedback == ("Dilo con su nombre.",)
    told = {line.text: line.feedback for line in questions.review(CHOICES, SEED, ["a", "c"], "marks").lines}
    assert told == {"Iquitos": "Sí.", "Pucallpa": "", "Tacna": "Está en la costa.", "Puno": ""}


def test_the_right_order_is_not_told_by_the_order_of_the_lines() -> None:
    orders = {tuple(line.text for line in questions.review(ORDERING, seed, None, "marks").lines) for seed in range(60)}
    assert len(orders) > 10


def test_words_of_the_right_answer_are_those_that_people_use() -> None:
    assert questions.review(NUMERIC, SEED, "9", "answers").lines[0].right == "2.5 ± 0.1 kg"
    assert [line.right for line in questions.review(GAPS, SEED, None, "answers").lines] == ["cacao", "seis"]
