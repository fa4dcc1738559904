"""Writing a quiz: questions one by one, together with others, and forms that give back what they were given."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lrc.errors import Conflict, NotFound
from lrc.study import history, parts, questions, quizforms, quizlines, quizwriting
from lrc.study.content import Choice, Choices, Gaps, Numeric, Question, Quiz, Short, TextAnswer, changed, to_data
from lrc.study.models import Part
from lti.viewers import Viewer
from tests.study import manuscripts
from tests.study.questions.examples import CHOICE, EVERY_KIND, GAPS, SHORT


def uid() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def teacher(session: Session) -> Viewer:
    return manuscripts.teacher(session)


@pytest.fixture
def part(session: Session, teacher: Viewer) -> Part:
    """A quiz with a choice and a short answer."""
    module = manuscripts.begun(session, teacher)
    made = parts.add(session, teacher, module, Quiz("repaso", "Repaso", questions=(CHOICE, SHORT)))
    session.commit()
    return made


def keys(part: Part) -> list[str]:
    return [question.key for question in quizwriting.quiz_of(part).questions]


def text_of(part: Part, key: str) -> str:
    return quizwriting.get(quizwriting.quiz_of(part), key).text


def test_a_question_takes_the_place_of_the_one_before_and_a_new_one_comes_last(
    session: Session, teacher: Viewer, part: Part
) -> None:
    quizwriting.save_question(session, teacher, part, changed(CHOICE, text="¿Y ahora?"), part.revision, uid())
    quizwriting.save_question(session, teacher, part, GAPS, part.revision, uid())
    assert keys(part) == ["p1", "p5", "p8"]
    assert text_of(part, "p1") == "¿Y ahora?"


def test_two_who_write_different_questions_never_meet(session: Session, teacher: Viewer, part: Part) -> None:
    begun = part.revision
    one = quizwriting.save_question(session, teacher, part, changed(CHOICE, text="Uno"), begun, uid())
    other = quizwriting.save_question(session, teacher, part, changed(SHORT, text="Dos"), begun, uid())
    assert (one.conflict, other.conflict) == (None, None)
    assert (text_of(part, "p1"), text_of(part, "p5")) == ("Uno", "Dos")


def test_two_who_write_the_same_question_lose_nothing(session: Session, teacher: Viewer, part: Part) -> None:
    begun = part.revision
    quizwriting.save_question(session, teacher, part, changed(CHOICE, text="Uno"), begun, uid())
    late = quizwriting.save_question(session, teacher, part, changed(CHOICE, text="Dos"), begun, uid())
    assert late.conflict is part
    assert text_of(part, "p1") == "Uno"
    assert late.save is not None
    assert "Dos" in str(late.save.content)
    again = quizwriting.save_question(session, teacher, part, changed(CHOICE, text="Dos"), part.revision, uid())
    assert again.conflict is None
    assert text_of(part, "p1") == "Dos"


def test_a_question_that_was_taken_out_meanwhile_is_a_conflict_too(
    session: Session, teacher: Viewer, part: Part
) -> None:
    begun = part.revision
    quizwriting.delete_question(session, teacher, part, "p1", uid())
    late = quizwriting.save_question(session, teacher, part, changed(CHOICE, text="Dos"), begun, uid())
    assert late.conflict is part
    assert keys(part) == ["p5"]


def test_the_same_save_twice_counts_once(session: Session, teacher: Viewer, part: Part) -> None:
    begun, sent = part.revision, uid()
    for _again in range(2):
        saved = quizwriting.save_question(session, teacher, part, changed(CHOICE, text="Uno"), begun, sent)
        assert saved.conflict is None
    quizwriting.save_question(session, teacher, part, changed(SHORT, text="Dos"), part.revision, uid())
    assert quizwriting.save_question(session, teacher, part, changed(CHOICE, text="Uno"), begun, sent).conflict is None
    assert part.revision == begun + 2


def test_a_copy_comes_behind_its_question_once_for_each_time_it_was_asked_for(
    session: Session, teacher: Viewer, part: Part
) -> None:
    sent = uid()
    first = quizwriting.copy_question(session, teacher, part, "p1", sent)
    assert quizwriting.copy_question(session, teacher, part, "p1", sent) == first
    quizwriting.copy_question(session, teacher, part, "p1", uid())
    assert len(keys(part)) == 4
    assert keys(part)[0] == "p1"
    assert keys(part)[-1] == "p5"
    assert text_of(part, first) == CHOICE.text


def test_questions_are_moved_and_taken_out(session: Session, teacher: Viewer, part: Part) -> None:
    quizwriting.move_question(session, teacher, part, "p1", 99, uid())
    assert keys(part) == ["p5", "p1"]
    quizwriting.move_question(session, teacher, part, "p1", -3, uid())
    assert keys(part) == ["p1", "p5"]
    quizwriting.delete_question(session, teacher, part, "p1", uid())
    quizwriting.delete_question(session, teacher, part, "p1", uid())
    assert keys(part) == ["p5"]
    assert len(session.scalars(history.of_part(part)).all()) == 4
    with pytest.raises(NotFound):
        quizwriting.move_question(session, teacher, part, "p1", 1, uid())


def test_settings_and_questions_are_written_side_by_side(session: Session, teacher: Viewer, part: Part) -> None:
    begun = part.revision
    quizwriting.save_question(session, teacher, part, changed(CHOICE, text="Uno"), begun, uid())
    said = changed(quizwriting.quiz_of(part), attempts=3, questions=())
    assert quizwriting.save_settings(session, teacher, part, said, begun, uid()).conflict is None
    quiz = quizwriting.quiz_of(part)
    assert (quiz.attempts, len(quiz.questions)) == (3, 2)
    late = quizwriting.save_settings(session, teacher, part, changed(said, attempts=9), begun, uid())
    assert late.conflict is part


def test_draws_of_a_pool_go_with_its_last_question(session: Session, teacher: Viewer, part: Part) -> None:
    quizwriting.save_question(session, teacher, part, changed(CHOICE, pool="g"), part.revision, uid())
    said = changed(quizwriting.quiz_of(part), draws={"g": 1})
    quizwriting.save_settings(session, teacher, part, said, part.revision, uid())
    quizwriting.delete_question(session, teacher, part, "p1", uid())
    assert quizwriting.quiz_of(part).draws == {}


def test_a_quiz_that_was_deleted_keeps_what_is_typed_into_it_in_its_history(
    session: Session, teacher: Viewer, part: Part
) -> None:
    parts.delete(session, teacher, part)
    saved = quizwriting.save_question(session, teacher, part, changed(CHOICE, text="Uno"), part.revision, uid())
    assert saved.conflict is part
    assert saved.save is not None
    with pytest.raises(Conflict):
        quizwriting.delete_question(session, teacher, part, "p1", uid())


def test_a_quiz_has_a_bound(session: Session, teacher: Viewer, part: Part) -> None:
    many = tuple(changed(SHORT, key=f"n{n}") for n in range(quizwriting.MOST_QUESTIONS))
    full = parts.add(session, teacher, part_module(session, part), Quiz("llena", "Llena", questions=many))
    with pytest.raises(Conflict):
        quizwriting.copy_question(session, teacher, full, "n1", uid())


def part_module(session: Session, part: Part) -> Any:
    return session.get_one(manuscripts.Resource, part.module_id)


# == forms ==


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


# == in words ==


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
