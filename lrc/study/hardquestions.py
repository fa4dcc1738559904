"""Which questions a class finds hard, and what was answered to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.richtext import plain
from lrc.study import questions, scoring
from lrc.study.content import Question
from lrc.study.models import Attempt, Study

MOST_QUESTIONS, MOST_ANSWERS = 10, 4
_READ_ATTEMPTS = 5_000
"""The newest; a class that has more knows its hard questions by them."""
_RIGHT = 0.999
_GAP = re.compile(r"\[\[[^\[\]]*\]\]")


@dataclass
class Hard:
    """A question, how often it was answered, and what it earned on average (0 to 1)."""

    quiz_title: str
    question: Question
    asked: int = 0
    earned: float = 0.0
    wrong: Counter[str] = field(default_factory=Counter)
    """What was answered that was not wholly right, in words; "" for nothing."""

    @property
    def mean(self) -> float:
        return self.earned / self.asked if self.asked else 0.0

    @property
    def text(self) -> str:
        """The question on one line, its gaps as dots."""
        return plain(_GAP.sub("…", self.question.text))

    @property
    def given(self) -> list[tuple[str, int]]:
        """The most frequent of the answers that were not right."""
        return self.wrong.most_common(MOST_ANSWERS)


def of_module(session: Session, module: Resource, person_ids: Collection[int]) -> list[Hard]:
    """The questions that these people earned least with, the hardest first; those all answered rightly are left out."""
    found: dict[tuple[str, str], Hard] = {}
    for attempt in session.scalars(_attempts(module, person_ids)) if person_ids else ():
        _count(session, attempt, found)
    hard = [each for each in found.values() if each.mean < _RIGHT]
    return sorted(hard, key=lambda each: (each.mean, -each.asked))[:MOST_QUESTIONS]


def said(question: Question, seed: int, response: object) -> str:
    """A response in words, on one line; "" for none."""
    reviewed = questions.review(question, seed, response, "marks")
    words = []
    for line in reviewed.lines:
        if not line.is_given:
            continue
        left, given = plain(line.text), line.given
        words.append(f"{left}: {given}" if left and given else left or given)
    return "; ".join(filter(None, words))


def _attempts(module: Resource, person_ids: Collection[int]) -> Select[Attempt]:
    return (
        select(Attempt)
        .join(Study, Study.id == Attempt.study_id)
        .where(
            Study.module_id == module.id,
            Study.person_id.in_(person_ids),
            Study.is_trial.is_(False),
            Attempt.submitted_at.is_not(None),
        )
        .order_by(Attempt.id.desc())
        .limit(_READ_ATTEMPTS)
    )


def _count(session: Session, attempt: Attempt, found: dict[tuple[str, str], Hard]) -> None:
    quiz = scoring.quiz_of(session, attempt)
    asked = {each.key: each for each in quiz.questions}
    for key, mark in attempt.marks.items():
        question = asked.get(key)
        if question is None:
            continue
        hard = found.setdefault((attempt.part, key), Hard(quiz.title, question))
        hard.asked += 1
        hard.earned += mark["fraction"]
        if mark["fraction"] < _RIGHT:
            hard.wrong[said(question, attempt.seed, mark["response"])] += 1
