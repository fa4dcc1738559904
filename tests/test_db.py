"""One commit per request or task; work waits for it; times are aware."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from lrc.db import after_commit, make_engine, transaction
from lrc.db import session as request_session
from lrc.errors import Conflict
from lti.models import Institution


def institution_names(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Institution.name)))


@pytest.fixture
def adding(app: Flask) -> Flask:
    @app.post("/add/<name>/<int:status>")
    def add(name: str, status: int) -> tuple[str, int]:
        request_session.add(Institution(name=name))
        return "", status

    @app.post("/refuse/<name>")
    def refuse(name: str) -> str:
        request_session.add(Institution(name=name))
        request_session.flush()
        raise Conflict

    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_a_request_that_ends_well_is_committed(adding: Flask, session: Session) -> None:
    adding.test_client().post("/add/UNSA/200")
    assert institution_names(session) == ["UNSA"]


@pytest.mark.parametrize("path", ["/add/UNSA/422", "/refuse/UNSA"])
def test_a_request_that_ends_badly_leaves_nothing(adding: Flask, session: Session, path: str) -> None:
    answer = adding.test_client().post(path)
    assert answer.status_code >= 400
    assert institution_names(session) == []


def test_work_is_done_after_the_commit_and_not_before(app: Flask) -> None:
    done: list[str] = []
    with transaction() as session:
        after_commit(session, lambda: done.append("sent"))
        assert done == []
    assert done == ["sent"]


def test_work_is_forgotten_when_the_transaction_fails(app: Flask) -> None:
    done: list[str] = []
    with pytest.raises(Conflict), transaction() as session:
        after_commit(session, lambda: done.append("sent"))
        raise Conflict
    assert done == []


def test_a_savepoint_neither_sends_nor_forgets_work(app: Flask) -> None:
    done: list[str] = []
    with transaction() as session:
        after_commit(session, lambda: done.append("sent"))
        with session.begin_nested():
            session.add(Institution(name="UNSA"))
        with pytest.raises(Conflict), session.begin_nested():
            raise Conflict
        assert done == []
    assert done == ["sent"]


def test_times_come_back_aware_and_in_utc(app: Flask, session: Session) -> None:
    lima = timezone(timedelta(hours=-5))
    session.add(Institution(name="UNSA", created_at=datetime(2026, 3, 1, 20, 30, tzinfo=lima)))
    session.commit()
    session.expire_all()
    kept = session.scalars(select(Institution)).one().created_at
    assert kept == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert kept.tzinfo == UTC


def test_a_naive_time_is_refused(app: Flask, session: Session) -> None:
    session.add(Institution(name="UNSA", created_at=datetime(2026, 3, 1)))  # noqa: DTZ001
    with pytest.raises(StatementError, match="times must be aware"):
        session.flush()


def test_what_a_statement_held_is_not_told_when_it_fails(app: Flask) -> None:
    with pytest.raises(IntegrityError) as failed, transaction() as session:
        session.add_all([Institution(name="Una universidad"), Institution(name="Una universidad")])
        session.flush()
    assert "Una universidad" not in str(failed.value).partition("[SQL")[2]


@pytest.mark.parametrize(("asked", "kept"), [({}, 2), ({"survives_power_cuts": False}, 0)])
def test_sqlite_waits_for_the_disk_at_each_commit_but_in_tests(
    tmp_path: Path, asked: dict[str, bool], kept: int
) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'kept.sqlite3'}", **asked)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == kept
    engine.dispose()
