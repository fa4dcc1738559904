"""Several processes index at once, and some are killed: nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.indextasks import bring_index_up_to_date
from lrc.config import Settings
from search.engine import IndexBusy, current_index
from search.whoosh_index import layout
from search.whoosh_index.index import WhooshIndex
from tests.catalog import shelves
from tests.catalog.meddling import Meddled, lag, wipe

ROOT = Path(__file__).resolve().parents[2]


def test_two_who_find_no_index_make_it_once(session: Session, settings: Settings, meddled: Meddled) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    indexing.bring_up_to_date(meddled)
    wipe(settings.index_path)
    faster = WhooshIndex(settings.index_path)
    meddled.before = lambda: indexing.ensure_usable(faster)

    indexing.ensure_usable(meddled)
    made_by_the_faster = (settings.index_path / layout.POINTER).read_text()

    assert shelves.titles(meddled, "quinua") == ["Quinua"]
    meddled.before = lambda: None
    indexing.ensure_usable(meddled)
    assert (settings.index_path / layout.POINTER).read_text() == made_by_the_faster


def test_who_finds_the_index_busy_leaves_it_to_the_writer(app: Flask, session: Session, settings: Settings) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    app.extensions["lrc_index"] = index = WhooshIndex(settings.index_path, lock_wait_s=0.1)
    with layout.writing(settings.index_path, 1):
        bring_index_up_to_date()
        with pytest.raises(IndexBusy):
            indexing.bring_up_to_date(index)
    assert lag() == 1

    bring_index_up_to_date()
    assert lag() == 0


def test_two_writers_at_once_lose_nothing(app: Flask, session: Session, settings: Settings) -> None:
    for number in range(300):
        shelves.resource(session, f"Quinua {number}")
    session.commit()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                indexing.bring_up_to_date(WhooshIndex(settings.index_path), batch=20)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert lag() == 0
    assert current_index().count() == 300


@pytest.mark.parametrize("what", ["bring_up_to_date(current_index(), batch=250)", "rebuild(current_index())"])
def test_a_process_killed_while_it_indexes_leaves_work_that_is_done_again(
    app: Flask, session: Session, settings: Settings, what: str
) -> None:
    count = 3000
    for number in range(count):
        shelves.resource(session, f"Quinua {number}", description="La quinua crece en los Andes del Perú. " * 10)
    session.commit()

    for delay_s in (0.05, 0.2):
        process = start_indexing(settings, what)
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        time.sleep(delay_s)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL  # it was killed before the end
        process.stdout.close()

    indexing.bring_up_to_date(current_index())
    assert lag() == 0
    assert current_index().count() == count
    assert len(shelves.titles(current_index(), "quinua")) == 1000  # as many as were asked for


def start_indexing(settings: Settings, what: str) -> subprocess.Popen[bytes]:
    """Another process that indexes, and says when it has begun to."""
    code = f"""
from lrc.app import create_app
from lrc.config import from_environment
from catalog.indexing import bring_up_to_date, rebuild
from search.engine import current_index
with create_app(from_environment()).app_context():
    print("begun", flush=True)
    {what}
"""
    variables = {"MODE": "test", "DATA": settings.data, "DATABASE_URL": settings.database_url, "SECRET_KEY": "x" * 40}
    environ = {**os.environ, **{f"LRC_{name}": str(value) for name, value in variables.items()}}
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environ, stdout=subprocess.PIPE)
