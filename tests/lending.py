"""Connections to PostgreSQL that outlive their engine: what a new one costs the server is most of a small test."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

_MOST_KEPT = 4
"""Of a database, however many were open at once."""

# DISCARD ALL but for the plans: PostgreSQL makes these anew by itself where a table is no longer the same.
_FORGET = """
    CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all();
    DISCARD TEMP; DISCARD SEQUENCES
"""

_Where = tuple[Any, ...]


class _Lent(psycopg.Connection[Any]):
    """Closing it keeps it for who next wants the same database in this process."""

    where: _Where = ()

    def close(self) -> None:
        kept = _kept[self.where]
        if self.closed or self.broken or len(kept) >= _MOST_KEPT:
            super().close()
            return
        if self.info.transaction_status != TransactionStatus.IDLE:
            self.rollback()
        kept.append(self)

    def end(self) -> None:
        super().close()

    def as_new(self, name: str) -> bool:
        """Forget settings, locks, temporary tables and what it listens to; False where the server ended it."""
        try:
            self.set_autocommit(True)
            self.execute(_FORGET)
            self.execute("SELECT set_config('application_name', %s, false)", [name])
            self.set_isolation_level(None)
            self.set_read_only(None)
            self.set_deferrable(None)
            self.set_autocommit(False)
        except psycopg.OperationalError:
            self.end()
            return False
        self._notice_handlers.clear()
        return True


_kept: dict[_Where, list[_Lent]] = defaultdict(list)


def connect(**wanted: Any) -> _Lent:
    """A connection as good as new. Each process has its own, and those to another address are others."""
    name = wanted.pop("application_name", "")
    # How each engine adapts types is the same, though an object of its own.
    where = (os.getpid(), *sorted(item for item in wanted.items() if item[0] != "context"))
    while _kept[where]:
        lent = _kept[where].pop()
        if lent.as_new(name):
            return lent
    made = _Lent.connect(**wanted, application_name=name)
    made.where = where
    return made


def lends(engine: Engine) -> None:
    """The engine's connections are lent ones."""
    event.listen(engine, "do_connect", lambda _dialect, _record, _words, wanted: connect(**wanted))


def idle(database: str) -> list[int]:
    """The server's processes of the connections that nobody has, which may stay."""
    return [each.info.backend_pid for kept in _of(database) for each in kept if not each.closed]


def end(database: str) -> None:
    """Before the database goes, or its server."""
    for kept in _of(database):
        while kept:
            kept.pop().end()


def _of(database: str) -> list[list[_Lent]]:
    return [kept for where, kept in _kept.items() if where[0] == os.getpid() and ("dbname", database) in where]
