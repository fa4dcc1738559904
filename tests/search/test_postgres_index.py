"""What the index in PostgreSQL promises beside what every index does: several machines, lost connections, damage."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from lrc.db import make_engine
from search.documents import Document
from search.errors import IndexBusy, IndexMissing, IndexUnavailable
from search.postgres_index import layout, suggesting
from search.postgres_index.index import PostgresIndex
from search.postgres_index.layout import Live
from tests.search.beside import EVERYONE, numbered, totals_beside
from tests.search.conftest import MakeIndex
from tests.search.test_index import document, find, ids
from tests.starting import FORKS

pytestmark = pytest.mark.postgresql


@pytest.fixture
def index(make_index: MakeIndex, index_engine: Engine) -> PostgresIndex:
    return PostgresIndex(index_engine, lock_wait_s=0.5)


def change(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def generations(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.scalars(text(r"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'lrc\_index\_%'")))


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def state(index: PostgresIndex) -> int:
    return index._read(lambda live: live.state)


def write_forever(url: str) -> None:
    """Another machine: it replaces the same hundred documents, one commit after another."""
    index = PostgresIndex(make_engine(url))
    while True:
        index.write(numbered(0, 100))


def write_range(url: str, first: int) -> None:
    index = PostgresIndex(make_engine(url))
    for n in range(first, first + 5):
        index.write(numbered(n, n + 1))


@pytest.mark.parametrize("version", ["0.0", "99.1"])
def test_an_index_of_another_version_says_so_and_can_be_rebuilt(
    index: PostgresIndex, index_engine: Engine, version: str
) -> None:
    index.write([document(1, "Trigo")])
    change(index_engine, f"UPDATE lrc_index.pointer SET version = '{version}'")
    for using in (index.count, lambda: find(index, "trigo"), index.write, index.merge):
        with pytest.raises(IndexUnavailable) as refused:
            using()
        assert not isinstance(refused.value, IndexMissing)
        assert "lrc reindex" in refused.value.detail
    index.rebuild([document(1, "Trigo")])
    assert index.count() == 1


@pytest.mark.parametrize("table", ["units", "documents", "words"])
def test_an_index_without_one_of_its_tables_says_so_instead_of_finding_nothing(
    index: PostgresIndex, index_engine: Engine, table: str
) -> None:
    index.write([document(1, "Trigo")])
    change(index_engine, f"DROP TABLE {generations(index_engine)[0]}.{table}")
    with pytest.raises(IndexUnavailable) as refused:
        find(index, "trigo")
    assert not isinstance(refused.value, IndexMissing)
    index.rebuild([document(1, "Trigo")])
    assert ids(find(index, "trigo")) == ["r1"]


def test_a_writer_killed_at_any_moment_leaves_nothing_half_written(index: PostgresIndex, index_engine: Engine) -> None:
    index.write(numbered(0, 100))
    for pause_s in (0.02, 0.1, 0.2):
        writer = FORKS.Process(target=write_forever, args=(address(index_engine),))
        writer.start()
        before = state(index)
        while state(index) == before:  # until it is at work
            time.sleep(0.005)
        time.sleep(pause_s)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        assert index.count() == find(index, "trigo").total == 100
    PostgresIndex(index_engine, lock_wait_s=20).write(numbered(100, 101))  # the lock fell with its holder
    assert index.count() == 101


def test_machines_take_turns_in_writing(index: PostgresIndex, index_engine: Engine) -> None:
    writers = [FORKS.Process(target=write_range, args=(address(index_engine), first)) for first in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert index.count() == 10


def test_a_writer_that_loses_its_connection_says_so_and_changes_nothing(
    index: PostgresIndex, index_engine: Engine
) -> None:
    index.write([document(1, "Trigo")])

    def losing() -> Iterator[Document]:
        yield document(1, "Cebada")
        end_writer(index_engine)

    with pytest.raises(IndexUnavailable) as refused:
        index.write(losing(), deleted=["1"])
    assert not isinstance(refused.value, IndexBusy)
    assert ids(find(index, "trigo")) == ["r1"]
    index.write([document(2, "Cebada")])
    assert index.count() == 2


def end_writer(engine: Engine) -> None:
    """End the connection that holds the writers' lock."""
    holding = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
    with engine.connect() as connection:
        assert connection.scalars(text(holding)).all() == [True]


def test_a_search_that_loses_its_connection_says_so_in_words(index: PostgresIndex, index_engine: Engine) -> None:
    index.write([document(1, "Trigo")])

    def losing(live: Live) -> object:
        ((process,),) = live.channel.rows("SELECT pg_backend_pid()")
        with index_engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
        return live.channel.rows("SELECT count(*) FROM documents")

    with pytest.raises(IndexUnavailable) as refused:
        index._read(losing)
    assert "no se puede leer" in str(refused.value.message)
    assert ids(find(index, "trigo")) == ["r1"]


def test_a_database_that_is_not_there_says_so_in_words() -> None:
    nowhere = make_engine("postgresql://lrc@127.0.0.1:9/nothing")
    for using in (PostgresIndex(nowhere).count, PostgresIndex(nowhere).write):
        with pytest.raises(IndexUnavailable):
            using()
    nowhere.dispose()


@pytest.mark.parametrize("change", ["write", "rebuild"])
def test_searches_beside_a_writer_see_whole_commits_and_never_fail(index: PostgresIndex, change: str) -> None:
    index.write(numbered(0, 20))

    def writing() -> None:
        for _ in range(5):
            getattr(index, change)(numbered(0, 20))

    assert totals_beside(index, 3, writing) == {20}


def test_a_generation_that_somebody_still_reads_is_dropped_later(index: PostgresIndex, index_engine: Engine) -> None:
    index.write([document(1, "Trigo")])

    def reading(live: Live) -> object:
        live.channel.rows("SELECT FROM documents")
        index.rebuild([document(1, "Cebada")])
        assert len(generations(index_engine)) == 2
        return live.channel.rows("SELECT title FROM documents")[0][0]

    assert index._read(reading) == "Trigo"
    index.merge()
    assert generations(index_engine) == ["lrc_index_2"]


def test_what_many_changes_leave_is_tidied(index: PostgresIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.postgres_index.changing._FEWEST_STALE", 2)
    for _ in range(4):
        index.write([document(1, "Trigo"), document(2, "Cebada")])
    assert index.merge() is True
    assert index.merge() is False
    assert ids(find(index, "trigo")) == ["r1"]


def test_a_long_text_is_found_to_its_end(index: PostgresIndex) -> None:
    """A tsvector holds fewer words than a long text may have."""
    index.write([document(1, "Largo", description="surco " * 30_000 + "alfalfa")])
    (hit,) = find(index, "alfalfa").hits
    assert (hit.record_id, hit.page) == ("r1", None)


def test_statistics_are_of_the_live_generation(index: PostgresIndex) -> None:
    index.write([document(1, "Trigo")])
    told = index.statistics()
    assert (told.engine, told.version, told.documents, told.units) == ("postgresql", layout.VERSION, 1, 1)
    assert told.size_bytes > 0


def test_whether_a_search_of_others_has_an_answer_is_read_from_the_index_of_words(index: PostgresIndex) -> None:
    index.rebuild(Document(str(n), f"r{n}", f"Trigo {n}", description="surco y riego") for n in range(1000))

    def plan(live: Live) -> str:
        given = {"queries": ["'trigo'", "'ausente'"], "audiences": [1]}
        return "\n".join(row[0] for row in live.channel.rows("EXPLAIN " + suggesting._HELD_TOGETHER, **given))

    assert "units_vector_idx" in index._read(plan)
    assert list(index.answers(["trigo ausente", "trigo surco"], EVERYONE)) == [False, True]
