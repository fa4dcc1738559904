"""Tasks with a real broker and worker: sent after the commit, run inside the application, each from its queue."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.app import create_app
from lrc.celery import INDEXING, READING, celery, enqueue
from lrc.config import Settings
from lrc.db import engine_of, new_session, transaction
from lrc.stack import valkey
from lrc.stack.kept import Kept
from tests.services import forget_connections
from tests.trying import eventually, lines, trial_workers


def test_a_task_runs_after_the_commit_from_its_queue(live_app: Flask, live_settings: Settings) -> None:
    with trial_workers(live_settings, READING, INDEXING):
        with transaction() as session:
            enqueue(session, "trial.note", "read")
            enqueue(session, "trial.note_index", "indexed")

        eventually(lambda: lines(live_settings, "notes") == ["read"])
        eventually(lambda: lines(live_settings, "index-notes") == ["indexed"])


def test_nothing_is_sent_before_the_commit(live_app: Flask, waiting: Callable[[], int]) -> None:
    with transaction() as session:
        enqueue(session, "trial.note", "read")
        assert waiting() == 0

    assert waiting() == 1


def test_nothing_is_sent_when_the_transaction_fails(live_app: Flask, waiting: Callable[[], int]) -> None:
    with pytest.raises(ZeroDivisionError), transaction() as session:
        enqueue(session, "trial.note", "read")
        raise ZeroDivisionError

    assert waiting() == 0


def test_a_task_asked_for_twice_is_sent_once(live_app: Flask, waiting: Callable[[], int]) -> None:
    with transaction() as session:
        enqueue(session, "trial.note", 1)
        enqueue(session, "trial.note", 1)
        enqueue(session, "trial.note", 2)

    assert waiting() == 2


def test_a_broker_that_is_away_does_not_fail_the_request(
    live_settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = create_app(replace(live_settings, broker_url=f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0"))
    forget_connections()
    with away.app_context(), caplog.at_level(logging.WARNING), new_session(engine_of(away)) as session:
        enqueue(session, "trial.note", 1)
        session.commit()
    engine_of(away).dispose()

    assert "trial.note(1,) not sent, left to the reconciler" in caplog.text


def test_each_room_registered_its_tasks_with_a_queue(app: Flask, session: Session) -> None:
    own = [name for name in celery.tasks if not name.startswith("celery.")]

    assert own
    queues = {"reading", "indexing", "delivery"}
    assert {name: celery.conf.task_routes[name]["queue"] in queues for name in own} == dict.fromkeys(own, True)
    assert {each["task"] for each in celery.conf.beat_schedule.values()} <= set(own)


@pytest.fixture
def waiting(embedded: tuple[Settings, Kept]) -> Callable[[], int]:
    """How many tasks wait to be read."""

    def count() -> int:
        with closing(valkey.client(embedded[1])) as client:
            return int(client.llen("reading"))  # type: ignore[arg-type]

    return count
