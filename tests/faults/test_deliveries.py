"""The delivery worker killed with no warning while scores are on their way: none is lost, none is put twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.stack import programs, valkey
from lrc.stack.kept import Kept
from lrc.stack.supervisor import Supervisor
from lti import gradetasks
from lti.models import Score, ScoreState
from tests.campus import Campus
from tests.lti.desks import desk
from tests.services import environment, forget_connections, supervised
from tests.trying import eventually, kill_and_have_back

ANSWERS_AFTER_S = 3.0


@pytest.fixture
def settings(settings: Settings, broker: Settings, embedded: tuple[Settings, Kept]) -> Settings:
    with closing(valkey.client(embedded[1])) as client:
        client.flushall()
    return replace(settings, broker_url=broker.broker_url, sending_stale_s=3, http_timeout_s=10.0)


@pytest.fixture
def worker(settings: Settings, app: Flask) -> Iterator[Supervisor]:
    """The delivery worker alone."""
    forget_connections()
    every = programs.workers(settings, environment(settings), ())
    with supervised(settings.data / "logs", *(each for each in every if each.name == "delivery")) as supervisor:
        yield supervisor
    forget_connections()


def all_accepted(session: Session) -> bool:
    session.rollback()
    session.expire_all()
    gradetasks.deliver_due()  # as the clock has it done
    return {each.state for each in session.scalars(select(Score))} == {ScoreState.ACCEPTED}


@pytest.mark.parametrize("service", ["token", "scores", "results"])
def test_a_worker_killed_while_it_waits_for_an_answer(
    campus: Campus, session: Session, worker: Supervisor, service: str
) -> None:
    student = desk(campus, session)
    campus.lms.quirks.slow(service, ANSWERS_AFTER_S)
    student.owe(15)
    session.commit()
    eventually(lambda: bool(campus.lms.quirks.called(service)))

    kill_and_have_back(worker, "delivery")
    campus.lms.quirks.recover()

    eventually(lambda: all_accepted(session), within_s=40)
    assert student.grade == 15
    taken = [each for each in campus.lms.quirks.called("scores") if each.status == 200]
    assert len(taken) == 1


def test_a_worker_killed_again_and_again_among_many_scores(
    campus: Campus, session: Session, worker: Supervisor
) -> None:
    students = [desk(campus, session) for _ in range(8)]
    campus.lms.quirks.slow("scores", 0.3)
    for number, student in enumerate(students):
        student.owe(number + 1)
    session.commit()

    for arrived in (1, 4):
        eventually(lambda least=arrived: len(campus.lms.quirks.called("scores")) >= least)  # type: ignore[misc]
        kill_and_have_back(worker, "delivery")

    eventually(lambda: all_accepted(session), within_s=60)
    assert [each.grade for each in students] == [1, 2, 3, 4, 5, 6, 7, 8]
    taken = [each.url for each in campus.lms.quirks.called("scores") if each.status == 200]
    assert len(taken) == len(set(taken)) == 8
