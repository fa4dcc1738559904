"""Captions of a recording that a version brings: put to it before it is published, reviewed with it, found after."""

from __future__ import annotations

import io
import secrets

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import recordings, renditions
from catalog.editions import deciding, handing
from catalog.models import File, FileState, Page, Rendition, Version
from catalog.renditions import Captions, Recording
from catalog.uploads import Stored
from lrc.config import Settings
from lrc.errors import Conflict, NotAllowed
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog.editions.drawer import Drawer

SPANISH = "WEBVTT\n\n00:01.000 --> 00:03.000\nLa papa nativa."


class Studio(Drawer):
    """``version`` waits with a film that was read, and ``film`` is what captions of it are put to."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.version: Version = self.hand_in(file="clase.mp4")
        self.read(self.version, "")
        file = session.get_one(File, self.version.file_id)
        file.media_type, file.duration_s = "video/mp4", 60
        self.film = Recording(self.resource, self.version)
        session.flush()

    def put(self, viewer: Viewer, film: Recording | None = None) -> Rendition:
        read: Captions = renditions.read_captions(SPANISH.encode(), "es")
        stored = Stored(f"files/{secrets.token_hex(16)}", "clase.vtt", 100, secrets.token_hex(32))
        return renditions.put_captions(self.session, viewer, film or self.film, read, stored)

    def said(self) -> list[str]:
        query = select(Page.text).where(Page.file_id == self.version.file_id).order_by(Page.number)
        return list(self.session.scalars(query))

    def seen(self) -> str:
        return deciding.fingerprint(self.session, self.resource, self.version)


@pytest.fixture
def studio(session: Session) -> Studio:
    return Studio(session)


def test_they_are_its_text_and_are_published_with_it(studio: Studio) -> None:
    old = studio.text()
    studio.put(studio.by_teacher())
    assert studio.said() == ["La papa nativa."]
    assert studio.text() == old, "what is published stays as it is"

    studio.publish()
    assert studio.text() == "La papa nativa."
    assert studio.resource.file is not None
    assert len(recordings.captions(studio.resource.file)) == 1


def test_a_reviewer_decides_on_what_they_saw_with_its_captions(studio: Studio) -> None:
    before = studio.seen()
    made = studio.put(studio.by_teacher())
    with pytest.raises(Conflict):
        deciding.publish(studio.session, studio.by_librarian(), studio.resource, reviewed=before)
    renditions.remove_captions(studio.session, studio.by_librarian(), studio.film, made.id)
    assert studio.said() == [""]
    assert studio.seen() == before


def test_others_in_their_place_are_not_what_was_reviewed(studio: Studio) -> None:
    made = studio.put(studio.by_teacher())
    seen = studio.seen()
    renditions.remove_captions(studio.session, studio.by_teacher(), studio.film, made.id)
    studio.put(studio.by_teacher())
    with pytest.raises(Conflict):
        deciding.publish(studio.session, studio.by_librarian(), studio.resource, reviewed=seen)


def test_only_those_involved_put_them_and_only_to_what_it_brings_and_is_open(studio: Studio) -> None:
    for nobody in (studio.by_student(), factories.viewer(studio.session, Role.TEACHER)):
        with pytest.raises(NotAllowed):
            studio.put(nobody)
    with pytest.raises(NotAllowed):  # what is published is the library's
        studio.put(studio.by_teacher(), Recording(studio.resource))
    studio.publish()
    with pytest.raises(Conflict):
        studio.put(studio.by_teacher())
    with pytest.raises(Conflict):
        studio.put(studio.by_librarian())


def test_what_an_earlier_version_has_too_stays_as_it_was(studio: Studio) -> None:
    studio.publish()
    studio.second("Sin película")
    again = handing.bring_back(
        studio.session, studio.by_teacher(), studio.resource, studio.version, "Vuelve la película"
    )
    with pytest.raises(Conflict):
        studio.put(studio.by_teacher(), Recording(studio.resource, again))


def test_what_is_not_read_yet_takes_none(studio: Studio) -> None:
    studio.session.get_one(File, studio.version.file_id).state = FileState.READING
    with pytest.raises(Conflict):
        studio.put(studio.by_teacher())


def test_on_the_page_of_the_version(app: Flask, session: Session, s3: Settings, studio: Studio) -> None:
    browser = factories.signed_in(app, session, Role.TEACHER, by=studio.teacher, where=studio.course)
    path = f"/resources/{studio.resource.id}/versions/2"
    assert "Todavía no tiene" in browser.get(path).text

    def send(text: str) -> int:
        sent = {"captions": (io.BytesIO(text.encode()), "clase.vtt"), "language": "es"}
        return browser.submit(f"{path}/captions", sent).status_code

    assert send("nada") == 422
    assert send(SPANISH) == 302
    page = browser.get(path).text
    assert "la biblioteca los revisará con la versión" in page
    assert "La papa nativa." in browser.get(f"{path}/read").text
    (kept,) = session.scalars(select(Rendition.id)).all()
    assert browser.submit(f"{path}/captions/{kept}/remove").location == path
    assert "Todavía no tiene" in browser.get(path).text
