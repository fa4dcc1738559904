"""The index when its writer is killed, its disk is full, or somebody deletes or cuts off its files while it is used."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from search.documents import Document, Page, Query
from search.errors import IndexUnavailable
from search.whoosh_index.index import WhooshIndex
from tests.starting import FORKS

EVERYONE = frozenset({"everyone"})
_ROOM = 300_000
"""Bytes that a file may have where the disk is as good as full."""


def numbered(first: int, last: int) -> Iterator[Document]:
    for n in range(first, last):
        yield Document(str(n), f"r{n}", f"Trigo {n}", pages=[Page(1, f"surco y riego {n} " * 20)])


def rebuild_forever(folder: Path) -> None:
    while True:
        WhooshIndex(folder).rebuild(numbered(0, 100))


def merge_forever(folder: Path) -> None:
    index = WhooshIndex(folder)
    while True:
        for first in range(0, 100, 20):
            index.write(numbered(first, first + 20))
        index.merge()


def take_in_forever(folder: Path) -> None:
    index = WhooshIndex(folder)
    with index.filling():
        while True:
            index.take_in(numbered(0, 100), lambda _: ())


@pytest.mark.parametrize("work", [rebuild_forever, merge_forever, take_in_forever])
def test_killed_while_it_works_beside_others_nothing_is_lost_or_left(
    tmp_path: Path, work: Callable[[Path], None]
) -> None:
    index = WhooshIndex(tmp_path, lock_wait_s=20)
    index.write(numbered(0, 100))
    before = seen(tmp_path)
    for pause_s in (0.0, 0.05):
        process = FORKS.Process(target=work, args=(tmp_path,))
        process.start()
        while seen(tmp_path) == before:  # until it is at work
            time.sleep(0.005)
        time.sleep(pause_s)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        before = seen(tmp_path)
        assert WhooshIndex(tmp_path).count() == index.search(Query("trigo", EVERYONE)).total == 100
    index.write(numbered(100, 101))
    index.merge()
    with index.filling():
        index.take_in(numbered(0, 100), lambda _: ())
    index.rebuild(numbered(0, 101))
    assert index.count() == 101
    (generation,) = tmp_path.glob("g*")
    named = {view.files.id for view in index._current().segments}
    assert {path.name.split(".")[0] for path in generation.iterdir() if path.suffix != ".toc"} == named


def seen(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


def write_with_little_room(folder: Path, told: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, _ROOM))
    index = WhooshIndex(folder)
    changes: list[Callable[[], object]] = [
        lambda: index.write(numbered(0, 3_000), deleted=["7"]),
        lambda: index.rebuild(numbered(0, 3_000)),
        index.merge,
    ]
    for change in changes:
        try:
            change()
        except IndexUnavailable as error:
            told.send(error.detail)
        else:
            told.send("")


def test_where_the_disk_is_full_it_says_so_and_stays_as_it_was(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    for first in range(0, 3_200, 800):  # each small enough, all together not
        index.write(numbered(first, first + 800))
    before = seen(tmp_path)
    ours, theirs = FORKS.Pipe()
    process = FORKS.Process(target=write_with_little_room, args=(tmp_path, theirs))
    process.start()
    process.join(60)
    details = [ours.recv() for _ in range(3)]
    assert all("no room" in detail and str(tmp_path) in detail for detail in details)
    assert seen(tmp_path) - {str(tmp_path / "merge.lock"), str(tmp_path / "fill.lock")} == before
    assert index.count() == WhooshIndex(tmp_path).count() == 3_200
    assert index.search(Query("7", EVERYONE)).total == 1
    assert index.merge()
    assert index.search(Query("trigo", EVERYONE)).total == 3_200


@pytest.mark.parametrize("ending", [".arrays", ".pst", ".places", "_stored.col", ".toc"])
@pytest.mark.parametrize("how", ["cut off", "deleted"])
def test_files_that_are_gone_while_they_are_open_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, how: str
) -> None:
    monkeypatch.setattr("search.whoosh_index.reading._LOOK_EVERY_S", 0.0)
    monkeypatch.setattr("search.whoosh_index.index._READ_PAUSE_S", 0.001)
    index = WhooshIndex(tmp_path)
    index.write(numbered(0, 10))
    assert index.count() == 10
    (path,) = (each for each in tmp_path.rglob("*") if each.name.endswith(ending))
    if how == "deleted":
        path.unlink()
    else:
        os.truncate(path, path.stat().st_size // 2)
    for _ in range(2):
        with pytest.raises(IndexUnavailable) as refused:
            index.search(Query("trigo", EVERYONE))
    assert str(tmp_path) in refused.value.detail
    with pytest.raises(IndexUnavailable):
        index.count()
    index.rebuild(numbered(0, 11))
    assert index.search(Query("trigo", EVERYONE)).total == 11


def test_a_folder_that_is_deleted_while_it_is_searched_and_written_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index = WhooshIndex(folder)
    index.write(numbered(0, 10))

    def vanishing() -> Iterator[Document]:
        yield from numbered(10, 15)
        shutil.rmtree(folder)
        yield from numbered(15, 20)

    with pytest.raises(IndexUnavailable):
        index.write(vanishing())
    with pytest.raises(IndexUnavailable):
        index.search(Query("trigo", EVERYONE))
    assert index.merge() is False
    index.rebuild(numbered(0, 20))
    assert index.search(Query("trigo", EVERYONE)).total == 20
