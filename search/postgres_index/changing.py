"""Changing the index: write, merge, rebuild; one writer at a time, each change one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice

from sqlalchemy import Engine

from search.documents import Document
from search.postgres_index import layout
from search.postgres_index.channel import Channel, alone
from search.postgres_index.writing import Filling

_TIDIED = ("documents", "units", "words", "names")
_TAKEN_AT_ONCE = 500
"""Documents a transaction where many are taken in: others write between them, and are to wait less than a second."""
_FEWEST_STALE = 200
_STALE_SHARE = 0.1
_MANY_NEW = 0.2
"""Share of new documents in an index after which the planner's statistics are of another one."""


def write(engine: Engine, lock_wait_s: float, documents: Iterable[Document], deleted: Iterable[str]) -> None:
    """Add, replace and delete in one transaction; makes the index where there is none yet."""
    with layout.writing(engine, lock_wait_s) as channel:
        _write(channel, documents, deleted)


def _write(channel: Channel, documents: Iterable[Document], deleted: Iterable[str]) -> None:
    if not layout.exists(channel):
        _fill_new(channel, documents)
        return
    live = layout.live(channel)
    before = live.documents
    filling = Filling(live)
    filling.delete(deleted)
    filling.add(documents)
    filling.finish()
    if live.documents > (1 + _MANY_NEW) * before:
        layout.analyse(channel)


def take_in(
    engine: Engine,
    lock_wait_s: float,
    documents: Iterable[Document],
    outdated: Callable[[Sequence[str]], Collection[str]],
) -> bool:
    """Add or replace many, some in each transaction; those who wait for the lock come in their order."""
    remaining = iter(documents)
    while some := list(islice(remaining, _TAKEN_AT_ONCE)):
        with layout.writing(engine, lock_wait_s) as channel:
            dropped = set(outdated([each.id for each in some]))
            _write(channel, [each for each in some if each.id not in dropped], ())
    return True


def rebuild(engine: Engine, lock_wait_s: float, documents: Iterable[Document]) -> None:
    """Fill a new generation beside the live one, put it in its place, and drop the others."""
    with layout.filling(engine, lock_wait_s), layout.writing(engine, lock_wait_s) as channel:
        _fill_new(channel, documents)
    layout.drop_others(engine)


def _fill_new(channel: Channel, documents: Iterable[Document]) -> None:
    filling = Filling(layout.create(channel))
    filling.add(documents)
    layout.complete(channel)
    filling.finish()


def merge(engine: Engine, lock_wait_s: float) -> bool:
    """Take out what many changes leave behind, and generations that nobody reads any more."""
    with layout.writing(engine, lock_wait_s) as channel:
        if not layout.exists(channel):
            return False
        live = layout.live(channel)
        is_much = live.stale > max(_FEWEST_STALE, _STALE_SHARE * live.documents)
        if is_much:
            channel.run("DELETE FROM words WHERE count <= 0")
            channel.run("DELETE FROM names WHERE count <= 0")
            live.stale = 0
            live.save()
    if is_much:
        tables = ", ".join(f"lrc_index_{live.number}.{table}" for table in _TIDIED)
        with alone(engine) as channel:
            channel.run(f"VACUUM (ANALYZE) {tables}")
    layout.drop_others(engine)
    return is_much
