"""The journal: each line once, whatever the order; what cannot be a line is refused by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.study import attempts, journal
from lrc.study.models import Attempt, Entry, EntryKind, Study
from tests.catalog.enrolling import statements
from tests.study import learners
from tests.study.learners import answer, read, submitting


@pytest.fixture
def study(session: Session) -> Study:
    """Of a lesson and a quiz of two questions, with one attempt open."""
    made = learners.study(session)
    learners.attempt(session, made)
    return made


@pytest.fixture
def attempt(session: Session, study: Study) -> Attempt:
    return attempts.get(session, study, "prueba", 1)


def entries(session: Session, study: Study) -> list[Entry]:
    return list(session.scalars(select(Entry).where(Entry.study_id == study.id).order_by(Entry.id)))


def test_a_line_that_comes_twice_is_there_once_and_is_told_to_be_safe_each_time(session: Session, study: Study) -> None:
    line = answer("q1", "si", 1)

    receipts = [journal.write(session, study, [line, line]), journal.write(session, study, [line])]

    assert [set(each.kept) for each in receipts] == [{line.uid}] * 2
    assert [each.uid for each in entries(session, study)] == [line.uid]


def test_the_answer_with_the_greater_sequence_counts_whatever_came_first_and_whatever_the_clock_says(
    session: Session, study: Study, attempt: Attempt
) -> None:
    journal.write(session, study, [answer("q1", "si", 7, said_at=utcnow() - timedelta(days=900))])
    journal.write(session, study, [answer("q1", "no", 6, said_at=utcnow() + timedelta(days=900))])

    assert given(session, attempt) == {"q1": "si"}


def test_of_two_answers_with_one_sequence_the_greater_uid_counts(
    session: Session, study: Study, attempt: Attempt
) -> None:
    low, high = sorted([learners.uid(), learners.uid()])
    journal.write(session, study, [answer("q1", "si", 3, uid=high)])
    journal.write(session, study, [answer("q1", "no", 3, uid=low)])

    assert given(session, attempt) == {"q1": "si"}


def test_an_answer_can_be_taken_back(session: Session, study: Study, attempt: Attempt) -> None:
    journal.write(session, study, [answer("q1", "si", 1), answer("q1", None, 2)])

    assert journal.answers(session, attempt) == {"q1": None}


@pytest.mark.parametrize(
    "line",
    [
        answer("q9", "si"),
        answer("q1", "si", attempt_number=2),
        answer("q1", "si", attempt_number=None),
        answer("q1", {"no": "such"}),  # type: ignore[arg-type]
        answer("q1", "x" * 5000),
        read("nothing"),
        read("prueba"),
        submitting(7),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_the_others_are_kept(
    session: Session, study: Study, line: journal.Line
) -> None:
    good = [answer("q1", "si"), read()]

    receipt = journal.write(session, study, [good[0], line, good[1]])

    assert set(receipt.kept) == {each.uid for each in good}
    assert list(receipt.refused) == [line.uid]
    assert str(receipt.refused[line.uid]).endswith(".")


@pytest.mark.parametrize("absurd", [2**70, -5, 0])
def test_a_phone_that_counts_too_far_hinders_no_other_device(
    session: Session, study: Study, attempt: Attempt, absurd: int
) -> None:
    journal.write(session, study, [answer("q1", "no", 4)])

    receipt = journal.write(session, study, [answer("q1", "casi", absurd)])
    assert receipt.sequence == 5
    assert given(session, attempt) == {"q1": "casi"}

    journal.write(session, study, [answer("q1", "si", receipt.sequence + 1)])
    assert given(session, attempt) == {"q1": "si"}


def test_lines_that_count_too_far_keep_their_order_among_themselves(
    session: Session, study: Study, attempt: Attempt
) -> None:
    journal.write(session, study, [answer("q1", "si", 10**9 + 1), answer("q1", "no", 10**9)])

    assert given(session, attempt) == {"q1": "si"}


def test_what_comes_after_submitting_is_kept_as_late_and_does_not_count(
    session: Session, study: Study, attempt: Attempt
) -> None:
    attempts.submit(session, attempt, [answer("q1", "si", 1)])
    late = answer("q2", "si", 2)

    receipt = journal.write(session, study, [late])

    assert (receipt.kept, receipt.late) == ([late.uid], [late.uid])
    assert journal.write(session, study, [late]).late == [late.uid]
    assert given(session, attempt) == {"q1": "si"}
    assert attempt.given == 1


def test_a_line_about_a_part_that_only_an_older_version_has_is_kept(session: Session) -> None:
    module = learners.module(session, learners.lesson("vieja"), learners.lesson("otra"))
    learners.version(session, module, learners.lesson("otra"))
    study = learners.study(session, module)
    line = read("vieja")

    assert journal.write(session, study, [line]).kept == [line.uid]
    assert study.read_parts == []


def test_a_full_journal_refuses_answers_but_the_quiz_can_be_submitted(
    session: Session, study: Study, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MOST_LINES", 1)
    lines = [answer("q1", "si", 1), answer("q2", "si", 2), submitting(sequence=3)]

    receipt = journal.write(session, study, lines)

    assert set(receipt.kept) == {lines[0].uid, lines[2].uid}
    assert attempt.given == 1


def test_one_line_costs_few_statements_however_many_there_are(session: Session, study: Study) -> None:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    journal.write(session, study, [answer("q1", "no") for _ in range(30)])

    def write(*lines: Any) -> None:
        session.expire_all()
        session.refresh(study)
        journal.write(session, study, lines)

    assert statements(engine, lambda: write(answer("q1", "si"))) - 1 <= 6
    assert statements(engine, lambda: write(*(answer("q2", "si") for _ in range(50)))) - 1 <= 6
    assert statements(engine, lambda: write(journal.new(EntryKind.OPENED, "leccion"))) - 1 <= 6


def test_the_last_part_is_that_of_the_greatest_line(session: Session, study: Study) -> None:
    journal.write(session, study, [journal.new(EntryKind.OPENED, "prueba", sequence=9)])
    journal.write(session, study, [journal.new(EntryKind.OPENED, "leccion", sequence=3)])

    assert study.last_part == "prueba"


def test_an_answer_after_the_time_closes_the_attempt_as_it_stood(session: Session) -> None:
    study = learners.study(session, learners.module(session, learners.quiz(time_limit_minutes=10)))
    attempt = learners.attempt(session, study)
    journal.write(session, study, [answer("q1", "si", 1)])
    session.execute(update(Attempt).values(due_at=utcnow() - timedelta(seconds=61)))

    receipt = journal.write(session, study, [late := answer("q2", "si", 2), submitting(sequence=3)])

    assert late.uid in receipt.late
    assert attempt.given == 1
    assert attempt.submitted_at == attempt.due_at


def given(session: Session, attempt: Attempt) -> dict[str, Any]:
    """The words that count, by question."""
    return {
        key: value[""][0] if isinstance(value, dict) else value
        for key, value in journal.answers(session, attempt).items()
    }
