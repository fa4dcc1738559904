"""Captions of a recording: put to it they are its text and its hits, replaced, removed, and refused in words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import tasks
from catalog.models import File, FileState, Page, Rendition, Resource, ResourceState
from lrc.celery import celery
from lrc.config import Settings
from lrc.storage import MissingFile, current_storage
from lti.viewers import Role
from tests import factories
from tests.catalog.extract import recorded
from tests.factories import Browser

SPANISH = (
    "1\n00:00:01,000 --> 00:00:03,000\nLa quinua crece.\n\n2\n00:01:05,000 --> 00:01:07,000\nSe cosecha en mayo.\n"
)
ENGLISH = "WEBVTT\n\n00:01.000 --> 00:03.000\nQuinoa grows."


@pytest.fixture
def teacher(app: Flask, session: Session, s3: Settings) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, where=factories.context(session))


@pytest.fixture
def film(session: Session, teacher: Browser, tmp_path: Path) -> Resource:
    """A film of two minutes that a teacher sent, read."""
    content = recorded.mp4(tmp_path / "a.mp4", 120).read_bytes()
    fields = {"title": "Quinua", "description": "", "language": "es", "license": "CC BY 4.0", "audience": "everyone"}
    assert teacher.submit("/upload", {**fields, "file": (io.BytesIO(content), "clase.mp4")}).status_code == 302
    session.rollback()
    found = session.scalars(select(Resource)).one()
    assert found.file is not None
    tasks.read_file(found.file.id)
    return now(session, found)


def now(session: Session, resource: Resource) -> Resource:
    session.rollback()
    session.expire_all()
    return session.get_one(Resource, resource.id)


def put(browser: Browser, film: Resource, text: str, language: str = "es", name: str = "clase.srt") -> int:
    sent = {"captions": (io.BytesIO(text.encode()), name), "language": language}
    return browser.submit(f"/resources/{film.id}/captions", sent).status_code


def pages(session: Session, film: Resource) -> list[tuple[str, float | None, str]]:
    file = now(session, film).file
    assert file is not None
    found = session.scalars(select(Page).where(Page.file_id == file.id).order_by(Page.number)).all()
    assert file.page_count == len(found)
    return [(each.label, each.start_s, each.text) for each in found]


def only_captions(session: Session) -> Rendition:
    session.rollback()
    return session.scalars(select(Rendition)).one()


def test_a_recording_is_ready_without_a_word_and_its_page_tells_how_long_it_is(
    session: Session, teacher: Browser, film: Resource
) -> None:
    file = film.file
    assert file is not None
    assert (file.state, file.media_type, file.duration_s) == (FileState.READY, "video/mp4", 120)
    page = teacher.get(f"/resources/{film.id}").text
    assert "2:00 min" in page
    assert "Todavía no tiene" in page
    assert pages(session, film) == [("", 0.0, "")]


def test_captions_become_the_text_of_a_recording_with_its_times(
    session: Session, teacher: Browser, film: Resource
) -> None:
    revision = film.revision
    assert put(teacher, film, SPANISH) == 302
    assert pages(session, film) == [("0:01", 1.0, "La quinua crece."), ("1:05", 65.0, "Se cosecha en mayo.")]
    assert now(session, film).revision > revision
    kept = only_captions(session)
    assert (kept.language, kept.media_type, kept.name) == ("es", "text/vtt", "clase.srt")
    assert current_storage().read(kept.key).startswith(b"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nLa quinua")


def test_captions_in_another_language_stand_beside_and_leave_the_text(
    session: Session, teacher: Browser, film: Resource
) -> None:
    put(teacher, film, ENGLISH, "en")
    assert [text for _, _, text in pages(session, film)] == ["Quinoa grows."]
    put(teacher, film, SPANISH)
    assert len(pages(session, film)) == 2
    put(teacher, film, ENGLISH, "en")
    assert len(pages(session, film)) == 2
    assert len(session.scalars(select(Rendition)).all()) == 2


def test_captions_in_the_same_language_take_the_place_of_those_there(
    session: Session, teacher: Browser, film: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, list[list[str]]]] = []
    monkeypatch.setattr(celery, "send_task", lambda name, args: sent.append((name, list(args))))
    put(teacher, film, SPANISH)
    before = only_captions(session).key
    put(teacher, film, SPANISH.replace("mayo", "abril"))
    assert pages(session, film)[1][2] == "Se cosecha en abril."
    assert ("catalog.delete_objects", [[before]]) in sent
    tasks.delete_objects([before, only_captions(session).key])
    current_storage().read(only_captions(session).key)
    with pytest.raises(MissingFile):
        current_storage().read(before)


def test_without_captions_a_recording_has_no_text_again(session: Session, teacher: Browser, film: Resource) -> None:
    put(teacher, film, SPANISH)
    kept = only_captions(session)
    assert teacher.submit(f"/resources/{film.id}/captions/{kept.id}/remove", {}).status_code == 302
    assert pages(session, film) == [("", 0.0, "")]
    assert session.scalars(select(Rendition)).all() == []


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [("hola", "es", "No encontramos subtítulos"), (SPANISH, "xx", "Elige el idioma"), ("", "es", "está vacío")],
)
def test_what_are_no_captions_is_said_beside_the_form(
    session: Session, teacher: Browser, film: Resource, text: str, language: str, said: str
) -> None:
    sent = {"captions": (io.BytesIO(text.encode()), "a.vtt"), "language": language}
    answer = teacher.submit(f"/resources/{film.id}/captions", sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(select(Rendition)).all() == []


def test_only_its_teacher_and_its_librarians_put_captions(
    app: Flask, session: Session, teacher: Browser, film: Resource
) -> None:
    film.state = ResourceState.PUBLISHED
    session.commit()
    other = factories.signed_in(app, session, Role.TEACHER)
    for browser in (other, teacher):
        assert put(browser, film, SPANISH) == 403  # what is published was reviewed as it stands
        assert "Archivo de subtítulos" not in browser.get(f"/resources/{film.id}").text
    assert film.institution_id is not None
    librarian = factories.person(session, of=film.owner.platform if film.owner else None, librarian=True)
    session.commit()
    assert put(factories.signed_in(app, session, Role.LIBRARIAN, by=librarian), film, SPANISH) == 302


def test_a_text_takes_no_captions(app: Flask, session: Session, s3: Settings) -> None:
    owner = factories.person(session)
    text = factories.resource(session, "Hola", by=owner, state=ResourceState.WAITING)
    session.commit()
    browser = factories.signed_in(app, session, Role.TEACHER, by=owner)
    assert put(browser, text, SPANISH) == 409
    assert session.scalars(select(File)).one().page_count == 1
