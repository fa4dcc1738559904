"""Writing a quiz: questions one by one, together with others."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lrc.errors import Conflict, NotFound
from lrc.study import history, parts, quizwriting
from lrc.study.content import Quiz, changed
from lrc.study.models import Part
from lti.viewers import Viewer
from tests.study import manuscripts
from tests.study.questions.examples import CHOICE, GAPS, SHORT


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
