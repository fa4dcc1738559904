"""A lent connection is the same process of the server, and as good as new; what others have is never lent."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from lrc.db import make_engine

pytestmark = pytest.mark.postgresql


def process_of(connection: Connection) -> int:
    found: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return found


def test_the_next_engine_gets_the_connection_without_what_was_left_in_it(database_url: str) -> None:
    first, second = make_engine(database_url), make_engine(database_url)
    with first.connect() as connection:
        process = process_of(connection)
        connection.execute(text("SELECT pg_advisory_lock(7)"))
        connection.execute(text("SET lock_timeout = 77"))
        connection.execute(text("CREATE TEMPORARY TABLE left_behind (id int)"))
        connection.commit()
    first.dispose()

    with second.connect() as connection:
        assert process_of(connection) == process
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "0"
        assert connection.execute(text("SELECT to_regclass('left_behind')")).scalar_one() is None
        assert connection.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).scalar_one() == 0
    second.dispose()


def test_what_was_not_committed_is_taken_back(database_url: str) -> None:
    first, second = make_engine(database_url), make_engine(database_url)
    connection = first.connect()
    connection.execute(text("CREATE TABLE half_made (id int)"))
    connection.invalidate()
    first.dispose()

    with second.connect() as connection:
        assert connection.execute(text("SELECT to_regclass('half_made')")).scalar_one() is None
    second.dispose()


def test_who_has_a_connection_has_it_alone(database_url: str) -> None:
    first, second = make_engine(database_url), make_engine(database_url)
    with first.connect() as one, second.connect() as other:
        assert process_of(one) != process_of(other)
    first.dispose()
    second.dispose()


def test_one_that_the_server_ended_is_not_lent(database_url: str) -> None:
    first, second = make_engine(database_url), make_engine(database_url)
    with first.connect() as one, second.connect() as other:
        process = process_of(one)
        other.execute(text("SELECT 1"))
    first.dispose()
    ending = make_engine(database_url)
    with second.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
    with ending.connect() as connection:
        assert process_of(connection) != process
    second.dispose()
    ending.dispose()
