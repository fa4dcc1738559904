"""Two devices, or two impatient fingers, at the same moment: one study, one attempt, one result."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lrc.db import engine_of, new_session
from lrc.study import attempts, studies
from lrc.study.models import Attempt, Entry, EntryKind, Study
from tests import factories
from tests.study import learners
from tests.study.learners import answer

AT_ONCE = 4
T = TypeVar("T")


def all_at_once(app: Flask, work: Callable[[Session, int], T]) -> list[T]:
    """What each of some threads finds, each in a transaction of its own, begun together."""
    gate = threading.Barrier(AT_ONCE)

    def do(number: int) -> T:
        gate.wait(10)
        with new_session(engine_of(app), writing=True) as own, own.begin():
            return work(own, number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(do, range(AT_ONCE)))


def count(session: Session, what: Any) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


def test_a_module_is_begun_once_and_so_is_an_attempt(app: Flask, session: Session) -> None:
    module, viewer = learners.module(session), factories.viewer(session)
    session.commit()

    def begin(own: Session, _number: int) -> int:
        return studies.begin(own, viewer, own.get_one(type(module), module.id)).id

    def attempt(own: Session, _number: int) -> int:
        return attempts.begin(own, own.get_one(Study, study_ids[0]), "prueba").id

    study_ids = all_at_once(app, begin)
    attempt_ids = all_at_once(app, attempt)

    assert (len(set(study_ids)), len(set(attempt_ids))) == (1, 1)
    assert (count(session, Study), count(session, Attempt)) == (1, 1)


def test_of_several_submissions_one_counts_and_the_others_are_kept_as_late(app: Flask, session: Session) -> None:
    study = learners.study(session, viewer=factories.viewer(session, by=factories.person(session)))
    attempt_id = learners.attempt(session, study).id
    session.commit()
    said = ["si", "no", "casi", "si"]

    def submit(own: Session, number: int) -> tuple[float | None, object]:
        found = attempts.submit(own, own.get_one(Attempt, attempt_id), [answer("q1", said[number], number + 1)])
        return found.given, found.submitted_at

    results = all_at_once(app, submit)

    assert len(set(results)) == 1
    kept = session.scalars(select(Entry).where(Entry.kind == EntryKind.ANSWERED)).all()
    assert [each.is_late for each in kept].count(False) == 1
    in_time = next(each for each in kept if not each.is_late)
    assert results[0][0] == {"si": 1, "casi": 0.5, "no": 0}[said[in_time.sequence - 1]]
