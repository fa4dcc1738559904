"""Whatever happens on the way, the platform ends with the newest score, written once after every older one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lrc.celery import celery
from lrc.db import engine_of, new_session, transaction, utcnow
from lti import grades, gradetasks
from lti.connector import ServiceTrouble
from lti.gradebook import PUT
from lti.models import ResourceLink, Score, ScoreState
from tests.lti.scores import Pair, pair

HAPPENINGS = ("fine", "lost", "broken", "refused", "killed before", "killed after", "overtaken", "newer meanwhile")
"""What may become of a score that is posted."""

Operation = tuple[Any, ...]
OPERATIONS = st.one_of(
    st.tuples(st.just("owe"), st.integers(0, 4), st.sampled_from("ab")),
    st.tuples(st.just("deliver"), st.sampled_from(HAPPENINGS)),
    st.tuples(st.just("deliver twice"), st.sampled_from(HAPPENINGS)),
    st.tuples(st.just("time passes")),
    st.tuples(st.just("reconcile"), st.sampled_from(HAPPENINGS)),
    st.tuples(st.just("somebody else grades")),
)


class Killed(BaseException):
    """The process ends here and now."""


@dataclass
class Column:
    """One student's cell of a gradebook, by Moodle's rules, at the end of a line on which anything may happen."""

    happening: str = "fine"
    meanwhile: Callable[[], None] = lambda: None
    stamped: int = 0
    points: float | None = None
    comment: str = ""
    written: list[int] = field(default_factory=list)
    """The numbers of the scores that were written, in the order of their writing."""

    def make_service_request(self, scopes: list[str], url: str, **posted: Any) -> dict[str, Any]:
        if scopes == [PUT]:
            self._take(json.loads(posted["data"]))
            return {"body": None, "headers": {}, "next_page_url": None}
        shown = {} if not self.points else {"resultScore": self.points, "resultMaximum": 20, "comment": self.comment}
        return {"body": [{"userId": url.rpartition("=")[2], **shown}], "headers": {}, "next_page_url": None}

    def _take(self, score: dict[str, Any]) -> None:
        happening, self.happening = self.happening, "fine"
        if happening in ("overtaken", "newer meanwhile"):
            self.meanwhile()
        if happening == "broken":
            raise ServiceTrouble("score", 503, "", "down")
        if happening == "refused":
            raise ServiceTrouble("score", 400, "Incorrect score received", "rejected")
        if happening == "killed before":
            raise Killed
        stamp = int(datetime.fromisoformat(score["timestamp"]).timestamp())
        if stamp <= self.stamped:
            raise ServiceTrouble("score", 409, "Refusing score with an earlier timestamp", "conflict")
        assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")
        self.stamped, self.points, self.comment = stamp, score["scoreGiven"], score["comment"]
        self.written.append(int(score["comment"]))
        if happening == "lost":
            raise ServiceTrouble("score", None, "took too long", "slow")
        if happening == "killed after":
            raise Killed


@dataclass
class World:
    """A student, their cell, and the tasks that were handed out."""

    student: Pair
    column: Column
    handed_out: list[int]
    owed: int = 0
    depth: int = 0

    def do(self, operation: Operation) -> None:
        name, *given = operation
        getattr(self, "_" + name.replace(" ", "_"))(*given)

    def _owe(self, points: int, origin: str) -> None:
        self.owed += 1
        with transaction() as own:
            link = own.get_one(ResourceLink, self.student.link.id)
            grades.owe(own, link, self.student.person.id, points, 20, origin=f"quiz:{origin}", comment=str(self.owed))

    def _deliver(self, happening: str) -> None:
        if self.handed_out:
            self._run(self.handed_out.pop(0), happening)

    def _deliver_twice(self, happening: str) -> None:
        if self.handed_out:
            score_id = self.handed_out.pop(0)
            self._run(score_id, happening)
            self._run(score_id, "fine")

    def _time_passes(self) -> None:
        """Waits end; whoever sends has been silent for long, and what was handed out is lost."""
        self.handed_out.clear()
        long_ago = utcnow() - timedelta(days=1)
        with transaction() as own:
            own.execute(update(Score).values(next_try_at=long_ago, claimed_at=long_ago))

    def _reconcile(self, happening: str = "fine") -> None:
        gradetasks.deliver_due()
        waiting, self.handed_out[:] = list(self.handed_out), []
        for score_id in waiting:
            self._run(score_id, happening)

    def _somebody_else_grades(self) -> None:
        self.column.stamped = max(self.column.stamped, int(utcnow().timestamp()))

    def _run(self, score_id: int, happening: str) -> None:
        self.column.happening = happening
        self.column.meanwhile = self._overtake if happening == "overtaken" else self._hurry
        try:
            gradetasks.deliver_score(score_id)
        except Killed:
            pass
        finally:
            self.column.happening = "fine"

    def _hurry(self) -> None:
        """A newer score is owed while the older one is on its way, and its task runs at once."""
        self._owe(self.owed % 5, "c")
        self._deliver("fine")

    def _overtake(self) -> None:
        """The sender sleeps for so long that it counts as dead and another takes its score up, or a newer one."""
        self._owe((self.owed + 1) % 5, "d")
        self._time_passes()
        self._reconcile()


@pytest.fixture
def column(monkeypatch: pytest.MonkeyPatch) -> Column:
    """What every platform of this test answers."""
    made = Column()
    monkeypatch.setattr(gradetasks, "connect", lambda _platform_id: made)
    return made


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(operations=st.lists(OPERATIONS, min_size=2, max_size=12))
@example(  # the same points as an older score's are no sign that the newer one arrived
    operations=[
        ("deliver", "fine"),
        ("owe", 0, "a"),
        ("owe", 3, "a"),
        ("reconcile", "broken"),
        ("somebody else grades",),
    ]
)
def test_the_newest_score_ends_in_the_gradebook(
    app: Flask, column: Column, monkeypatch: pytest.MonkeyPatch, operations: list[Operation]
) -> None:
    handed_out: list[int] = []
    monkeypatch.setattr(celery, "send_task", lambda _name, args: handed_out.append(args[0]))
    with new_session(engine_of(app), writing=True) as session:
        student = pair(session)
    column.__init__()  # type: ignore[misc]
    world = World(student, column, handed_out)
    world.do(("owe", 3, "a"))

    for operation in operations:
        world.do(operation)

    _bring_to_an_end(world)
    with transaction(writing=False) as session:
        rows = _rows(session, student)
        assert column.points == rows[-1].given
        assert column.written == sorted(column.written), "an older score was written over a newer"
        assert column.written[-1] == int(rows[-1].comment)
        assert rows[-1].state is ScoreState.ACCEPTED
        assert {each.state for each in rows[:-1]} <= {ScoreState.ACCEPTED, ScoreState.SUPERSEDED}


def _bring_to_an_end(world: World) -> None:
    for _ in range(4):
        world.do(("time passes",))
        world.do(("reconcile",))
        with transaction() as session:
            newest = _rows(session, world.student)[-1]
            if newest.state is ScoreState.REFUSED:
                grades.retry(session, newest)


def _rows(session: Session, student: Pair) -> list[Score]:
    pair_of = (Score.link_id == student.link.id, Score.person_id == student.person.id)
    return list(session.scalars(select(Score).where(*pair_of).order_by(Score.id)))
