"""The journal: each line once, whatever the order; what cannot be a line is refused by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.db import engine_of, utcnow
from lrc.study import attempts, journal, studies
from lrc.study.models import Entry, EntryKind, Study
from tests import factories
from tests.catalog.enrolling import statements
from tests.study import learners
from tests.study.learners import answer, read, submitting


@pytest.fixture
def study(session: Session) -> Study:
    """Of a lesson and a quiz of two questions, with one attempt open."""
    made = learners.study(session)
    learners.attempt(session, made)
    return made


def uids(session: Session, study: Study) -> list[str]:
    return list(session.scalars(select(Entry.uid).where(Entry.study_id == study.id).order_by(Entry.id)))


def test_a_line_that_comes_twice_is_there_once_and_is_told_to_be_safe_each_time(session: Session, study: Study) -> None:
    line = answer("q1", "si", 1)

    receipts = [journal.write(session, study, [line, line]), journal.write(session, study, [line])]

    assert [set(each.kept) for each in receipts] == [{line.uid}] * 2
    assert uids(session, study) == [line.uid]


def test_the_answer_with_the_greater_sequence_counts_whichever_came_first(session: Session, study: Study) -> None:
    attempt = attempts.get(session, study, "prueba", 1)
    journal.write(session, study, [answer("q1", "si", 7)])
    journal.write(session, study, [answer("q1", "no", 6, said_at=utcnow() + timedelta(days=900))])

    assert journal.answers(session, attempt) == {"q1": "si"}
