"""Sending in parts a file for a material that is there: a new version of it, or in the place of what waits."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog import sweeping, tasks
from catalog.models import File, FileState, ResourceState, Upload, Version
from lrc.config import Settings
from lrc.db import transaction
from lti.viewers import Role
from tests import factories
from tests.catalog.editions.drawer import Drawer
from tests.factories import Browser

CONTENT = b"La papa nativa, con los datos de 2026."


class Road(Drawer):
    """The teacher of the drawer in a browser that sends files by parts."""

    def __init__(self, app: Flask, session: Session) -> None:
        super().__init__(session)
        self.browser: Browser = factories.signed_in(app, session, Role.TEACHER, by=self.teacher, where=self.course)
        self.at = f"/resources/{self.resource.id}"

    def ask(self, path: str, **told: Any) -> TestResponse:
        return self.browser.post(path, json=told, headers={"X-CSRFToken": self.browser.csrf_token()})

    def begin(self, content: bytes = CONTENT) -> TestResponse:
        told = {"name": "nueva.txt", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        return self.ask("/uploads", **told, replaces=self.resource.id)

    def send(self) -> dict[str, str]:
        """Everything but completing it."""
        upload = dict(self.begin().json or {})
        links = self.browser.get(upload["parts"], content_type="application/json").json or {}
        assert requests.put(links["links"]["1"], data=CONTENT, timeout=20).status_code == 200
        return upload


@pytest.fixture
def road(app: Flask, session: Session, s3: Settings) -> Road:
    return Road(app, session)


def test_parts_become_a_new_version_which_is_read(road: Road) -> None:
    upload = road.send()
    assert road.ask(upload["describe"], note="").status_code == 422
    road.ask(upload["describe"], note="Datos de 2026")
    answer = road.ask(upload["complete"])
    assert answer.json == {"has_arrived": True, "resource": f"{road.at}/versions/2"}
    assert road.ask(upload["complete"]).json == answer.json
    road.session.rollback()
    version = road.session.scalars(select(Version)).one()
    assert version.file is not None
    assert (version.note, version.file.name) == ("Datos de 2026", "nueva.txt")
    tasks.read_file(version.file.id)
    road.session.rollback()
    road.session.refresh(version.file)
    assert version.file.state is FileState.READY
    assert road.text() == "Texto viejo"


def test_what_waits_gets_its_corrected_file_by_parts_too(road: Road) -> None:
    road.resource.state = ResourceState.RETURNED
    road.session.commit()
    assert "Subir un archivo corregido" in road.browser.get(f"{road.at}/versions/new").text
    upload = road.send()
    road.ask(upload["describe"], note="")
    assert road.ask(upload["complete"]).json == {"has_arrived": True, "resource": road.at}
    road.session.expire_all()
    assert road.session.scalars(select(File.name)).all() == ["nueva.txt"]
    assert road.resource.state is ResourceState.DRAFT


def test_what_was_not_described_is_described_on_its_page(road: Road) -> None:
    upload = road.send()
    road.ask(upload["complete"])
    assert upload["token"] in road.browser.get("/upload").text
    assert "nueva.txt" in road.browser.get(upload["describe"]).text
    answer = road.browser.submit(upload["describe"], {"note": "Datos de 2026"})
    assert answer.location == f"{road.at}/versions/2"


def test_others_send_nothing_for_it(road: Road, app: Flask) -> None:
    stranger = factories.person(road.session, of=road.moodle)
    road.browser = factories.signed_in(app, road.session, Role.TEACHER, by=stranger)
    assert road.begin().status_code == 403
    road.browser = factories.signed_in(app, road.session, Role.LIBRARIAN, by=road.librarian)
    assert road.begin().status_code == 200
    told = {"name": "x.txt", "size": 1, "sha256": "0" * 64}
    assert road.ask("/uploads", **told).status_code == 403
    for other in ("1", -1, 2**31, True, [1]):
        assert road.ask("/uploads", **told, replaces=other).status_code == 422
    assert road.session.scalars(select(Upload.replaces_id)).all() == [road.resource.id]


def test_files_of_versions_that_went_are_swept_and_kept_ones_stay(road: Road) -> None:
    road.second()
    kept = road.session.scalars(select(File.key)).all()
    road.session.add(File(key="files/lost", name="x", size_bytes=1, sha256=""))
    road.session.commit()
    with transaction() as session:
        sweeping.drop_unused(session)
    road.session.expire_all()
    assert sorted(road.session.scalars(select(File.key))) == sorted(kept)
