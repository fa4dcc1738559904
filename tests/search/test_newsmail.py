"""Mail about saved searches, to a real server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.db import utcnow
from lti.models import Person
from search import newsmail
from search.models import SavedSearch
from tests import factories, mailing
from tests.mailing import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with mailing.serving() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, server: Server) -> Settings:
    address = f"smtp://127.0.0.1:{server.server_address[1]}"
    return replace(settings, mail_url=address, mail_from="biblioteca@universidad.example")


def somebody(session: Session, email: str, *news: int, tells: bool = True) -> Person:
    """A person with a saved search for each count of what is new in it."""
    made = factories.person(session, name="Ana Quispe")
    made.email = email
    for number, fresh in enumerate(news):
        saved = SavedSearch(name=f"Tema {number}", address=f"q={number}", fresh=fresh, tells=tells)
        saved.person_id, saved.institution_id = made.id, made.institution_id
        session.add(saved)
    session.commit()
    return made


@pytest.mark.usefixtures("app")
def test_each_gets_one_letter_about_all_that_is_new_and_no_other_until_they_look(
    session: Session, server: Server
) -> None:
    person = somebody(session, "ana@universidad.example", 2, 0, 1)
    newsmail.mail_new()
    newsmail.mail_new()
    (letter,) = server.taken
    assert (letter["To"], letter["From"]) == ("ana@universidad.example", "biblioteca@universidad.example")
    assert letter["Subject"] == "3 novedades en tus búsquedas"
    text = letter.get_content()
    assert "Hola, Ana Quispe:" in text
    assert "- Tema 0: 2 nuevos" in text
    assert "- Tema 2: 1 nuevo" in text
    assert "Tema 1" not in text
    for saved in session.query(SavedSearch).filter_by(person_id=person.id):
        saved.looked_at = utcnow() + timedelta(seconds=1)
    session.commit()
    newsmail.mail_new()
    assert len(server.taken) == 2


@pytest.mark.usefixtures("app")
def test_who_wants_none_has_no_address_or_is_long_gone_gets_none(session: Session, server: Server) -> None:
    somebody(session, "callada@universidad.example", 3, tells=False)
    somebody(session, "", 3)
    somebody(session, "x@universidad.example\r\nBcc: otro@universidad.example", 3)
    somebody(session, "ida@universidad.example", 3).last_seen_at = utcnow() - 2 * newsmail.GONE_AFTER
    session.commit()
    newsmail.mail_new()
    assert server.taken == []


@pytest.mark.usefixtures("app")
def test_one_address_that_is_refused_keeps_no_letter_from_others(session: Session, server: Server) -> None:
    somebody(session, "nadie@otra.example", 1)
    somebody(session, "ana@universidad.example", 1)
    newsmail.mail_new()
    assert [letter["To"] for letter in server.taken] == ["ana@universidad.example"]


@pytest.mark.usefixtures("app")
def test_a_server_that_is_away_is_asked_again(
    session: Session, server: Server, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    somebody(session, "ana@universidad.example", 1)
    server.server_close()
    newsmail.mail_new()
    assert "waits" in caplog.text
    assert "ana@" not in caplog.text
    assert [saved.mailed_at for _who, saved in session.execute(newsmail.waiting())] == [None]
