"""What the clock puts right: files never sent or gone silent, orphans, scratch, and what waited for storage."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import tasks
from catalog.indextasks import bring_index_up_to_date
from catalog.models import Course
from lrc.config import Settings
from lrc.db import utcnow
from lrc.errors import Unavailable
from lrc.storage import MissingFile, current_storage
from tests import factories
from tests.catalog.readings import LONG_AGO, STALE_S, grow_old, now, received, take


def sent_again(sent: list[tuple[str, list[Any]]]) -> list[int]:
    sent.clear()
    tasks.reconcile()
    return [args[0] for name, args in sent if name == "catalog.read_file"]


def test_a_file_that_was_never_sent_is_sent_once(session: Session, app: Flask, sent: list[Any]) -> None:
    file = received(session, stored=False, sent_at=utcnow() - LONG_AGO)
    fresh = received(session, stored=False)
    assert sent_again(sent) == [file.id]
    assert sent_again(sent) == []
    assert fresh.id not in sent_again(sent)


def test_what_waits_behind_a_busy_reader_is_not_sent_again_and_again(
    session: Session, app: Flask, sent: list[Any]
) -> None:
    busy = received(session, stored=False)
    assert take(busy) is not None
    waits = received(session, stored=False, sent_at=utcnow() - timedelta(seconds=STALE_S * 2))
    assert sent_again(sent) == []
    now(session, waits).sent_at = utcnow() - timedelta(seconds=STALE_S * 11)
    session.commit()
    assert sent_again(sent) == [waits.id]


def test_a_reading_that_went_silent_is_sent_again(session: Session, app: Flask, sent: list[Any]) -> None:
    file = received(session, stored=False)
    take(file)
    assert sent_again(sent) == []
    grow_old(session, file)
    assert sent_again(sent) == [file.id]


def test_an_index_that_lags_is_brought_up_to_date(session: Session, app: Flask, sent: list[Any]) -> None:
    factories.resource(session)
    session.commit()
    tasks.reconcile()
    assert ("catalog.bring_index_up_to_date", []) in sent
    bring_index_up_to_date()
    sent.clear()
    tasks.reconcile()
    assert sent == []


def test_the_sweep_deletes_old_orphans_and_nothing_else(
    app: Flask, session: Session, s3: Settings, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = received(session)
    tasks.read_file(file.id)
    orphans = [current_storage().save(io.BytesIO(b"x"), kind=each) for each in ("files", "covers")]
    cover = current_storage().save(io.BytesIO(b"y"), kind="covers")
    session.get_one(Course, factories.course(session).id).cover_key = cover
    session.commit()
    tasks.sweep()
    assert current_storage().size_bytes(orphans[0]) == 1  # too young to judge
    monkeypatch.setattr("catalog.sweeping.ORPHAN_AGE", timedelta(seconds=-60))
    tasks.sweep()
    for orphan in orphans:
        with pytest.raises(MissingFile):
            current_storage().size_bytes(orphan)
    assert current_storage().size_bytes(cover) == 1
    kept = now(session, file)
    assert current_storage().size_bytes(kept.key) > 0
    assert current_storage().size_bytes(kept.cover_key) > 0


def test_the_sweep_reports_bytes_that_are_gone(
    session: Session, s3: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    file = received(session)
    current_storage().delete(file.key)
    tasks.sweep()
    assert f"storage does not hold {file.key}" in caplog.text


def test_the_sweep_clears_the_scratch_of_killed_readers(session: Session, s3: Settings, settings: Settings) -> None:
    old, young = (settings.scratch_path / f"reading-{name}" for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir()
        (folder / "file").write_bytes(b"x")
    a_day_ago = time.time() - 86_400
    os.utime(old, (a_day_ago, a_day_ago))
    tasks.sweep()
    assert [path.name for path in settings.scratch_path.iterdir()] == ["reading-young"]


def test_deleting_waits_for_storage_to_come_back(app: Flask, settings: Settings) -> None:
    with pytest.raises(Unavailable):
        tasks.delete_objects(["files/x"])
