"""The alarm as a task, to a real mail server: told once, tried again while the server is away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.fixity import tasks
from catalog.models import FixityCheck, Outcome
from lrc.config import Settings, SettingsError, from_environment
from lrc.db import utcnow
from tests import factories, mailing
from tests.mailing import Server

ALARM = "sistemas@universidad.example"


@pytest.fixture
def server() -> Iterator[Server]:
    with mailing.serving() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, server: Server) -> Settings:
    address = f"smtp://127.0.0.1:{server.server_address[1]}"
    return replace(settings, mail_url=address, mail_from="biblioteca@universidad.example", alarm_mail=ALARM)


@pytest.fixture
def lost(app: Flask, session: Session) -> FixityCheck:
    file = factories.resource(session, title="Guía de riego").file
    assert file is not None
    check = FixityCheck(key=file.key, file_id=file.id, sha256="", outcome=Outcome.MISSING, damaged_at=utcnow())
    session.add(check)
    session.commit()
    return check


def test_one_letter_is_sent_once(server: Server, lost: FixityCheck) -> None:
    for _ in range(2):
        tasks.tell_damage()
    (letter,) = server.taken
    assert (letter["To"], letter["Subject"]) == (ALARM, "1 archivo dañado en la biblioteca")
    assert "Guía de riego" in letter.get_content()


def test_nothing_is_sent_where_nothing_is_damaged(app: Flask, server: Server) -> None:
    tasks.tell_damage()
    assert server.taken == []


def test_a_server_that_is_away_is_asked_again(
    app: Flask, session: Session, settings: Settings, server: Server, lost: FixityCheck
) -> None:
    app.config["LRC_SETTINGS"] = replace(settings, mail_url="smtp://127.0.0.1:9")
    tasks.tell_damage()
    app.config["LRC_SETTINGS"] = settings
    tasks.tell_damage()
    assert len(server.taken) == 1


def test_an_address_that_nobody_has_is_an_error_in_the_log_and_not_tried_for_ever(
    app: Flask, settings: Settings, server: Server, lost: FixityCheck, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["LRC_SETTINGS"] = replace(settings, alarm_mail="nadie@otra.example")
    for _ in range(2):
        tasks.tell_damage()
    assert caplog.text.count("LRC_ALARM_MAIL") == 1


def test_an_address_that_cannot_be_is_refused_at_start() -> None:
    with pytest.raises(SettingsError, match="LRC_ALARM_MAIL"):
        from_environment({"LRC_ALARM_MAIL": "sistemas"})
