"""What the doctor makes of answers: each made by a server that misbehaves in exactly that way."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from email.utils import formatdate
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.db import utcnow
from lrc.practice.signing import SigningKey
from lti import keys
from lti.addresses import LOOPBACK
from lti.doctor import examining
from lti.doctor.asking import LINEITEM_READONLY
from lti.doctor.findings import State
from lti.models import ToolKey
from lti.outgoing import Limits
from tests.lti.doctor.conftest import Load, found, states
from tests.lti.servers import Asked, Server, says

RSA_KEY = SigningKey.new().public_jwk()


def _tokens(answer: Any, status: int = 400, bare: Any = None) -> Any:
    """A server whose token.php answers so, and ``bare`` to a request without anything; its keys are in order."""

    def reply(asked: Asked) -> None:
        if asked.path.endswith("certs.php"):
            says({"keys": [RSA_KEY]})(asked)
        elif asked.body or bare is None:
            says(answer, status)(asked)
        else:
            says(bare, 400)(asked)

    return reply


def _dated(date: str) -> Any:
    """A server that knows nothing but says what day it is."""

    def reply(asked: Asked) -> None:
        asked.send_response_only(404)
        asked.send_header("Date", date)
        asked.end_headers()

    return reply


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (b"<h1>Not Found</h1>", 404, "keys-not-a-set"),
        (b"<h1>Moodle</h1>", 200, "keys-not-a-set"),
        ({"keys": "none"}, 200, "keys-not-a-set"),
        ([], 200, "keys-not-a-set"),
        ({"keys": []}, 200, "keys-none-usable"),
        ({"keys": [{"kty": "EC", "kid": "k"}]}, 200, "keys-none-usable"),
        ({"keys": [RSA_KEY | {"n": "AQAB"}]}, 200, "keys-none-usable"),
        ({"keys": [{"kty": "RSA", "n": 1}, "x"]}, 200, "keys-none-usable"),
    ],
)
def test_what_is_no_usable_key_set_is_said(load: Load, server: Server, answer: Any, status: int, code: str) -> None:
    server.reply = says(answer, status)
    assert states(examining.examine(load()))[code] is State.BAD


def test_keys_in_order_are_good(load: Load, server: Server) -> None:
    server.reply = says({"keys": [RSA_KEY, {"kty": "EC", "kid": "k"}]})
    assert found(examining.examine(load()), "keys").detail.startswith("1 usable RSA keys")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://moodle.invalid/mod/lti/certs.php", "No se encuentra el nombre"),
        ("http://10.1.2.3/mod/lti/certs.php", "red privada"),
        ("http://moodle example/", "no es una dirección"),
    ],
)
def test_why_keys_cannot_be_had_is_said_in_plain_words(load: Load, url: str, words: str) -> None:
    examination = examining.examine(load(jwks_url=url, limits=Limits(5.0, networks=LOOPBACK)))
    assert words in found(examination, "keys-unreachable").sentence


def test_which_private_address_a_name_leads_to_is_not_told(load: Load) -> None:
    examination = examining.examine(load(jwks_url="http://localhost/keys", limits=Limits(5.0)))
    detail = found(examination, "keys-unreachable").detail
    assert "not public" in detail
    assert "127.0.0.1" not in detail
    assert "::1" not in detail


def test_an_address_that_leads_elsewhere_is_not_followed(load: Load, server: Server) -> None:
    server.reply = says(b"", 301, Location="https://moodle.example/")
    examination = examining.examine(load())
    assert "lleva a otra" in found(examination, "keys-unreachable").sentence
    assert "lleva a otra" in found(examination, "token-unreachable").sentence


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": "invalid_client"}, "token-client"),
        ({"error": "invalid_request"}, "token-keyset"),
        ({"error": "kid invalid, unable to lookup correct key"}, "token-keyset"),
        ({"error": "Signature verification failed"}, "token-keyset"),
        ({"error": "Expired token"}, "token-clock"),
        ({"error": "Cannot handle token with iat prior to 2026-11-21T22:00:00+0000"}, "token-clock"),
    ],
)
def test_what_token_php_refuses_is_told_apart(load: Load, server: Server, answer: Any, code: str) -> None:
    server.reply = _tokens(answer)
    examination = examining.examine(load())
    assert found(examination, code).state is State.BAD
    assert not any(each.startswith("scope") for each in states(examination))


def test_the_keyset_that_moodle_should_read_is_written_out(load: Load, server: Server) -> None:
    server.reply = _tokens({"error": "Signature verification failed"})
    places = found(examining.examine(load()), "token-keyset").places
    assert [each.value for each in places][1] == "https://tool.example/lti/jwks.json"


def test_a_page_instead_of_a_token_means_blocked_keys_only_where_token_php_lives(load: Load, server: Server) -> None:
    page = b"<html><h1>Error</h1></html>"
    server.reply = _tokens(page, 404, bare={"error": "invalid_request"})
    assert states(examining.examine(load()))["token-keys-blocked"] is State.BAD
    server.reply = _tokens(page, 404)
    assert states(examining.examine(load()))["token-address"] is State.BAD


def test_a_token_php_that_breaks_is_called_broken(load: Load, server: Server) -> None:
    server.reply = _tokens(b"Fatal error", 500, bare={"error": "invalid_request"})
    assert states(examining.examine(load()))["token-broken"] is State.BAD


def test_what_a_platform_says_cannot_break_the_finding(load: Load, server: Server) -> None:
    server.reply = _tokens({"error": "<script>\n\u202e" + "x" * 5000})
    detail = found(examining.examine(load()), "token-keyset").detail
    assert "\n" not in detail
    assert "\u202e" not in detail
    assert len(detail) < 400


def test_a_platform_that_names_the_scopes_it_grants_is_believed(load: Load, server: Server) -> None:
    server.reply = _tokens({"access_token": "t", "scope": LINEITEM_READONLY}, 200, bare={"error": "invalid_request"})
    seen = states(examining.examine(load()))
    assert seen["token"] is State.GOOD
    assert seen["scope-no-grades"] is State.BETTER
    assert seen["scope-no-roster"] is State.BETTER


def test_a_scope_that_was_not_answered_is_not_called_withheld(load: Load, server: Server) -> None:
    def reply(asked: Asked) -> None:
        is_lost = asked.body.endswith(b"score")
        says(b"" if is_lost else {"access_token": "t"}, 500 if is_lost else 200)(asked)

    server.reply = reply
    seen = states(examining.examine(load()))
    assert seen["scopes"] is State.UNKNOWN
    assert not {"scope-no-grades", "scope-grades-only", "scope-no-roster"} & set(seen)


def test_a_token_is_sent_to_the_platforms_own_site_only(load: Load, server: Server) -> None:
    server.reply = _tokens({"access_token": "t"}, 200)
    case = load(lineitems_url="http://elsewhere.example/lineitems", memberships_url=f"{server.url}/members")
    examination = examining.examine(case)
    assert states(examination)["services-elsewhere"] is State.BAD
    bearers = [each.path for each in server.asked if each.headers.get("Authorization")]
    assert bearers == ["/members?limit=5"]


def test_no_token_is_in_any_finding(load: Load, server: Server) -> None:
    server.reply = _tokens({"access_token": "s3cret-token"}, 200)
    examination = examining.examine(load(lineitems_url=f"{server.url}/l", memberships_url=f"{server.url}/m?x=1"))
    assert "s3cret-token" not in repr([(each.sentence, each.detail) for each in examination.findings])
    assert "/m?x=1&limit=5" in [each.path for each in server.asked]


@pytest.mark.parametrize("answer", [{"members": {}}, [], b"<html>", {"members": None}])
def test_a_roster_that_is_none_has_failed(load: Load, server: Server, answer: Any) -> None:
    def reply(asked: Asked) -> None:
        says(answer if asked.path.startswith("/m?") else {"access_token": "t"})(asked)

    server.reply = reply
    examination = examining.examine(load(memberships_url=f"{server.url}/m"))
    assert states(examination)["memberships-failed"] is State.BAD


@pytest.mark.parametrize(
    ("ahead_s", "state", "words"),
    [
        (0, State.GOOD, "coinciden"),
        (17, State.BETTER, "adelantado"),
        (90, State.BAD, "adelantado 90 segundos"),
        (-90, State.BAD, "atrasado 90 segundos"),
    ],
)
def test_the_clock_is_read_off_the_header_date(
    load: Load, server: Server, ahead_s: int, state: State, words: str
) -> None:
    server.reply = _dated(formatdate(time.time() + ahead_s, usegmt=True))
    clock = found(examining.examine(load()), "clock")
    assert clock.state is state
    assert words in clock.sentence.replace("89", "90").replace("91", "90")


@pytest.mark.parametrize(
    ("others", "words"),
    [((), "y en el de la biblioteca"), ((0.2, -0.5), "en el servidor de Moodle"), ((88.0, 95.0), "falle el reloj")],
)
def test_the_clock_that_is_alone_is_the_wrong_one(
    load: Load, server: Server, others: tuple[float, ...], words: str
) -> None:
    server.reply = _dated(formatdate(time.time() + 90, usegmt=True))
    assert words in found(examining.examine(load(other_clocks=others)), "clock").advice


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 99 Nov 2026 99:99:99 GMT"])
def test_a_date_that_is_none_tells_nothing(load: Load, server: Server, date: str) -> None:
    server.reply = _dated(date)
    assert states(examining.examine(load()))["clock"] is State.UNKNOWN


def test_without_a_key_of_our_own_no_token_is_asked_for(load: Load, server: Server, session: Session) -> None:
    session.execute(delete(ToolKey))
    session.commit()
    examination = examining.examine(load())
    assert states(examination)["our-key-missing"] is State.BAD
    assert states(examination)["token"] is State.UNKNOWN
    assert [each.path for each in server.asked] == ["/mod/lti/certs.php"]


def test_a_key_that_the_secret_does_not_open_is_said(load: Load, session: Session) -> None:
    session.execute(update(ToolKey).values(private_pem="kept with another secret"))
    session.commit()
    assert states(examining.known(load()))["our-key-closed"] is State.BAD
    keys.ensure_key(session, "test-secret-key-that-is-long-enough")
    session.commit()
    seen = states(examining.known(load()))
    assert seen["our-key"] is State.GOOD
    assert seen["our-key-some-closed"] is State.BETTER


def test_a_key_that_was_not_changed_on_time_is_said(load: Load, session: Session, settings: Settings) -> None:
    assert states(examining.known(load()))["our-key"] is State.GOOD
    session.execute(update(ToolKey).values(created_at=utcnow() - timedelta(days=settings.key_lifetime_days + 40)))
    session.commit()
    assert states(examining.known(load()))["our-key-old"] is State.BETTER


def test_the_next_key_is_told_where_it_waits_for_its_time(load: Load, session: Session, settings: Settings) -> None:
    keys.rotate(session, settings.secret_key)
    session.commit()
    assert "ya publicó la siguiente" in found(examining.known(load()), "our-key").sentence


def test_findings_are_plain_data(load: Load, server: Server) -> None:
    for each in examining.examine(load()).findings:
        assert json.dumps([each.code, each.state, str(each.sentence), str(each.advice), each.detail])
