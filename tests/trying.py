"""What tests with real processes share: workers that know the trial tasks, and patience with a limit."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from lrc.celery import READING
from lrc.config import Settings
from lrc.stack import programs
from lrc.stack.supervisor import Supervisor
from tests.services import environment, supervised

_HOUSE = Path(__file__).resolve().parent.parent


@contextmanager
def trial_workers(settings: Settings, *queues: str) -> Iterator[Supervisor]:
    """The centre's workers of these queues (of READING where none is named), who know tests.trial_tasks besides."""
    inside = environment(settings) | {"PYTHONPATH": str(_HOUSE)}
    usual = [each for each in programs.workers(settings, inside, ()) if each.name in (queues or {READING})]
    ours = [replace(each, command=tuple(_with_trials(word) for word in each.command)) for each in usual]
    with supervised(settings.data / "logs", *ours) as supervisor:
        yield supervisor


def _with_trials(word: str) -> str:
    return "--app=tests.trial_tasks:celery" if word.startswith("--app=") else word


def eventually(is_so: Callable[[], bool], *, within_s: float = 20, doing: Callable[[], object] = lambda: None) -> None:
    """Wait until it is so, ``doing`` something meanwhile (a supervisor's tick); fails after ``within_s``."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"not so after {within_s} s"
        doing()
        time.sleep(0.05)


def kill_and_have_back(supervisor: Supervisor, name: str) -> None:
    """Kill a child with no warning and wait until the supervisor has another in its place."""
    before = supervisor.pids()[name]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: supervisor.pids()[name] != before, doing=supervisor.tick)
    eventually(supervisor.all_ready, within_s=60, doing=supervisor.tick)


def lines(settings: Settings, name: str) -> list[str]:
    file = settings.data / name
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
