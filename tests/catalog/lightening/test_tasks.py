"""Lighter versions as tasks: made after reading, once, kept with their file, made again when lost, given up in time."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import library
from catalog import tasks as reading_tasks
from catalog.fixity import tasks as fixity_tasks
from catalog.lightening import claims, films, tasks
from catalog.lightening.making import NotMade
from catalog.models import File, FileState, FixityCheck, Lightening, Outcome, Rendition, Resource
from lrc.celery import celery
from lrc.config import Settings
from lrc.db import transaction, utcnow
from lrc.errors import Unavailable
from lrc.storage import MissingFile, Storage, current_storage
from tests import factories
from tests.catalog.lightening import made
from tests.catalog.lightening.made import FFMPEG

STALE_S = 60.0


@pytest.fixture
def settings(settings: Settings) -> Settings:
    films.program.cache_clear()
    return replace(settings, ffmpeg=FFMPEG)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Any]]]:
    """What is handed to the broker."""
    tasks_sent: list[tuple[str, list[Any]]] = []
    monkeypatch.setattr(celery, "send_task", lambda name, args: tasks_sent.append((name, list(args))))
    return tasks_sent


def held(session: Session, path: Path, media_type: str, state: FileState = FileState.READY) -> File:
    """A published file whose bytes storage holds."""
    content = path.read_bytes()
    resource = factories.resource(session, "Uno.", media_type=media_type, name=path.name, size_bytes=len(content))
    file = resource.file
    assert file is not None
    file.key = current_storage().save(io.BytesIO(content), kind="files")
    file.sha256, file.state, file.duration_s = hashlib.sha256(content).hexdigest(), state, 2.0
    session.commit()
    return file


@pytest.fixture
def scan(app: Flask, session: Session, s3: Settings, tmp_path: Path) -> File:
    return held(session, made.scan(tmp_path / "informe final.pdf", 1), "application/pdf")


def state(session: Session, file: File) -> tuple[str, int]:
    session.rollback()
    session.expire_all()
    row = session.get_one(Lightening, file.id)
    return row.state.value, row.attempts


def renditions(session: Session) -> list[Rendition]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Rendition)))


def test_a_scan_gets_a_lighter_version_once(session: Session, scan: File, sent: list[Any]) -> None:
    for _ in range(2):
        tasks.lighten_file(scan.id)
    only = renditions(session)[0]
    assert len(renditions(session)) == 1
    assert (only.kind.value, only.name, only.media_type) == ("pdf", "informe final-ligero.pdf", "application/pdf")
    assert only.size_bytes == current_storage().size_bytes(only.key) < scan.size_bytes * 0.7
    check = session.get_one(FixityCheck, only.key)
    assert check.sha256 == hashlib.sha256(current_storage().read(only.key)).hexdigest()
    assert state(session, scan) == ("done", 1)


def test_a_film_gets_its_sound_and_the_poster_that_it_lacked(
    app: Flask, session: Session, s3: Settings, tmp_path: Path, sent: list[Any]
) -> None:
    film = held(session, made.film(tmp_path / "clase.mp4"), "video/mp4")
    before = film.resource.revision if film.resource else 0
    tasks.lighten_file(film.id)
    assert [(each.kind.value, each.name) for each in renditions(session)] == [("sound", "clase-ligero.m4a")]
    now = session.get_one(File, film.id)
    assert current_storage().size_bytes(now.cover_key) > 0
    assert now.thumbnail
    assert now.resource is not None
    assert now.resource.revision == before + 1  # its card shows the poster


def test_what_was_read_is_made_lighter_next(
    app: Flask, session: Session, s3: Settings, tmp_path: Path, sent: list[Any]
) -> None:
    file = held(session, made.scan(tmp_path / "a.pdf", 1), "", FileState.RECEIVED)
    text = tmp_path / "b.txt"
    text.write_text("La quinua crece en la puna.")
    plain = held(session, text, "", FileState.RECEIVED)
    reading_tasks.read_file(plain.id)
    assert not [each for each in sent if each[0] == "catalog.lighten_file"]
    session.rollback()
    session.refresh(file)
    file.state, file.media_type = FileState.READY, "application/pdf"
    session.commit()
    with transaction() as own:
        tasks.lighten_soon(own, file.id)
    assert ("catalog.lighten_file", [file.id]) in sent


def test_what_lacks_one_is_found_while_no_file_waits_to_be_read(session: Session, scan: File, sent: list[Any]) -> None:
    other = factories.resource(session, state=library.ResourceState.DRAFT)
    assert other.file is not None
    other.file.state = FileState.RECEIVED
    session.commit()
    tasks.lighten()
    assert sent == []
    other.file.state = FileState.READY
    session.commit()
    tasks.lighten()
    assert sent == [("catalog.lighten_file", [scan.id])]


def test_without_ffmpeg_films_wait_and_nothing_is_blamed_on_them(
    app: Flask, session: Session, settings: Settings, sent: list[Any]
) -> None:
    film = factories.resource(session, media_type="video/mp4").file
    session.commit()
    assert film is not None
    app.config["LRC_SETTINGS"] = replace(settings, ffmpeg="/nowhere/ffmpeg")
    tasks.lighten()
    tasks.lighten_file(film.id)
    assert sent == []
    session.rollback()
    assert session.get(Lightening, film.id) is None
    app.config["LRC_SETTINGS"] = settings
    tasks.lighten()
    assert sent == [("catalog.lighten_file", [film.id])]


def test_a_file_that_kills_its_tasks_is_given_up_after_three(
    session: Session, scan: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise NotMade("the child ended with -9")

    monkeypatch.setattr(tasks, "make", dies)
    for attempt in range(1, claims.MAX_ATTEMPTS + 1):
        tasks.lighten_file(scan.id)
        expected = "failed" if attempt == claims.MAX_ATTEMPTS else "waiting"
        assert state(session, scan) == (expected, attempt)
        session.get_one(Lightening, scan.id).moved_at = utcnow() - claims.WAIT
        session.commit()
    assert list(session.scalars(claims.lacking(films=True, stale_s=STALE_S))) == []


def test_a_task_that_died_without_a_word_is_taken_over_and_cannot_write_any_more(session: Session, scan: File) -> None:
    with transaction() as own:
        first = claims.take(own, scan.id, films=True, stale_s=STALE_S)
    assert first is not None
    with transaction() as own:
        assert claims.take(own, scan.id, films=True, stale_s=STALE_S) is None
        own.get_one(Lightening, scan.id).moved_at = utcnow() - timedelta(seconds=STALE_S * 2)
    with transaction() as own:
        assert claims.take(own, scan.id, films=True, stale_s=STALE_S) is not None
        assert not claims.finish(own, first, "")


def test_a_storage_that_is_away_costs_no_attempt(session: Session, scan: File, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise Unavailable(detail="nobody there")

    monkeypatch.setattr(Storage, "fetch", away)
    tasks.lighten_file(scan.id)
    assert state(session, scan) == ("waiting", 0)


def test_nothing_is_made_of_bytes_that_are_not_those_that_were_read(session: Session, scan: File) -> None:
    scan.sha256 = "0" * 64
    session.commit()
    tasks.lighten_file(scan.id)
    assert state(session, scan)[0] == "failed"
    assert renditions(session) == []


def test_a_lost_lighter_version_is_made_anew_by_itself(session: Session, scan: File, sent: list[Any]) -> None:
    tasks.lighten_file(scan.id)
    lost = renditions(session)[0].key
    current_storage().delete(lost)
    fixity_tasks.check_file(scan.id)
    assert renditions(session) == []
    assert state(session, scan) == ("waiting", 0)
    tasks.lighten()
    assert ("catalog.lighten_file", [scan.id]) in sent
    tasks.lighten_file(scan.id)
    assert renditions(session)[0].key != lost
    assert session.get(FixityCheck, lost) is None


def test_a_damaged_original_is_made_into_nothing(session: Session, scan: File, sent: list[Any]) -> None:
    session.add(FixityCheck(key=scan.key, file_id=scan.id, sha256="", outcome=Outcome.MISSING, damaged_at=utcnow()))
    session.commit()
    tasks.lighten()
    tasks.lighten_file(scan.id)
    assert (sent, renditions(session)) == ([], [])


def test_it_goes_with_its_file(session: Session, scan: File) -> None:
    tasks.lighten_file(scan.id)
    only = renditions(session)[0]
    file = session.get_one(File, scan.id)
    assert only.key in library.keys_of(file)
    session.delete(session.get_one(Resource, file.resource_id))
    session.commit()
    assert renditions(session) == []
    assert session.scalars(select(Lightening)).all() == []
    reading_tasks.delete_objects([only.key])
    with pytest.raises(MissingFile):
        current_storage().size_bytes(only.key)
