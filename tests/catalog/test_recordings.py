"""Watching and listening: what is said beside the player, found in it, and captions from our own address."""

from __future__ import annotations

import gzip
import io
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import recordings
from catalog.marking import Marker
from catalog.models import File, Rendition, RenditionKind, Resource
from lrc.db import engine_of, new_session
from lrc.storage import current_storage
from tests import factories
from tests.catalog import enrolling
from tests.factories import Browser

SAID = ("Hoy hablamos de la papa.", "El maíz llegó después.", "La papa crece en la puna.", "Gracias.")
EVERY_S = 30.0


def recorded(session: Session, *said: str, media_type: str = "video/mp4", **columns: Any) -> Resource:
    """A recording in which each of ``said`` takes half a minute."""
    made = factories.resource(session, *said, media_type=media_type, name="clase.mp4", **columns)
    assert made.file is not None
    made.file.duration_s = EVERY_S * max(len(said), 1)
    for page in made.file.pages:
        page.start_s = (page.number - 1) * EVERY_S
    session.flush()
    return made


def file_of(resource: Resource) -> File:
    assert resource.file is not None
    return resource.file


@pytest.fixture
def talk(session: Session) -> Resource:
    return recorded(session, *SAID, size_bytes=34_000_000)


@pytest.fixture
def student(app: Flask, session: Session, talk: Resource) -> Browser:
    return factories.signed_in(app, session)


def watch(student: Browser, resource: Resource, query: str = "") -> str:
    answer = student.get(f"/resources/{resource.id}/read{query}")
    assert answer.status_code == 200
    return answer.text


def test_the_player_says_how_long_and_how_heavy_before_anything_is_fetched(student: Browser, talk: Resource) -> None:
    page = watch(student, talk)
    assert "Dura 2:00 y pesa 34.0 MB." in page.replace("34 MB", "34.0 MB")
    assert '<video id="recording" controls preload="none"' in page
    assert "X-Amz-Signature" in page


@pytest.mark.parametrize(
    ("media_type", "verb"), [("video/webm", "Ver"), ("audio/ogg", "Escuchar"), ("text/plain", "Leer")]
)
def test_the_button_says_what_one_does_with_it(app: Flask, session: Session, media_type: str, verb: str) -> None:
    made = factories.resource(session, "Uno.", media_type=media_type)
    page = factories.signed_in(app, session).get(f"/resources/{made.id}").text
    assert f"</svg>{verb}</a>" in page


def test_sound_has_a_player_of_its_own(app: Flask, session: Session) -> None:
    song = recorded(session, media_type="audio/mpeg")
    page = watch(factories.signed_in(app, session), song)
    assert '<audio id="recording"' in page
    assert "Nadie ha escrito todavía" in page


def test_a_page_of_a_recording_opens_at_its_second(student: Browser, talk: Resource) -> None:
    page = watch(student, talk, "?page=3&q=papa")
    assert '#t=60.0"' in page
    assert 'data-number="3" data-from="60.0" aria-current="true"' in page
    assert '#t=65.5"' in watch(student, talk, "?page=3&at=65.5")
    assert "#t=" not in watch(student, talk)


@pytest.mark.parametrize("query", ["?page=9", "?page=0", "?page=-2", "?page=3000000000", f"?page={10**19}"])
def test_a_page_that_is_not_there_is_said(student: Browser, talk: Resource, query: str) -> None:
    assert student.get(f"/resources/{talk.id}/read{query}").status_code == 404


def test_words_are_found_in_what_is_said_and_marked(student: Browser, talk: Resource) -> None:
    page = watch(student, talk, "?q=papas")
    assert "Se dice en 2 momentos" in page
    assert page.count("<mark>papa</mark>") == 2
    assert f'data-start="60.0" href="/resources/{talk.id}/read?page=3&amp;q=papas">1:00</a>' in page
    assert "No se dice en esta grabación" in watch(student, talk, "?q=alpaca")


def test_a_long_recording_comes_in_stretches_and_stays_light(app: Flask, session: Session) -> None:
    said = "Lo que se dice en medio minuto son unas setenta y cinco palabras que aquí se cuentan una tras otra. " * 5
    lecture = recorded(session, *[f"{number} {said}" for number in range(400)])
    student = factories.signed_in(app, session)
    assert len(gzip.compress(student.get(f"/resources/{lecture.id}/read").data)) < 30_000
    file = file_of(lecture)
    middle = recordings.transcript(session, file, 150, Marker(""))
    assert (middle.moments[0].number, middle.before, middle.after) == (121, 120, 241)
    assert recordings.transcript(session, file, 400, Marker("")).after is None


@pytest.mark.parametrize(("seconds", "number"), [(0, 1), (29.9, 1), (30, 2), (95, 4), (9_999, 4)])
def test_each_second_has_its_page(session: Session, talk: Resource, seconds: float, number: int) -> None:
    assert recordings.page_at(session, file_of(talk), seconds) == number


def test_a_recordings_page_takes_the_same_few_queries_however_long_it_is(app: Flask, session: Session) -> None:
    counts = []
    for length in (2, 300):
        lecture = recorded(session, *["La papa y el maíz."] * length)
        student = factories.signed_in(app, session)
        student.get("/search")  # what is kept for all requests is known by now
        get = partial(student.get, f"/resources/{lecture.id}/read?q=papa")
        counts.append(enrolling.statements(engine_of(app), get))
    assert counts[0] == counts[1] <= 16


def captioned(session: Session, resource: Resource, key: str, size_bytes: int = 100) -> Rendition:
    made = Rendition(
        file_id=file_of(resource).id, kind=RenditionKind.CAPTIONS, key=key, media_type="text/vtt", language="es"
    )
    made.size_bytes = size_bytes
    session.add(made)
    session.commit()
    return made


def test_captions_are_named_to_the_player(session: Session, student: Browser, talk: Resource) -> None:
    captions = captioned(session, talk, "captions/1")
    page = watch(student, talk)
    assert f'<track kind="captions" src="/resources/{talk.id}/captions/{captions.id}" srclang="es"' in page
    assert "No tiene subtítulos" not in page
    assert "No tiene subtítulos" in watch(student, recorded_and_committed(session))


def recorded_and_committed(session: Session) -> Resource:
    made = recorded(session, "Uno.")
    session.commit()
    return made


def test_captions_of_another_file_or_far_too_long_ones_are_not_given(
    session: Session, student: Browser, talk: Resource
) -> None:
    others = captioned(session, recorded(session, "Uno."), "captions/2")
    endless = captioned(session, talk, "captions/3", size_bytes=recordings.CAPTIONS_BYTES + 1)
    for each in (others, endless):
        assert student.get(f"/resources/{talk.id}/captions/{each.id}").status_code == 404


def test_captions_come_from_our_own_address_and_run_nothing(live_app: Flask) -> None:
    with new_session(engine_of(live_app)) as session:
        _look_at_captions(live_app, session)


def _look_at_captions(app: Flask, session: Session) -> None:
    talk = recorded(session, *SAID)
    key = current_storage().save(io.BytesIO(b"WEBVTT\n\n00:00.000 --> 00:02.000\nHoy\n"), kind="captions")
    captions = captioned(session, talk, key)
    answer = factories.signed_in(app, session).get(f"/resources/{talk.id}/captions/{captions.id}")
    assert answer.content_type == "text/vtt; charset=utf-8"
    assert answer.text.startswith("WEBVTT")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
