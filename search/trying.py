"""What the drafts of the dictionary would change: the same queries asked with and without them, side by side."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from search import judging
from search.dictionary import Dictionary
from search.documents import Query, Results
from search.engine import Index
from search.judging import Figures

SHOWN = 5
"""Hits shown side by side."""
ENOUGH_S = 8.0
"""So long a trial may take; what was not asked by then is told."""


@dataclass(frozen=True)
class Question:
    """A query to be asked, by whom, and what answers it (nothing where nobody judged)."""

    typed: str
    audiences: frozenset[str]
    relevant: Sequence[str] = ()


@dataclass(frozen=True)
class Change:
    """A query whose first ten hits or number of hits change; ranks are of the first answer, 0 where there is none."""

    question: Question
    before: Results
    after: Results

    @property
    def rank_before(self) -> int:
        return judging.rank_of(self.before.hits, self.question.relevant)

    @property
    def rank_after(self) -> int:
        return judging.rank_of(self.after.hits, self.question.relevant)


@dataclass(frozen=True)
class Trial:
    """``before`` and ``after`` are of the judged queries that were asked; ``left`` questions were not."""

    asked: int
    left: int
    before: Figures
    after: Figures
    changes: Sequence[Change]


def tried(
    index: Index, questions: Sequence[Question], live: Dictionary, drafted: Dictionary, enough_s: float = ENOUGH_S
) -> Trial:
    """Ask every question with both dictionaries through the same index, as long as there is time."""
    ends_at = time.monotonic() + enough_s
    done: list[Change] = []
    for question in questions:
        if done and time.monotonic() > ends_at:
            break
        done.append(Change(question, _asked(index, question, live), _asked(index, question, drafted)))
    judged = [change for change in done if change.question.relevant]
    return Trial(
        asked=len(done),
        left=len(questions) - len(done),
        before=judging.figures(change.rank_before for change in judged),
        after=judging.figures(change.rank_after for change in judged),
        changes=[change for change in done if _shape(change.before) != _shape(change.after)],
    )


def _asked(index: Index, question: Question, dictionary: Dictionary) -> Results:
    return index.search(Query(question.typed, question.audiences, limit=judging.FIRST, dictionary=dictionary))


def _shape(found: Results) -> tuple[int, list[str]]:
    return found.total, [hit.document_id for hit in found.hits]
