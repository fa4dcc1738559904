"""The database: declarative base, the session of this request or task, the one commit, and work after the commit."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import JSON, DateTime, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator
from werkzeug.local import LocalProxy

SQLITE_BUSY_TIMEOUT_MS = 20_000
HASTY_MS = 250
_HASTY_POSTGRESQL = text(
    f"SELECT set_config('lock_timeout', '{HASTY_MS}', true), set_config('synchronous_commit', 'off', true)"
)
_AFTER_COMMIT = "lrc_after_commit"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, also on SQLite, which keeps no zone. Refuses naive times."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        list[str]: JSON,
        list[int]: JSON,
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
    }


def utcnow() -> datetime:
    return datetime.now(UTC)


def make_engine(database_url: str, *, survives_power_cuts: bool = True) -> Engine:
    """An engine for SQLite (WAL, foreign keys on, busy timeout) or PostgreSQL.

    What was committed is there after a power cut, too; tests, which have none, go without and save the time.

    Its errors do not tell the values of statements, among which are names and secrets: they go to the log.
    """
    if not database_url.startswith("sqlite"):
        return create_engine(_psycopg(database_url), pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(database_url, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", partial(_prepare_sqlite, synchronous="FULL" if survives_power_cuts else "OFF"))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _psycopg(database_url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if database_url.startswith(prefix):
            return "postgresql+psycopg://" + database_url.removeprefix(prefix)
    return database_url


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry, *, synchronous: str) -> None:
    record.info["lrc_synchronous"] = synchronous
    # The driver's own BEGIN comes too late to keep a reading consistent; _begin_sqlite sends it instead.
    cast(Any, connection).isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A deferred BEGIN that reads and then writes fails at once when another has written in between, whatever the
    # busy timeout; those who write say so with `writing=True` and wait their turn instead.
    options = connection.get_execution_options()
    _hurry_sqlite(connection, options.get("lrc_hasty", False))
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("lrc_writing", False) else "BEGIN")


def _hurry_sqlite(connection: Any, hasty: bool) -> None:
    if connection.info.get("lrc_hasty", False) == hasty:
        return
    connection.info["lrc_hasty"] = hasty
    synchronous = "NORMAL" if hasty else connection.info["lrc_synchronous"]
    connection.exec_driver_sql(f"PRAGMA busy_timeout={HASTY_MS if hasty else SQLITE_BUSY_TIMEOUT_MS}")
    connection.exec_driver_sql(f"PRAGMA synchronous={synchronous}")


def init_app(app: Flask, engine: Engine) -> None:
    app.extensions["lrc_engine"] = engine
    app.after_request(_finish_request)
    app.teardown_appcontext(_close)


def engine_of(app: Flask) -> Engine:
    return cast(Engine, app.extensions["lrc_engine"])


def new_session(engine: Engine, *, writing: bool = False) -> Session:
    bind = engine.execution_options(lrc_writing=True) if writing else engine
    return Session(bind, expire_on_commit=False, autoflush=True)


def _current_session() -> Session:
    if "lrc_session" not in g:
        g.lrc_session = new_session(engine_of(current_app._get_current_object()), writing=_request_writes())  # type: ignore[attr-defined]
    return cast(Session, g.lrc_session)


session = cast(Session, LocalProxy(_current_session))
"""The session of this request, opened at first use. Committed by _finish_request, never by a rule."""


def _request_writes() -> bool:
    return has_request_context() and request.method not in ("GET", "HEAD", "OPTIONS")


def release() -> None:
    """End the request's transaction so that long work (sending a file to storage) does not keep others from writing."""
    if "lrc_session" in g:
        g.lrc_session.rollback()


@contextmanager
def transaction(*, writing: bool = True, hasty: bool = False) -> Iterator[Session]:
    """A session of its own for a task or a command: committed at the end, rolled back when anything is raised.

    ``hasty`` is for what may be lost, such as a count: it waits for the disk not at all, and for others HASTY_MS at
    most; then it raises OperationalError.
    """
    engine = engine_of(current_app._get_current_object())  # type: ignore[attr-defined]
    if hasty:
        engine = engine.execution_options(lrc_hasty=True)
    with new_session(engine, writing=writing) as own, own.begin():
        if hasty and engine.dialect.name == "postgresql":
            own.execute(_HASTY_POSTGRESQL)
        yield own


def after_commit(session: Session, work: Callable[[], None], *, once: Hashable = None) -> None:
    """Do ``work`` once the outermost transaction of ``session`` is committed; forget it if that is rolled back.

    Of several works with the same ``once`` in a transaction only the first is done.
    """
    waiting: dict[Hashable, Callable[[], None]] = session.info.setdefault(_AFTER_COMMIT, {})
    waiting.setdefault(object() if once is None else once, work)


@event.listens_for(Session, "after_commit")
def _do_work(session: Session) -> None:
    if session.in_nested_transaction():  # fired for savepoints too
        return
    for work in session.info.pop(_AFTER_COMMIT, {}).values():
        work()


@event.listens_for(Session, "after_rollback")
def _forget_work(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_AFTER_COMMIT, None)


def _finish_request(response: Response) -> Response:
    if "lrc_session" in g:
        if response.status_code < 400:
            g.lrc_session.commit()
        else:
            g.lrc_session.rollback()
    return response


def _close(_error: BaseException | None) -> None:
    own = g.pop("lrc_session", None)
    if own is not None:
        own.close()
