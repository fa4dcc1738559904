"""Sending in parts as a browser does it, against real storage: in any order, twice, broken off, and by who may not."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import sweeping, tasks
from catalog.models import FileState, Resource, Upload
from catalog.sending import sendings
from lrc.config import MIB, Settings
from lrc.db import utcnow
from lrc.storage import current_storage
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.catalog.sending.uploading import (
    CONTENT,
    SAID,
    SMALL,
    announce,
    ask,
    begin,
    links,
    only,
    put,
    send,
    stored,
)
from tests.factories import Browser


@pytest.fixture
def teacher(app: Flask, session: Session, s3: Settings) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, where=factories.context(session))


def test_parts_in_any_order_become_a_described_resource_that_is_read(session: Session, teacher: Browser) -> None:
    upload = begin(teacher, CONTENT)
    said = SAID | {"title": "La papa", "source": "https://tool.example/r/x"}
    assert ask(teacher, upload["describe"], said).json == {"has_arrived": False, "resource": ""}
    wanted = links(teacher, upload)
    assert sorted(wanted) == ["1", "2", "3"]
    for number in ("3", "1"):
        assert put(wanted[number], CONTENT, int(number)) == 200
    assert ask(teacher, upload["complete"]).status_code == 409
    assert sorted(links(teacher, upload)) == ["2"]
    assert put(wanted["2"], CONTENT, 2) == 200
    answer = ask(teacher, upload["complete"])
    resource = only(session)
    assert answer.json == {"has_arrived": True, "resource": f"/resources/{resource.id}"}
    file = resource.file
    assert file is not None
    assert (resource.title, file.name, file.size_bytes) == ("La papa", "papa.txt", len(CONTENT))
    assert resource.profile == {"sources": ["https://tool.example/r/x"]}
    tasks.read_file(file.id)
    assert only(session).file.state is FileState.READY  # type: ignore[union-attr]


def test_completing_again_leads_to_the_same_resource(session: Session, teacher: Browser) -> None:
    upload = send(teacher)
    ask(teacher, upload["describe"], SAID)
    first, second = ask(teacher, upload["complete"]), ask(teacher, upload["complete"])
    assert first.json == second.json
    assert only(session).title == "papa"


def test_of_those_who_complete_it_at_once_all_are_led_to_one_resource(
    app: Flask, session: Session, teacher: Browser
) -> None:
    upload = send(teacher)
    ask(teacher, upload["describe"], SAID)
    person = session.get_one(Person, session.scalars(select(Upload.person_id)).one())
    tabs = [factories.signed_in(app, session, Role.TEACHER, by=person) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda tab: ask(tab, upload["complete"]), tabs))
    assert {each.status_code for each in answers} == {200}
    assert {(each.json or {})["resource"].rsplit("/", 1)[1] for each in answers} == {str(only(session).id)}


def test_what_storage_put_together_before_our_row_was_written_has_arrived(session: Session, teacher: Browser) -> None:
    upload = send(teacher)
    row = session.scalars(select(Upload)).one()
    storage = current_storage()
    storage.join_parts(row.key, row.storage_id, storage.parts(row.key, row.storage_id))
    answer = teacher.get(upload["parts"], content_type="application/json")
    assert answer.json == {"is_gone": True}
    assert ask(teacher, upload["complete"]).json == {"has_arrived": True, "resource": ""}


def test_what_arrived_is_described_by_its_own_page_without_scripts(session: Session, teacher: Browser) -> None:
    upload = send(teacher)
    ask(teacher, upload["complete"])
    assert session.scalars(select(Resource)).all() == []
    assert upload["describe"] in teacher.get("/upload").text
    assert "Dejaste 1 archivo" in teacher.get("/mine").text
    assert "papa.txt" in teacher.get(upload["describe"]).text
    assert teacher.submit(upload["describe"], SAID | {"license": "mía"}).status_code == 422
    answer = teacher.submit(upload["describe"], SAID | {"title": "Quinua"})
    assert answer.headers["Location"] == f"/resources/{only(session).id}"
    assert upload["describe"] not in teacher.get("/upload").text
    assert "Dejaste" not in teacher.get("/mine").text


def test_the_same_bytes_go_on_where_they_stopped_whatever_they_are_called(teacher: Browser) -> None:
    upload = begin(teacher, CONTENT)
    assert put(links(teacher, upload)["2"], CONTENT, 2) == 200
    again = begin(teacher, CONTENT, name="otra.txt")
    assert again == upload
    assert sorted(links(teacher, again)) == ["1", "3"]
    assert sorted(links(teacher, again, start=3)) == ["3"]


def test_what_we_hold_is_told_with_its_twin_before_anything_is_sent(session: Session, teacher: Browser) -> None:
    upload = send(teacher)
    ask(teacher, upload["describe"], SAID | {"title": "La primera"})
    ask(teacher, upload["complete"])
    twin = {"title": "La primera", "address": f"/resources/{only(session).id}"}
    assert announce(teacher, SMALL).json == {"twin": twin}
    assert len(session.scalars(select(Upload)).all()) == 1


def test_a_twin_that_came_meanwhile_is_told_and_what_was_sent_goes(session: Session, teacher: Browser) -> None:
    upload = send(teacher)
    ask(teacher, upload["describe"], SAID)
    teacher.submit("/upload", SAID | {"file": (io.BytesIO(SMALL), "otra.txt")})
    kept = only(session).file
    assert kept is not None
    assert "twin" in (ask(teacher, upload["complete"]).json or {})
    session.rollback()
    assert session.scalars(select(Upload)).all() == []
    for key in stored() - {kept.key}:
        tasks.delete_objects([key])
    assert stored() == {kept.key}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"size": 0}, 422),
        ({"size": 600 * MIB}, 413),
        ({"size": -1}, 422),
        ({"size": True}, 422),
        ({"sha256": "none"}, 422),
        ({"sha256": None}, 422),
        ({"name": None}, 422),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    session: Session, teacher: Browser, changes: dict[str, Any], status: int
) -> None:
    answer = announce(teacher, SMALL, **changes)
    assert answer.status_code == status
    assert (answer.json or {})["message"]
    assert session.scalars(select(Upload)).all() == []


def test_a_part_of_another_size_is_not_taken(teacher: Browser) -> None:
    upload = begin(teacher)
    assert requests.put(links(teacher, upload)["1"], data=SMALL * 2, timeout=10).status_code == 403
    assert ask(teacher, upload["complete"]).status_code == 409


def test_other_bytes_than_announced_are_never_served(session: Session, teacher: Browser) -> None:
    upload = begin(teacher, SMALL)
    assert put(links(teacher, upload)["1"], SMALL[::-1]) == 200
    ask(teacher, upload["describe"], SAID)
    ask(teacher, upload["complete"])
    file = only(session).file
    assert file is not None
    tasks.read_file(file.id)
    resource = only(session)
    assert resource.file.failure == "altered"  # type: ignore[union-attr]
    # They were not scanned either: that comes after, and whoever sent them chose what was announced.
    for path in ("file", "link"):
        assert teacher.get(f"/resources/{resource.id}/{path}").status_code == 409


def test_what_no_browser_says_of_a_file_is_refused_or_left_out(session: Session, teacher: Browser) -> None:
    headers = {"X-CSRFToken": teacher.csrf_token(), "Content-Type": "application/json"}
    assert teacher.post("/uploads", data="[" * 200_000, headers=headers).status_code == 422
    assert teacher.get(f"/uploads/{'%00' * 32}").status_code == 404
    upload = send(teacher)
    assert ask(teacher, upload["describe"], SAID | {"title": 7, "license": ["CC BY 4.0"]}).status_code == 422
    ask(teacher, upload["describe"], SAID | {"title": "La\0 quinua\ud800", "description": "\0\udfffSierra"})
    assert ask(teacher, upload["complete"]).status_code == 200
    assert (only(session).title, only(session).description) == ("La quinua", "Sierra")


def test_what_was_meant_for_one_course_does_not_become_anothers(app: Flask, session: Session, s3: Settings) -> None:
    rosa = factories.person(session)
    algebra, physics = (factories.context(session, of=rosa.platform, label=each) for each in ("ALG", "FIS"))
    before = factories.signed_in(app, session, Role.TEACHER, by=rosa, where=algebra)
    upload = send(before)
    ask(before, upload["describe"], SAID | {"audience": "course"})
    now = factories.signed_in(app, session, Role.TEACHER, by=rosa, where=physics)
    assert ask(now, upload["complete"]).json == {"has_arrived": True, "resource": ""}
    assert session.scalars(select(Resource)).all() == []
    assert now.get(upload["describe"]).status_code == 200
    ask(now, upload["describe"], SAID | {"audience": "course"})
    assert only(session).audience == f"context:{physics.id}"


def test_somebody_elses_upload_is_not_there(app: Flask, session: Session, teacher: Browser) -> None:
    upload = send(teacher)
    other = factories.signed_in(app, session, Role.TEACHER)
    assert other.get(upload["parts"], content_type="application/json").status_code == 404
    for what in ("complete", "describe", "drop"):
        assert ask(other, upload[what], SAID).status_code == 404
    assert ask(teacher, upload["complete"]).status_code == 200


def test_students_send_nothing(app: Flask, session: Session, s3: Settings) -> None:
    student = factories.signed_in(app, session, Role.STUDENT)
    assert announce(student, SMALL).status_code == 403
    assert session.scalars(select(Upload)).all() == []


def test_too_many_at_once_are_refused(session: Session, teacher: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sendings, "MOST_OPEN", 2)
    begin(teacher, b"uno")
    begin(teacher, b"dos")
    refused = announce(teacher, b"tres")
    assert refused.status_code == 409
    assert "muchos archivos" in (refused.json or {})["message"]
    assert announce(teacher, b"dos").status_code == 200


def test_too_much_at_once_is_refused(app: Flask, teacher: Browser) -> None:
    app.config["LRC_SETTINGS"] = replace(app.config["LRC_SETTINGS"], max_upload_bytes=100)
    for number in range(8):
        begin(teacher, bytes([number]) * 100)
    assert announce(teacher, b"x").status_code == 409


def test_a_dropped_upload_leaves_nothing(session: Session, teacher: Browser) -> None:
    for is_whole in (False, True):
        upload = send(teacher)
        session.rollback()
        row = session.scalars(select(Upload)).one()
        if is_whole:
            ask(teacher, upload["complete"])
        assert ask(teacher, upload["drop"]).json == {"is_dropped": True}
        tasks.delete_objects([row.key])
        session.rollback()
        assert session.scalars(select(Upload)).all() == []
        assert stored() == set()
        assert announce(teacher, SMALL).status_code == 200


def test_an_upload_that_storage_forgot_begins_anew(session: Session, teacher: Browser) -> None:
    upload = begin(teacher)
    row = session.scalars(select(Upload)).one()
    current_storage().drop_parts(row.key, row.storage_id)
    assert ask(teacher, upload["complete"]).json == {"is_gone": True}
    assert begin(teacher)["token"] != upload["token"]


def test_the_sweep_keeps_what_may_still_go_on_and_ends_the_rest(
    session: Session, teacher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, whole = begin(teacher, b"sigue"), send(teacher, b"entera")
    ask(teacher, whole["complete"])
    lost_key, lost_id = current_storage().begin_parts("files")  # its row was never written
    monkeypatch.setattr(sweeping, "ORPHAN_AGE", sweeping.ORPHAN_AGE * -1)
    tasks.sweep()
    assert links(teacher, going)
    assert len(stored()) == 1
    with pytest.raises(Exception, match="does not hold"):
        current_storage().parts(lost_key, lost_id)
    monkeypatch.setattr(sendings, "KEPT_FOR", utcnow() - utcnow())
    tasks.sweep()
    session.rollback()
    assert session.scalars(select(Upload)).all() == []
    tasks.sweep()
    assert stored() == set()


def test_an_upload_whose_bytes_are_gone_is_missed(session: Session, teacher: Browser) -> None:
    upload = send(teacher, os.urandom(20))
    ask(teacher, upload["complete"])
    key = session.scalars(select(Upload.key)).one()
    assert sweeping.compare(session, current_storage()).missing == []
    current_storage().delete(key)
    assert sweeping.compare(session, current_storage()).missing == [key]
