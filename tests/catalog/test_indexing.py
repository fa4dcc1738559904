"""The index follows the database, whatever happens on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.indextasks import bring_index_up_to_date
from catalog.models import Resource, ResourceState
from lrc.celery import INDEXING, celery
from lrc.config import Settings
from lrc.db import engine_of, new_session, transaction
from search.documents import Document
from search.engine import Index, IndexBusy, IndexMissing, IndexUnavailable, current_index
from search.whoosh_index import layout
from search.whoosh_index.index import WhooshIndex
from tests.catalog import shelves

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def index(app: Flask) -> Index:
    return current_index()


class Meddled(WhooshIndex):
    """The real index, beside which something happens just before, and just after, something is written to it."""

    before: Callable[[], object] = staticmethod(lambda: None)
    after: Callable[[], object] = staticmethod(lambda: None)

    def write(self, documents: Iterable[Document] = (), deleted: Iterable[str] = ()) -> None:
        self.before()
        super().write(documents, deleted)
        self.after()

    def rebuild(self, documents: Iterable[Document]) -> None:
        self.before()
        super().rebuild(documents)
        self.after()


@pytest.fixture
def meddled(settings: Settings, app: Flask) -> Meddled:
    return Meddled(settings.index_path)


def in_another_session(app: Flask, session: Session, change: Callable[[Session, Resource], None], id_: int) -> None:
    """Change a resource as another process would."""
    with new_session(engine_of(app), writing=True) as other:
        found = other.get_one(Resource, id_)
        change(other, found)
        indexing.changed(other, found)
        other.commit()


def rename(title: str) -> Callable[[Session, Resource], None]:
    def change(_session: Session, resource: Resource) -> None:
        resource.title = title

    return change


def withdraw(_session: Session, resource: Resource) -> None:
    resource.state = ResourceState.WITHDRAWN


def lag() -> int:
    with transaction(writing=False) as session:
        return indexing.lag(session)


def test_what_is_published_is_found_and_what_is_not_is_not(session: Session, index: Index) -> None:
    for state in ResourceState:
        shelves.resource(session, f"Quinua {state}", state)
    session.commit()

    assert indexing.bring_up_to_date(index) == len(ResourceState)

    assert shelves.titles(index, "quinua") == ["Quinua published"]
    assert lag() == 0


def test_the_pages_of_a_file_are_found(session: Session, index: Index) -> None:
    shelves.file(session, shelves.resource(session, "Agronomía"), ["La papa nativa", "El olluco"])
    session.commit()

    indexing.bring_up_to_date(index)

    assert shelves.titles(index, "olluco") == ["Agronomía"]


def test_nothing_is_written_where_nothing_changed(session: Session, meddled: Meddled) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    indexing.bring_up_to_date(meddled)
    writes: list[str] = []
    meddled.before = lambda: writes.append("written")

    assert indexing.bring_up_to_date(meddled) == 0

    assert writes == []


def test_a_change_replaces_what_was_found(app: Flask, session: Session, index: Index) -> None:
    made = shelves.resource(session, "Quinua")
    session.commit()
    indexing.bring_up_to_date(index)

    in_another_session(app, session, rename("Kiwicha"), made.id)
    assert indexing.bring_up_to_date(index) == 1

    assert shelves.titles(index, "quinua") == []
    assert shelves.titles(index, "kiwicha") == ["Kiwicha"]


def test_what_is_withdrawn_is_no_longer_found(app: Flask, session: Session, index: Index) -> None:
    made = shelves.resource(session, "Quinua")
    session.commit()
    indexing.bring_up_to_date(index)

    in_another_session(app, session, withdraw, made.id)
    indexing.bring_up_to_date(index)

    assert shelves.titles(index, "quinua") == []
    assert index.count() == 0


def test_many_are_written_in_batches(session: Session, meddled: Meddled) -> None:
    for number in range(7):
        shelves.resource(session, f"Quinua {number}", ResourceState.PUBLISHED if number % 2 else ResourceState.DRAFT)
    session.commit()
    lags: list[int] = []
    meddled.after = lambda: lags.append(lag())
    told: list[int] = []

    assert indexing.bring_up_to_date(meddled, batch=2, progress=told.append) == 7

    assert lags[0] == 7  # the new, empty index
    assert len(lags) == 5
    assert sum(told) == meddled.count() == 3


def test_every_change_counts_one_even_where_two_come_at_the_same_time(app: Flask, session: Session) -> None:
    made = shelves.resource(session, "Quinua")
    session.commit()

    in_another_session(app, session, rename("Kiwicha"), made.id)
    assert made.revision == 1  # as it was read before the other's change
    indexing.changed(session, made)
    session.commit()
    session.refresh(made)

    assert made.revision == 3


def test_a_new_resource_may_be_told_as_changed_before_it_is_stored(session: Session, index: Index) -> None:
    made = Resource(record_id="t:1", title="Quinua", state=ResourceState.PUBLISHED)
    session.add(made)
    indexing.changed(session, made)
    session.commit()

    assert indexing.bring_up_to_date(index) == 1
    assert shelves.titles(index, "quinua") == ["Quinua"]


def sent() -> list[str]:
    """Takes out of the queue what was sent to it."""
    found = []
    with celery.connection_for_read() as connection:
        queue = connection.SimpleQueue(INDEXING)
        while queue.qsize():
            message = queue.get(block=False)
            found.append(message.headers["task"])
            message.ack()
        queue.close()
    return found


def test_the_task_is_sent_once_after_the_commit(session: Session) -> None:
    first, second = shelves.resource(session, "Quinua"), shelves.resource(session, "Kiwicha")
    session.commit()
    sent()

    indexing.changed(session, first)
    indexing.changed(session, second)
    indexing.changed(session, first)
    assert sent() == []
    session.commit()
    assert sent() == ["catalog.bring_index_up_to_date"]

    indexing.changed(session, first)
    session.rollback()
    indexing.changed(session, first)
    session.commit()
    assert sent() == ["catalog.bring_index_up_to_date"]


def test_what_was_never_sent_is_found_by_the_reconciler(session: Session, index: Index) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    sent()

    indexing.reconcile(session)
    session.commit()
    assert sent() == ["catalog.bring_index_up_to_date"]

    bring_index_up_to_date()
    assert shelves.titles(index, "quinua") == ["Quinua"]
    indexing.reconcile(session)
    session.commit()
    assert sent() == []


def test_an_index_that_cannot_be_used_is_seen_by_the_reconciler_though_nothing_lags(
    session: Session, settings: Settings
) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    bring_index_up_to_date()
    garble(settings.index_path)
    sent()

    indexing.reconcile(session)
    session.commit()

    assert sent() == ["catalog.bring_index_up_to_date"]
    bring_index_up_to_date()
    assert shelves.titles(current_index(), "quinua") == ["Quinua"]


def test_what_changes_while_the_index_is_written_is_written_again(
    app: Flask, session: Session, meddled: Meddled
) -> None:
    made = shelves.resource(session, "Quinua")
    session.commit()
    indexing.ensure_usable(meddled)
    news = iter([rename("Kiwicha"), withdraw])
    meddled.after = lambda: in_another_session(app, session, change, made.id) if (change := next(news, None)) else None

    assert indexing.bring_up_to_date(meddled) == 3

    assert meddled.count() == 0
    assert lag() == 0


def test_writing_before_the_database_is_told_may_be_cut_off(session: Session, meddled: Meddled) -> None:
    shelves.resource(session, "Quinua")
    shelves.resource(session, "Quinua roja", ResourceState.WITHDRAWN)
    session.commit()
    indexing.ensure_usable(meddled)

    def die() -> None:
        raise KeyboardInterrupt

    meddled.after = die
    with pytest.raises(KeyboardInterrupt):
        indexing.bring_up_to_date(meddled)
    assert lag() == 2
    meddled.after = lambda: None

    assert indexing.bring_up_to_date(meddled) == 2
    assert shelves.titles(meddled, "quinua") == ["Quinua"]


def wipe(folder: Path) -> None:
    shutil.rmtree(folder)


def garble(folder: Path) -> None:
    (folder / layout.POINTER).write_bytes(b"\0not an index")


def garble_files(folder: Path) -> None:
    for path in folder.glob("g*/*"):
        if path.is_file():
            path.write_bytes(b"\0\1garbage")


def age(folder: Path) -> None:
    pointer = json.loads((folder / layout.POINTER).read_text())
    (folder / layout.POINTER).write_text(json.dumps({**pointer, "version": "0.0"}))


@pytest.mark.parametrize(
    ("harm", "error"),
    [(wipe, IndexMissing), (garble, IndexUnavailable), (garble_files, IndexUnavailable), (age, IndexUnavailable)],
)
def test_an_index_that_cannot_be_used_says_so_and_is_made_anew(
    session: Session,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Path], None],
    error: type[IndexUnavailable],
) -> None:
    for number in range(3):
        shelves.resource(session, f"Quinua {number}")
    session.commit()
    indexing.bring_up_to_date(WhooshIndex(settings.index_path))
    harm(settings.index_path)
    index = WhooshIndex(settings.index_path)
    with pytest.raises(error):
        index.count()
    caplog.clear()

    bring_index_up_to_date()

    assert len(shelves.titles(index, "quinua")) == 3
    assert "made anew" in caplog.text
    assert lag() == 0


def test_a_reindex_puts_everything_right(app: Flask, session: Session, index: Index) -> None:
    made = shelves.resource(session, "Quinua")
    shelves.resource(session, "Quinua retirada", ResourceState.WITHDRAWN)
    session.commit()
    index.write([Document(id="999", record_id="x", title="Quinua que nadie tiene")])
    with transaction() as other:
        other.execute(update(Resource).values(indexed_revision=Resource.revision))  # so the database believes

    indexing.rebuild(index)

    assert shelves.titles(index, "quinua") == ["Quinua"]
    assert lag() == 0
    assert made.id


def test_what_changes_during_a_reindex_is_taken_in(app: Flask, session: Session, meddled: Meddled) -> None:
    renamed, withdrawn = shelves.resource(session, "Quinua"), shelves.resource(session, "Quinua roja")
    session.commit()
    indexing.bring_up_to_date(meddled)
    added: list[Resource] = []

    def meanwhile(_done: int) -> None:
        if not added:
            in_another_session(app, session, rename("Quinua blanca"), renamed.id)
            in_another_session(app, session, withdraw, withdrawn.id)
            added.append(shelves.resource(session, "Quinua negra"))
            session.commit()

    indexing.rebuild(meddled, progress=meanwhile)

    assert shelves.titles(meddled, "quinua") == ["Quinua blanca", "Quinua negra"]
    assert lag() == 0


def test_a_reindex_cut_off_leaves_the_present_index(session: Session, index: Index) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    indexing.bring_up_to_date(index)

    def die(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        indexing.rebuild(index, progress=die)

    assert shelves.titles(index, "quinua") == ["Quinua"]
    indexing.rebuild(index)
    assert shelves.titles(index, "quinua") == ["Quinua"]


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

    bring_index_up_to_date()
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
