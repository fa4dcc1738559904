"""Who alters, borrows or keeps the ticket of a registration that has begun gets nowhere with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from lrc.config import Settings
from lrc.db import utcnow
from lti import sealing
from lti.registering import discovery, tickets
from lti.registering.tickets import Ticket
from tests.lti.registering.conftest import CONFIGURATION, SECRET, Administrator
from tests.lti.registering.conftest import ticket_in as ticket_of

pytestmark = pytest.mark.usefixtures("nothing_is_kept")


def _flip(ticket: str) -> str:
    return ticket[:100] + ("A" if ticket[100] != "A" else "B") + ticket[101:]


@pytest.mark.parametrize(
    "spoil", [_flip, lambda ticket: ticket[:-8], lambda ticket: "", lambda ticket: "ñ", lambda ticket: "x" * 300_000]
)
def test_a_ticket_that_was_altered_is_refused(administrator: Administrator, spoil: Callable[[str], str]) -> None:
    ticket = ticket_of(administrator.paste())
    refused = administrator.browser.post("/lti/register", data={"ticket": spoil(ticket)})
    assert (refused.status_code, "llegó alterada" in refused.text) == (400, True)
    assert administrator.sent == []


def test_a_ticket_of_another_secret_or_kind_is_refused(administrator: Administrator, settings: Settings) -> None:
    configuration = discovery.configuration_of(administrator.configuration, administrator.server.url + CONFIGURATION)
    for ticket in (
        tickets.seal(Ticket(1, configuration, SECRET), "another secret key of the same length"),
        sealing.seal(json.dumps({"invitation_id": 1}), settings.secret_key),
    ):
        refused = administrator.browser.post("/lti/register", data={"ticket": ticket})
        assert refused.status_code == 400
    assert administrator.sent == []


def test_a_ticket_ends_after_half_an_hour(administrator: Administrator, monkeypatch: pytest.MonkeyPatch) -> None:
    page = administrator.paste()
    monkeypatch.setattr(tickets, "utcnow", lambda: utcnow() + tickets.MAX_AGE + timedelta(seconds=2))
    refused = administrator.press(page)
    assert (refused.status_code, "Pasó demasiado tiempo" in refused.text) == (400, True)
    assert f"frame-ancestors {administrator.server.url}" in refused.headers["Content-Security-Policy"]
    assert administrator.sent == []


def test_the_ticket_shows_nothing_of_what_it_carries(administrator: Administrator) -> None:
    ticket = ticket_of(administrator.paste())
    assert SECRET.encode() not in base64.urlsafe_b64decode(ticket)
    configuration = discovery.configuration_of(administrator.configuration, administrator.server.url + CONFIGURATION)
    assert SECRET not in repr(Ticket(1, configuration, SECRET))


def test_the_form_needs_no_cookie_and_no_other_address_takes_its_ticket(administrator: Administrator) -> None:
    page = administrator.paste()
    assert administrator.browser.get("/lti/register", query_string={"ticket": ticket_of(page)}).status_code == 405
    assert administrator.sent == []
