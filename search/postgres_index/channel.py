"""Statements of the index on one connection, whose failures are told as ours, and the transactions that they run in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast

import psycopg
from psycopg import errors
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, TimeoutError

from search.errors import IndexUnavailable

Row = Any
_LOST = (
    errors.OperationalError,  # the server is not there, ends the connection, or has no room
    errors.InterfaceError,
    errors.InternalError,
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.InvalidSchemaName,
    errors.InsufficientPrivilege,
    errors.ReadOnlySqlTransaction,  # a replica
)


class Gone(IndexUnavailable):
    """A table that was to be read is not there: its generation was dropped meanwhile, or somebody did away with it."""


class Busy(IndexUnavailable):
    """A lock was not to be had in time."""


class Channel:
    """One connection. Statements are constants; what they are given is bound, as psycopg does (``%(name)s``)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, statement: str, **given: object) -> Sequence[Row]:
        with told():
            return self._connection.exec_driver_sql(statement, given).fetchall()

    def run(self, statement: str, **given: object) -> None:
        with told():
            self._connection.exec_driver_sql(statement, given)

    def stream(self, statement: str, rows_at_once: int) -> Iterator[Row]:
        """The rows of a statement, a few in memory at a time."""
        with told():
            options = {"stream_results": True, "max_row_buffer": rows_at_once}
            found = self._connection.execution_options(**options).exec_driver_sql(statement)
            yield from found

    def copy(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Write many rows by a COPY statement."""
        driver = cast("psycopg.Connection[Any]", self._connection.connection.driver_connection)
        with told(), driver.cursor() as cursor, cursor.copy(statement.encode()) as copying:
            for row in rows:
                copying.write_row(row)


@contextmanager
def told() -> Iterator[None]:
    """Raises IndexUnavailable for what the database or the way to it is to blame for; our own mistakes stay errors."""
    try:
        yield
    except TimeoutError as error:
        raise IndexUnavailable(detail=f"no connection to the database was free: {error}") from error
    except (DBAPIError, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, errors.LockNotAvailable):
            raise Busy(detail=str(cause)) from error
        if isinstance(cause, (errors.UndefinedTable, errors.InvalidSchemaName)):
            raise Gone(detail=f"the index is damaged: {cause}; run lrc reindex") from error
        if isinstance(cause, _LOST):
            raise IndexUnavailable(detail=f"the index in the database cannot be used: {cause}") from error
        raise


@contextmanager
def transaction(engine: Engine, *, reading: bool) -> Iterator[Channel]:
    """One transaction: of a reader all statements see the same state of the index, and none can write."""
    level = "REPEATABLE READ" if reading else "READ COMMITTED"
    with told():
        connection = engine.connect()
    try:
        with told():
            connection = connection.execution_options(isolation_level=level, postgresql_readonly=reading)
            begun = connection.begin()
        try:
            yield Channel(connection)
        except BaseException:
            _end(begun)
            raise
        with told():
            begun.commit()
    finally:
        _end(connection)


@contextmanager
def alone(engine: Engine) -> Iterator[Channel]:
    """A connection whose statements take part in no transaction, such as VACUUM, or locks that outlast transactions."""
    with told():
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        yield Channel(connection)
    finally:
        _end(connection)


def _end(thing: Any) -> None:
    """Roll back or give back what may be lost already, so that the first failure is the one that is told."""
    with suppress(DBAPIError, psycopg.Error):
        thing.close()
