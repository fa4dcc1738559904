"""Reading as a task: run twice, taken over, given up, released, reconciled and swept; once with real workers."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import claims, reading, tasks
from catalog.claims import Claim
from catalog.indextasks import bring_index_up_to_date
from catalog.models import Course, File, FileState, Page, RemarkKind, Resource, ResourceState
from catalog.reading import Failure, PageText, Reading
from lrc.celery import celery
from lrc.config import Settings
from lrc.db import transaction, utcnow
from lrc.errors import Unavailable
from lrc.storage import MissingFile, Storage, current_storage
from lti.viewers import Role
from tests import factories

TEXT = "La quinua crece en la puna.\n\nSe cosecha en mayo."
STALE_S = 60.0
LONG_AGO = timedelta(seconds=1000)
FOUND = Reading("text/plain", "es", [PageText(1, "", "Uno"), PageText(2, "Dos", "Dos")], b"", b"")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Any]]]:
    """What is handed to the broker."""
    tasks_sent: list[tuple[str, list[Any]]] = []
    monkeypatch.setattr(celery, "send_task", lambda name, args: tasks_sent.append((name, list(args))))
    return tasks_sent


def received(session: Session, text: str = TEXT, *, stored: bool = True, **columns: Any) -> File:
    """A file that waits to be read, its bytes in storage where ``stored``."""
    resource = factories.resource(session, state=ResourceState.DRAFT)
    assert resource.file is not None
    resource.file.state = FileState.RECEIVED
    if stored:
        resource.file.key = current_storage().save(io.BytesIO(text.encode()), kind="files")
        resource.file.sha256 = hashlib.sha256(text.encode()).hexdigest()
    for name, value in columns.items():
        setattr(resource.file, name, value)
    session.commit()
    return resource.file


def now(session: Session, file: File) -> File:
    """The file as the database has it now."""
    session.rollback()
    session.refresh(file)
    return file


def take(file: File) -> Claim | None:
    with transaction() as own:
        return claims.take(own, file.id, STALE_S)


def grow_old(session: Session, file: File) -> None:
    now(session, file).claimed_at = utcnow() - LONG_AGO
    file.sent_at = utcnow() - LONG_AGO
    session.commit()


# Who reads it


def test_two_tasks_for_one_file_are_one_reading(session: Session, app: Flask) -> None:
    file = received(session, stored=False)
    assert take(file) is not None
    assert take(file) is None


def test_a_silent_reader_is_replaced_and_cannot_report_or_finish_any_more(session: Session, app: Flask) -> None:
    file = received(session, stored=False)
    first = take(file)
    grow_old(session, file)
    second = take(file)
    assert first is not None
    assert second is not None
    with transaction() as own:
        assert not claims.report(own, first, 1, 2)
        assert not claims.finish(own, first, FOUND, "")
        assert not claims.fail(own, first, Failure.CORRUPT)
        assert not claims.release(own, first)
    assert session.scalars(select(Page)).all() == []
    with transaction() as own:
        assert claims.finish(own, second, FOUND, "")
    session.rollback()
    assert [page.text for page in session.scalars(select(Page).order_by(Page.number))] == ["Uno", "Dos"]


def test_a_sign_of_life_keeps_the_file(session: Session, app: Flask) -> None:
    file = received(session, stored=False)
    claim = take(file)
    assert claim is not None
    grow_old(session, file)
    with transaction() as own:
        assert claims.report(own, claim, 3, 9)
    assert take(file) is None
    assert (now(session, file).pages_done, file.page_count) == (3, 9)


def test_a_file_that_kills_its_readers_is_given_up_after_three(session: Session, app: Flask, sent: list[Any]) -> None:
    file = received(session, stored=False)
    for _ in range(claims.MAX_ATTEMPTS):
        assert take(file) is not None
        grow_old(session, file)
    assert take(file) is None
    tasks.reconcile()
    assert (now(session, file).state, file.failure) == (FileState.FAILED, "crashed")


# The task


def test_bytes_that_are_not_those_that_were_sent_are_never_read(app: Flask, session: Session, s3: Settings) -> None:
    file = received(session, sha256=hashlib.sha256(b"something else").hexdigest())
    tasks.read_file(file.id)
    assert (now(session, file).state, file.failure) == (FileState.FAILED, "altered")


def test_reading_twice_changes_nothing_the_second_time(session: Session, s3: Settings) -> None:
    file = received(session)
    tasks.read_file(file.id)
    first = now(session, file)
    assert (first.state, first.page_count, first.media_type) == (FileState.READY, 1, "text/plain")
    revision = first.resource.revision
    tasks.read_file(file.id)
    again = now(session, file)
    assert again.resource.revision == revision
    assert [each.kind for each in again.resource.remarks] == [RemarkKind.SUBMITTED]
    assert len(session.scalars(select(Page)).all()) == 1


def test_reading_finds_language_cover_and_thumbnail(session: Session, s3: Settings, settings: Settings) -> None:
    file = received(session)
    tasks.read_file(file.id)
    read = now(session, file)
    assert read.resource.language == "es"
    assert 0 < len(read.thumbnail) <= 2048
    assert current_storage().size_bytes(read.cover_key) > 0
    assert list(settings.scratch_path.iterdir()) == []


def test_the_language_that_a_teacher_chose_stays(session: Session, s3: Settings) -> None:
    file = received(session)
    file.resource.language = "en"
    session.commit()
    tasks.read_file(file.id)
    assert now(session, file).resource.language == "en"


def test_a_file_that_is_gone_is_ignored(session: Session, app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        tasks.read_file(12345)
    assert "file 12345: nothing to read" in caplog.text


def test_a_file_that_cannot_be_read_fails_with_its_reason_and_leaves_no_scratch(
    session: Session, s3: Settings, settings: Settings
) -> None:
    file = received(session, "%PDF-1.7\nnot really")
    tasks.read_file(file.id)
    assert (now(session, file).state, file.failure) == (FileState.FAILED, "corrupt")
    assert file.resource.state is ResourceState.DRAFT
    assert list(settings.scratch_path.iterdir()) == []


def test_bytes_that_storage_lost_are_said(session: Session, s3: Settings) -> None:
    file = received(session)
    current_storage().delete(file.key)
    tasks.read_file(file.id)
    assert (now(session, file).state, file.failure) == (FileState.FAILED, "storage_missing")


def test_storage_that_is_away_leaves_the_file_waiting_without_counting_the_attempt(
    app: Flask, session: Session, s3: Settings, settings: Settings
) -> None:
    file = received(session)
    app.extensions["lrc_storage"] = Storage(replace(settings, s3_endpoint_url="http://127.0.0.1:9"))
    tasks.read_file(file.id)
    assert (now(session, file).state, file.attempts) == (FileState.RECEIVED, 0)
    app.extensions["lrc_storage"] = Storage(settings)
    tasks.read_file(file.id)
    assert now(session, file).state is FileState.READY


def read_slowly(meanwhile: Callable[[], None]) -> Callable[..., Reading]:
    """A reading during which something else happens."""

    def read(*args: Any, on_progress: Callable[[int, int], None], **kwargs: Any) -> Reading:
        on_progress(1, 4)
        meanwhile()
        on_progress(2, 4)
        return reading.read(*args, on_progress=on_progress, **kwargs)

    return read


def test_progress_is_written_as_it_comes(session: Session, s3: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    file = received(session)
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks, "REPORT_EVERY_S", 0)
    note = read_slowly(lambda: seen.append((now(session, file).pages_done, file.page_count)))
    monkeypatch.setattr(tasks, "read", note)
    tasks.read_file(file.id)
    assert seen == [(1, 4)]


def test_who_lost_the_file_stops_reading_and_writes_nothing(
    session: Session, s3: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = received(session)
    taken_over: list[Claim | None] = []

    def lose() -> None:
        grow_old(session, file)
        taken_over.append(take(file))

    monkeypatch.setattr(tasks, "REPORT_EVERY_S", 0)
    monkeypatch.setattr(tasks, "read", read_slowly(lose))
    tasks.read_file(file.id)
    assert taken_over[0] is not None
    assert (now(session, file).state, file.claim) == (FileState.READING, taken_over[0].token)
    assert session.scalars(select(Page)).all() == []


def test_who_lost_the_file_at_the_very_end_leaves_no_cover_behind(
    session: Session, s3: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = received(session)

    def lose_late(*args: Any, **kwargs: Any) -> Reading:
        found = reading.read(*args, **kwargs)
        grow_old(session, file)
        assert take(file) is not None
        return found

    monkeypatch.setattr(tasks, "read", lose_late)
    tasks.read_file(file.id)
    assert now(session, file).state is FileState.READING
    assert list(current_storage().keys("covers")) == []


# What was left undone


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


class TestWithRealWorkers:
    @pytest.fixture
    def app(self, live_app: Flask) -> Flask:
        return live_app

    def test_an_upload_is_read_and_waits_for_review(self, app: Flask, session: Session, worker: object) -> None:
        teacher = factories.signed_in(app, session, Role.TEACHER)
        fields = {"language": "", "license": "CC0 1.0", "audience": "everyone"}
        fields_and_file = {**fields, "file": (io.BytesIO(TEXT.encode()), "quinua.txt")}
        assert teacher.submit("/upload", fields_and_file).status_code == 302
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            session.rollback()
            resource = session.scalars(select(Resource)).one()
            if resource.state is ResourceState.WAITING:
                break
            time.sleep(0.2)
        assert resource.state is ResourceState.WAITING
        assert resource.language == "es"
        assert "Se cosecha en mayo" in teacher.get(f"/resources/{resource.id}/read").text
