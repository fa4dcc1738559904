"""Several processes index at once, and some are killed: nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.indextasks import bring_index_up_to_date
from lrc.app import create_app
from lrc.config import Settings, from_environment
from search.engine import Index, IndexBusy, current_index
from search.whoosh_index import layout
from search.whoosh_index.index import WhooshIndex
from tests.catalog import shelves
from tests.catalog.meddling import Meddled, lag, wipe
from tests.starting import Started
from tests.trying import eventually

WAYS: dict[str, Callable[[Index], object]] = {
    "what waits": partial(indexing.bring_up_to_date, batch=250),
    "everything": indexing.rebuild,
}


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


@pytest.mark.parametrize("what", WAYS)
def test_a_process_killed_while_it_indexes_leaves_work_that_is_done_again(
    app: Flask, session: Session, settings: Settings, what: str
) -> None:
    count = 2000
    for number in range(count):
        shelves.resource(session, f"Quinua {number}", description="La quinua crece en los Andes del Perú. " * 10)
    session.commit()

    for delay_s in (0.05, 0.2):
        process = start_indexing(settings, what)
        eventually(lambda at_work=process: at_work.said().startswith("begun\n"))  # type: ignore[misc]
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.returncode == -signal.SIGKILL  # it was killed before the end

    indexing.bring_up_to_date(current_index())
    assert lag() == 0
    assert current_index().count() == count
    assert len(shelves.titles(current_index(), "quinua")) == 1000  # as many as were asked for


def index_in(what: list[str]) -> None:
    """Say that it begins, and index."""
    with create_app(from_environment()).app_context():
        os.write(1, b"begun\n")
        WAYS[what[0]](current_index())


def start_indexing(settings: Settings, what: str) -> Started:
    """Another process that indexes."""
    variables = {"MODE": "test", "DATA": settings.data, "DATABASE_URL": settings.database_url, "SECRET_KEY": "x" * 40}
    return Started(index_in, [what], {**os.environ, **{f"LRC_{name}": str(value) for name, value in variables.items()}})
