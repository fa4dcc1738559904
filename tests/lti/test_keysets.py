"""A platform's keys: cached, fetched again once for a new key id, and never waited for beyond the limits."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Protocol

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.errors import LaunchRefused
from lrc.practice.messages import SigningKey
from lti import outgoing
from lti.addresses import LOOPBACK
from lti.keysets import MAX_BYTES, Limits, public_key
from lti.models import PlatformKeySet
from tests.lti.launching import Moodle, is_signed_in
from tests.lti.servers import Asked, Server, drip, drip_headers, hang, says, serving

UNREACHABLE, UNKNOWN = "No pudimos leer las claves", "una clave que tu Moodle no publica"
PATIENT = Limits(outgoing.Limits(20, MAX_BYTES, LOOPBACK), lifetime_s=3600)
HASTY = Limits(outgoing.Limits(0.5, MAX_BYTES, LOOPBACK), lifetime_s=3600)
OLD, NEW = SigningKey.new(), SigningKey.new()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server(says({"keys": [OLD.public_jwk()]}))) as running:
        yield running


class Ask(Protocol):
    def __call__(self, key: SigningKey, limits: Limits = PATIENT) -> RSAPublicKey: ...


@pytest.fixture
def key_of(app: Flask, session: Session, server: Server) -> Ask:
    def ask(key: SigningKey, limits: Limits = PATIENT) -> RSAPublicKey:
        session.rollback()
        return public_key(session, f"{server.url}/certs", key.kid, limits)

    return ask


def later(session: Session, by: timedelta) -> None:
    """Let time pass for what is kept of the keys."""
    session.rollback()
    for kept in session.query(PlatformKeySet):
        kept.tried_at -= by
        kept.fetched_at = kept.fetched_at and kept.fetched_at - by
    session.commit()


def test_keys_are_fetched_once_and_kept(server: Server, key_of: Ask) -> None:
    for _ in range(3):
        assert key_of(OLD).public_numbers() == OLD.private.public_key().public_numbers()
    assert len(server.asked) == 1


def test_an_unknown_key_id_is_looked_for_once_and_not_by_every_forged_token(
    server: Server, key_of: Ask, session: Session
) -> None:
    key_of(OLD)
    later(session, timedelta(minutes=1))
    for _ in range(5):
        with pytest.raises(LaunchRefused) as refused:
            key_of(NEW)
        assert UNKNOWN in str(refused.value.message)
    assert len(server.asked) == 2
    assert key_of(OLD)


def test_a_new_key_of_the_platform_is_found(server: Server, key_of: Ask, session: Session) -> None:
    key_of(OLD)
    server.reply = says({"keys": [OLD.public_jwk(), NEW.public_jwk()]})
    later(session, timedelta(minutes=1))
    assert key_of(NEW).public_numbers() == NEW.private.public_key().public_numbers()
    assert len(server.asked) == 2


def test_a_key_that_the_platform_withdrew_goes_when_its_time_is_over(
    server: Server, key_of: Ask, session: Session
) -> None:
    key_of(OLD)
    server.reply = says({"keys": [NEW.public_jwk()]})
    later(session, timedelta(seconds=PATIENT.lifetime_s + 1))
    with pytest.raises(LaunchRefused):
        key_of(OLD)


def test_nobody_waits_for_new_keys_who_has_a_good_one(
    app: Flask, server: Server, key_of: Ask, session: Session
) -> None:
    def wait_for_the_platform() -> None:
        with app.app_context(), Session(session.get_bind()) as own:
            public_key(own, f"{server.url}/certs", OLD.kid, PATIENT)

    good, answered = server.reply, threading.Event()

    def when_told(handler: Asked) -> None:
        answered.wait()
        good(handler)

    key_of(OLD)
    later(session, timedelta(seconds=PATIENT.lifetime_s + 1))
    server.reply = when_told
    other = threading.Thread(target=wait_for_the_platform)
    other.start()
    while len(server.asked) < 2:
        time.sleep(0.01)
    assert key_of(OLD)
    assert other.is_alive()
    answered.set()
    other.join()


def test_a_platform_that_is_down_keeps_its_people_for_a_day(server: Server, key_of: Ask, session: Session) -> None:
    key_of(OLD)
    server.reply = says(b"", status=503)
    later(session, timedelta(hours=20))
    assert key_of(OLD)
    later(session, timedelta(hours=5))
    with pytest.raises(LaunchRefused):
        key_of(OLD)


def test_after_a_failure_the_platform_is_asked_again_a_little_later(
    server: Server, key_of: Ask, session: Session
) -> None:
    server.reply, good = says(b"", status=500), server.reply
    for _ in range(3):
        with pytest.raises(LaunchRefused) as refused:
            key_of(OLD, HASTY)
        assert UNREACHABLE in str(refused.value.message)
    assert len(server.asked) == 1
    server.reply = good
    later(session, timedelta(minutes=1))
    assert key_of(OLD)


HUGE = json.dumps({"keys": [OLD.public_jwk()], "more": "x" * MAX_BYTES}).encode()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says(b"<h1>Error</h1>"), id="not JSON"),
        pytest.param(says([1]), id="a list"),
        pytest.param(says({"keys": "x"}), id="keys a text"),
        pytest.param(says(b"[" * 100_000), id="very deep"),
        pytest.param(says(HUGE), id="huge"),
        pytest.param(says(HUGE, Content_Length="10"), id="cut short"),
        pytest.param(says(b"{}", Transfer_Encoding="chunked"), id="badly chunked"),
        pytest.param(says(b"{}", Content_Length="999"), id="too short"),
        pytest.param(says({"keys": [OLD.public_jwk()]}, status=404), id="not found"),
        pytest.param(says(b"", status=302, Location="http://127.0.0.1:9/"), id="a redirect"),
        pytest.param(hang, id="silent"),
        pytest.param(drip, id="dripping"),
        pytest.param(drip_headers, id="dripping headers"),
    ],
)
def test_a_key_set_that_cannot_be_had_is_said_and_not_waited_for(server: Server, key_of: Ask, answer: Any) -> None:
    server.reply = answer
    begun = time.monotonic()
    with pytest.raises(LaunchRefused) as refused:
        key_of(OLD, HASTY)
    assert UNREACHABLE in str(refused.value.message)
    assert time.monotonic() - begun < 10


def test_nobody_listening_is_said(app: Flask, session: Session) -> None:
    with pytest.raises(LaunchRefused) as refused:
        public_key(session, "http://127.0.0.1:9/", "x", HASTY)
    assert UNREACHABLE in str(refused.value.message)


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "HS256"},
        {"use": "enc"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC"},
        {"n": "AQAB"},
        {"n": 5},
        {"n": "A" * 100_000},
        {"e": ""},
        {"kid": 3},
    ],
)
def test_a_key_that_is_not_for_rs256_is_passed_over(server: Server, key_of: Ask, changes: dict[str, Any]) -> None:
    odd = [None, "x", [], {}, {**OLD.public_jwk(), **changes}]
    server.reply = says({"keys": [*odd, NEW.public_jwk()]})
    assert key_of(NEW)
    with pytest.raises(LaunchRefused):
        key_of(OLD)


def test_a_key_without_alg_and_use_is_good_for_rs256(server: Server, key_of: Ask) -> None:
    bare = {name: OLD.public_jwk()[name] for name in ("kty", "kid", "n", "e")}
    server.reply = says({"keys": [bare]})
    assert key_of(OLD)


def test_of_many_first_launches_at_once_one_asks_the_platform(app: Flask, server: Server, session: Session) -> None:
    good = server.reply

    def slowly(handler: Asked) -> None:
        time.sleep(0.2)
        good(handler)

    server.reply = slowly
    found: list[Any] = []

    def ask() -> None:
        with app.app_context(), Session(session.get_bind()) as own:
            found.append(public_key(own, f"{server.url}/certs", OLD.kid, PATIENT))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(server.asked)) == (6, 1)


def test_a_launch_whose_keys_cannot_be_had_is_refused_in_a_sentence(moodle: Moodle, session: Session) -> None:
    """And the same launch is let in once they can: the login is not used up."""
    browser = moodle.browser()
    asked = moodle.begin(browser)
    fields = {"id_token": moodle.token(asked["nonce"]), "state": asked["state"]}
    session.add(
        PlatformKeySet(jwks_url=f"{moodle.settings.practice_url}/mod/lti/certs.php", tried_at=utcnow(), keys={})
    )
    session.execute(update(PlatformKeySet).values(tried_at=utcnow() - timedelta(seconds=20)))
    session.commit()
    answer = browser.post("/lti/launch", data=fields)
    assert answer.status_code == 401
    assert UNREACHABLE in answer.text
    assert "Public keyset URL" in answer.text
    later(session, timedelta(minutes=1))
    assert browser.post("/lti/launch", data=fields).status_code == 303
    assert is_signed_in(browser)


def test_a_key_set_sent_in_chunks_is_read(server: Server, key_of: Ask) -> None:
    body = json.dumps({"keys": [OLD.public_jwk()]}).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:100], body[100:])) + b"0\r\n\r\n"
    server.reply = says(chunks, Transfer_Encoding="chunked")
    assert key_of(OLD)
