"""The forms of questions: what is typed is read, said where it cannot be, and told in lines."""

from __future__ import annotations

from typing import Any

import pytest

from lrc.study import history, questions, quizforms, quizlines
from lrc.study.content import Choice, Choices, Gaps, Numeric, Question, Quiz, Short, TextAnswer, changed, to_data
from tests.study.questions.examples import CHOICE, EVERY_KIND, GAPS


class Sent(dict[str, list[str]]):
    def get(self, name: str, default: str, /) -> str:  # type: ignore[override]
        return next(iter(super().get(name, ())), default)

    def getlist(self, name: str, /) -> list[str]:
        return list(super().get(name, ()))


def sent(form: quizforms.QuestionForm) -> Sent:
    """What a browser sends of a form."""
    made = {name: [value] for name, value in form.fields.items()} | {flag: ["1"] for flag in form.flags}
    for group, rows in form.rows.items():
        for column in form.groups[group].columns:
            made[f"{group}-{column}"] = [row[column] for row in rows]
    return Sent(made)


def built(kind: str, **fields: Any) -> Question:
    form = quizforms.QuestionForm.of_form(
        kind, "k", Sent({"points": ["1"]} | {n: v if isinstance(v, list) else [v] for n, v in fields.items()})
    )
    made = quizforms.build(form)
    assert made is not None, form.errors
    return made


@pytest.mark.parametrize("question", EVERY_KIND, ids=lambda question: type(question).__name__)
def test_a_form_that_is_sent_back_as_it_came_changes_nothing(question: Question) -> None:
    form = quizforms.shown(question)
    again = quizforms.QuestionForm.of_form(form.kind, form.key, sent(form))
    assert quizforms.build(again) == question


@pytest.mark.parametrize("kind", list(quizforms.KINDS))
def test_a_new_question_of_any_kind_can_be_kept_empty_but_for_what_must_be_there(kind: str) -> None:
    form = quizforms.blank(kind, "k")
    if kind == "numeric":
        form.rows["answers"][0]["value"] = "3,5"
    if kind == "gaps":
        form.fields["text"] = "La capital es [[Lima]]."
    made = quizforms.build(quizforms.QuestionForm.of_form(kind, "k", sent(form)))
    assert made is not None
    assert to_data(made)["type"] == kind
    assert kind in ("numeric", "gaps") or questions.problems(made)


def test_answers_between_brackets_become_gaps() -> None:
    question = built("gaps", text="[[Lima|Ciudad de Lima]] está en el [[Perú]].")
    assert isinstance(question, Gaps)
    assert question.text == "[[1]] está en el [[2]]."
    assert [answer.text for answer in question.gaps[0].answers] == ["Lima", "Ciudad de Lima"]
    assert questions.problems(question) == []
    form = quizforms.shown(question)
    form.fields["text"] = "[[2]] y [[Cusco]]."
    again = quizforms.build(form)
    assert isinstance(again, Gaps)
    assert [(gap.key, gap.answers[0].text) for gap in again.gaps] == [("2", "Perú"), ("3", "Cusco")]


def test_right_options_share_the_points_and_wrong_ones_may_take_as_much() -> None:
    question = built(
        "choices",
        text="¿Cuáles?",
        **{"options-key": ["a", "b", "c", "d"], "options-text": ["A", "B", "C", "D"]},
        **{"options-worth": ["right", "right", "right", "minus"], "options-feedback": ["", "", "", ""]},
    )
    assert isinstance(question, Choices)
    assert [option.fraction for option in question.options] == pytest.approx([1 / 3, 1 / 3, 1 / 3, -1 / 3])
    assert questions.problems(question) == []
    assert [row["worth"] for row in quizforms.shown(question).rows["options"]] == ["right"] * 3 + ["minus"]


def test_empty_rows_are_left_out() -> None:
    question = built(
        "short", text="¿?", **{"answers-text": ["", "Perú", " "], "answers-worth": ["right", "right", "50"]}
    )
    assert isinstance(question, Short)
    assert question.answers == (TextAnswer("Perú"),)


@pytest.mark.parametrize("value", [1.234, 1000.0, 0.1, 1e-9, 1.5e300, -2.5, 12345.678, 0.30000000000000004])
def test_numbers_are_shown_so_that_they_are_read_as_the_same(value: float) -> None:
    assert quizforms.typed.number_of(quizforms.typed.number(value)) == value


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"points": "cero"}, "points"),
        ({"points": "0"}, "points"),
        ({"points": "1,000"}, "points"),
        ({"answers-value": ["tres"]}, "answers-0-value"),
        ({"answers-tolerance": ["poco"]}, "answers-0-tolerance"),
        ({"answers-worth": ["900"]}, "answers-0-worth"),
        ({"units-factor": ["0"]}, "units-0-factor"),
        ({"text": "a" * 7000}, "text"),
    ],
)
def test_what_cannot_be_is_said_where_it_stands_and_stays_as_it_was_typed(changes: dict[str, Any], field: str) -> None:
    typed: dict[str, Any] = {"points": "1", "text": "¿?", "answers-value": ["3"], "answers-worth": ["right"]}
    typed |= {"units-name": ["kg"], "units-factor": ["1"]} | changes
    form = quizforms.QuestionForm.of_form(
        "numeric", "k", Sent({n: v if isinstance(v, list) else [v] for n, v in typed.items()})
    )
    before = sent(form)
    assert quizforms.build(form) is None
    assert list(form.errors) == [field]
    assert sent(form) == before


def test_rows_come_move_and_go_by_buttons() -> None:
    form = quizforms.shown(CHOICE)
    assert form.alter("add-options")
    assert form.newest == "options-3"
    assert form.alter("up-options-1")
    assert [row["key"] for row in form.rows["options"]][:3] == ["b", "a", "c"]
    assert form.alter("down-options-0")
    assert form.alter("remove-options-2")
    assert [row["key"] for row in form.rows["options"]][:2] == ["a", "b"]
    assert form.alter("remove-options-99")
    assert not form.alter("save")
    assert not form.alter("add-otros")
    for _again in range(100):
        form.alter("add-options")
    assert len(form.rows["options"]) == 30


def test_what_an_answer_in_a_line_says_is_read_and_written() -> None:
    for answer in (
        TextAnswer("a"),
        TextAnswer("a|b", 0.5),
        TextAnswer("\\*", 0.33333, "Casi | casi"),
        TextAnswer("b", -1),
    ):
        assert quizforms.typed.answer_of(quizforms.typed.answer_line(answer)) == answer
    assert quizforms.typed.answer_of("a | mucho") is None


def test_settings_are_read_back_and_what_cannot_be_is_said() -> None:
    quiz = Quiz("q", "Q", questions=(changed(CHOICE, pool="g"),), draws={"g": 1}, attempts=2, shuffle=True)
    form = quizforms.SettingsForm.of_quiz(quiz)
    assert form.checked(quiz) == quiz
    form.fields |= {"attempts": "muchos", "title": "", "shows": "todo"}
    form.draws["g"] = "-1"
    assert form.checked(quiz) is None
    assert set(form.errors) == {"attempts", "title", "shows", "draw-g"}


def test_a_numbers_question_from_its_form_marks_as_its_author_meant() -> None:
    question = built(
        "numeric",
        text="¿Cuánto?",
        **{"answers-value": ["2,5"], "answers-tolerance": ["0,1"], "answers-worth": ["right"]},
        **{"units-name": ["kg", "g"], "units-factor": ["", "0.0010"]},
    )
    assert isinstance(question, Numeric)
    assert questions.problems(question) == []
    assert questions.mark(question, "2550 g").fraction == 1.0


def test_a_choice_from_its_form_has_one_right_option() -> None:
    form = quizforms.blank("choice", "k")
    form.fields["text"] = "¿Capital?"
    for row, text in zip(form.rows["options"], ("Lima", "Cusco"), strict=False):
        row["text"] = text
    question = quizforms.build(form)
    assert isinstance(question, Choice)
    assert [(option.text, option.fraction) for option in question.options] == [("Lima", 1.0), ("Cusco", 0.0)]


def test_a_quiz_is_told_in_lines_that_a_teacher_can_compare(app: Any) -> None:
    quiz = Quiz("q", "Repaso", questions=(*EVERY_KIND[:-1], changed(GAPS, pool="g")), draws={"g": 1}, attempts=2)
    with app.test_request_context():
        lines = quizlines.lines_of(quiz)
    for words in (
        "Título: Repaso",
        "Intentos por persona: 2",
        "Del grupo «g» se sacan 1",
        "Pregunta 1: Una opción correcta",
        "- Cusco (50 %) · Lo fue del Tahuantinsuyo.",
        "- Verdadero",
        "- 2.5 ± 0.1 (100 %) · Bien medido.",
        "- g = 0.001",
        "- Puno → sierra",
        "- … → selva",
        "4. Secar",
        "- [[dias]] seis (dos / seis) (100 %)",
    ):
        assert words in lines.splitlines()
    changed_line = lines.replace("Cosechar", "Cortar")
    assert [line.change for line in history.compare(lines, changed_line, around=0)] == [
        "skipped",
        "removed",
        "added",
        "skipped",
    ]


def test_a_question_is_called_by_its_name_or_its_first_words() -> None:
    assert quizlines.name_of(changed(CHOICE, name="Capitales")) == "Capitales"
    assert quizlines.name_of(GAPS) == "El ___ se fermenta ___ días."
    assert quizlines.name_of(changed(CHOICE, text="**palabra** " * 40)).endswith("palabra…")
