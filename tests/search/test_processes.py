"""Several processes and threads on one index, and writers that are killed."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from search.documents import Query
from search.whoosh_index.index import WhooshIndex
from tests.search.beside import EVERYONE, numbered, totals_beside
from tests.starting import FORKS


def write_forever(folder: Path) -> None:
    """Keep writing the same hundred documents, one commit after another."""
    index = WhooshIndex(folder)
    while True:
        index.write(numbered(0, 100))


def write_range(folder: Path, first: int) -> None:
    index = WhooshIndex(folder)
    for n in range(first, first + 5):
        index.write(numbered(n, n + 1))


def test_a_writer_killed_at_any_moment_leaves_the_index_whole(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path, lock_wait_s=20)
    index.write(numbered(0, 100))
    for pause_s in (0.02, 0.06, 0.11):
        writer = FORKS.Process(target=write_forever, args=(tmp_path,))
        writer.start()
        before = _commit(tmp_path)
        while _commit(tmp_path) == before:  # until it is at work
            time.sleep(0.005)
        time.sleep(pause_s)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        fresh = WhooshIndex(tmp_path)
        assert fresh.count() == fresh.search(Query("trigo", EVERYONE)).total == 100
    index.write(numbered(100, 101))  # the lock fell with its holder
    assert index.count() == 101
    live = {path.name.split(".")[0] for path in tmp_path.glob("g*/MAIN_*")}
    assert len(live) == len(index._current().segments)  # what the dead left behind is gone


def _commit(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("g*/*.toc"))


def test_writers_of_several_processes_take_turns(tmp_path: Path) -> None:
    writers = [FORKS.Process(target=write_range, args=(tmp_path, first)) for first in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert WhooshIndex(tmp_path).count() == 10


@pytest.mark.parametrize("change", ["write", "rebuild"])
def test_threads_that_search_beside_a_writer_see_whole_commits(tmp_path: Path, change: str) -> None:
    index = WhooshIndex(tmp_path)
    index.write(numbered(0, 20))
    writer = WhooshIndex(tmp_path)

    def writing() -> None:
        for _ in range(8):
            getattr(writer, change)(numbered(0, 20))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        assert totals_beside(index, 4, writing) == {20}
    finally:
        sys.setswitchinterval(before)
