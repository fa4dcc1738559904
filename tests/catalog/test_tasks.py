"""Reading as a task: run twice, taken over, given up, released; once with real workers."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import claims, reading, tasks
from catalog.claims import Claim
from catalog.models import FileState, Page, RemarkKind, Resource, ResourceState
from catalog.reading import Failure, Reading
from lrc.config import Settings
from lrc.db import transaction
from lrc.storage import Storage, current_storage
from lti.viewers import Role
from tests import factories
from tests.catalog.readings import FOUND, TEXT, grow_old, now, received, take


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
