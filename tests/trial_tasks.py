"""Tasks that only tests know, for a real worker to run: celery --app tests.trial_tasks:celery worker"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from flask import current_app

from lrc.celery import INDEXING, READING, task
from lrc.worker import celery

__all__ = ["celery"]


def _write(name: str, text: str) -> None:
    with (Path(current_app.config["LRC_SETTINGS"].data) / name).open("a", encoding="utf-8") as file:
        file.write(text + "\n")


@task("trial.note", queue=READING)
def note(text: str) -> None:
    _write("notes", text)


@task("trial.note_index", queue=INDEXING)
def note_index(text: str) -> None:
    _write("index-notes", text)


@task("trial.slow", queue=READING)
def slow(seconds: float) -> None:
    _write("notes", "begun")
    time.sleep(seconds)
    _write("notes", "done")


@task("trial.die_once", queue=READING)
def die_once() -> None:
    begun_before = (Path(current_app.config["LRC_SETTINGS"].data) / "notes").exists()
    _write("notes", "done" if begun_before else "begun")
    if not begun_before:
        os.kill(os.getpid(), signal.SIGKILL)
