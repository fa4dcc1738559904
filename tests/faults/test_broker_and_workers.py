"""Broker and workers killed on purpose: nobody's request fails, no task is lost, work goes on by itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest
from flask import Flask

from lrc.app import create_app
from lrc.celery import enqueue
from lrc.config import Settings
from lrc.db import engine_of, transaction
from lrc.stack import valkey
from lrc.stack.kept import Kept
from lrc.stack.supervisor import Supervisor
from tests.services import forget_connections, supervised
from tests.trying import eventually, kill_and_have_back, lines, trial_workers


@pytest.fixture
def own_broker(settings: Settings, embedded: tuple[Settings, Kept]) -> Iterator[Supervisor]:
    """A broker of this test's own, to be killed."""
    state = replace(embedded[1], sockets=str(settings.data))
    with supervised(settings.data / "logs", valkey.program(settings.data, state)) as supervisor:
        yield supervisor


@pytest.fixture
def own_settings(settings: Settings, embedded: tuple[Settings, Kept]) -> Settings:
    return replace(settings, broker_url=valkey.url(replace(embedded[1], sockets=str(settings.data))))


@pytest.fixture
def own_app(own_settings: Settings) -> Iterator[Flask]:
    app = create_app(own_settings)
    forget_connections()
    with app.app_context():
        yield app
    forget_connections()
    engine_of(app).dispose()


def send(name: str, *args: object) -> None:
    with transaction() as session:
        enqueue(session, name, *args)


def test_tasks_that_wait_survive_a_killed_broker(
    own_broker: Supervisor, own_settings: Settings, own_app: Flask
) -> None:
    for number in range(20):
        send("trial.note", str(number))

    kill_and_have_back(own_broker, "broker")

    with trial_workers(own_settings):
        eventually(lambda: sorted(map(int, lines(own_settings, "notes"))) == list(range(20)))


def test_workers_and_senders_find_a_broker_that_came_back(
    own_broker: Supervisor, own_settings: Settings, own_app: Flask
) -> None:
    with trial_workers(own_settings):
        send("trial.note", "before")
        eventually(lambda: lines(own_settings, "notes") == ["before"])

        for number in range(3):
            kill_and_have_back(own_broker, "broker")
            send("trial.note", f"after {number}")
            eventually(lambda wanted=f"after {number}": wanted in lines(own_settings, "notes"))  # type: ignore[misc]


def test_a_broker_that_hangs_holds_nobody_for_long(
    own_broker: Supervisor, own_settings: Settings, own_app: Flask
) -> None:
    send("trial.note", "connected")
    pid = own_broker.pids()["broker"]
    os.kill(pid, signal.SIGSTOP)
    try:
        began_at = time.monotonic()
        send("trial.note", "lost to the reconciler")
        assert time.monotonic() - began_at < 12
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_task_whose_process_was_killed_runs_again(live_app: Flask, live_settings: Settings) -> None:
    with trial_workers(live_settings):
        send("trial.die_once")

        eventually(lambda: lines(live_settings, "notes") == ["begun", "done"])


def test_a_task_broken_off_by_the_end_runs_again_after_the_next_start(live_app: Flask, live_settings: Settings) -> None:
    with trial_workers(live_settings):
        send("trial.slow", 30)
        eventually(lambda: lines(live_settings, "notes") == ["begun"])
        began_to_end_at = time.monotonic()
    assert time.monotonic() - began_to_end_at < 10

    with trial_workers(live_settings):
        eventually(lambda: lines(live_settings, "notes") == ["begun", "begun"])


def test_a_worker_killed_whole_is_started_again_and_leaves_no_process(live_app: Flask, live_settings: Settings) -> None:
    with trial_workers(live_settings) as supervisor:
        before = psutil.Process(supervisor.pids()["reading"])
        family = [before, *before.children(recursive=True)]

        kill_and_have_back(supervisor, "reading")

        assert not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in family)
        send("trial.note", "alive")
        eventually(lambda: lines(live_settings, "notes") == ["alive"])
