"""How far somebody has come in a module: what they read and passed, as the journal and the attempts say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.study import grading, scoring, studies
from lrc.study.content import Lesson, Module, Quiz
from lrc.study.models import Attempt, Entry, EntryKind, Study

listeners: list[Callable[[Session, Study], None]] = []
"""Called after a study's progress was worked out anew, trials excepted: what builds on learning adds itself here."""
_DECIMALS = 4


def refresh(session: Session, study: Study) -> None:
    """Work out anew what was read and passed, the percent and whether the module is finished, which stays; owe grades.

    By two queries, and some more where the platform is owed a grade. The caller holds the study.
    """
    session.flush()
    module = studies.module_of(study)
    attempts = _attempts(session, study)
    read = _read(session, study)
    before = study.percent
    study.read_parts = [part.key for part in module.parts if isinstance(part, Lesson) and part.key in read]
    study.passed_parts = [part.key for part in _quizzes(module) if is_passed(part, attempts[part.key])]
    if study.finished_at is None and is_done(module, study):
        study.finished_at = utcnow()
    study.percent = _percent(module, attempts, study.finished_at is not None)
    session.flush()
    if study.is_trial:
        return
    if study.percent != before:
        grading.owe(session, study)
    for listener in listeners:
        listener(session, study)


def is_passed(quiz: Quiz, attempts: Sequence[Attempt]) -> bool:
    """Whether the attempt that counts reaches what the quiz asks for."""
    best = scoring.counting(quiz, attempts)
    return best is not None and scoring.percent(best) >= quiz.pass_percent


def is_done(module: Module, study: Study) -> bool:
    """Whether every part of the module is read or passed."""
    done = {*study.read_parts, *study.passed_parts}
    return bool(module.parts) and all(part.key in done for part in module.parts)


def _quizzes(module: Module) -> list[Quiz]:
    return [part for part in module.parts if isinstance(part, Quiz)]


def _attempts(session: Session, study: Study) -> dict[str, list[Attempt]]:
    by_part: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in session.scalars(scoring.of_study(study.id)):
        by_part[attempt.part].append(attempt)
    return by_part


def _read(session: Session, study: Study) -> set[str]:
    query = select(Entry.part).where(Entry.study_id == study.id, Entry.kind == EntryKind.READ).distinct()
    return set(session.scalars(query))


def _percent(module: Module, attempts: dict[str, list[Attempt]], is_finished: bool) -> float | None:
    """The mean over the quizzes, None before the first is submitted; without quizzes 100 once all is read."""
    quizzes = _quizzes(module)
    if not quizzes:
        return 100.0 if is_finished else None
    best = [scoring.counting(quiz, attempts[quiz.key]) for quiz in quizzes]
    if not any(best):
        return None
    return round(sum(scoring.percent(each) if each else 0.0 for each in best) / len(quizzes), _DECIMALS)
