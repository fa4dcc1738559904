"""Tokens for a platform's services: signed for, shared, kept, replaced, and what is said where none can be had."""

from __future__ import annotations

import logging
import threading
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.db import utcnow
from lti import keys
from lti.connector import Connector, ServiceTrouble, connect
from lti.models import Platform, ServiceToken
from tests import factories
from tests.lti.connector.platformlike import ITEMS, ROSTER, SCORE, Platformlike, kept
from tests.lti.servers import Asked, says

MOODLES_404 = (
    b"<!DOCTYPE html><html><head><title>Error | Moodle</title><style>p{}</style></head><body>Error</body></html>"
)


def test_the_assertion_is_signed_by_the_key_that_we_publish(
    ask: Connector, moodle: Platformlike, platform: Platform, session: Session, settings: Settings
) -> None:
    ask.get_access_token([SCORE, ITEMS])
    [asked] = moodle.token_calls
    form = {name: value for name, [value] in parse_qs(asked.body.decode()).items()}
    assertion = form.pop("client_assertion")
    assert form == {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "scope": f"{ITEMS} {SCORE}",
    }
    published = {key["kid"]: key for key in keys.key_set(session, settings.secret_key)["keys"]}
    public = jwt.PyJWK(published[jwt.get_unverified_header(assertion)["kid"]])
    said = jwt.decode(assertion, public, algorithms=["RS256"], audience=platform.auth_token_url)
    assert said["iss"] == said["sub"] == platform.client_id
    assert said["exp"] - said["iat"] <= 300
    assert said["jti"]


def test_a_token_is_shared_by_processes_and_kept_for_its_scopes_and_platform_only(
    ask: Connector, moodle: Platformlike, platform: Platform, session: Session
) -> None:
    assert ask.get_access_token([SCORE, ITEMS]) == "token-1"
    assert connect(platform.id).get_access_token([ITEMS, SCORE]) == "token-1"
    assert ask.get_access_token([ROSTER]) == "token-2"
    other = factories.platform(session, issuer=moodle.url, client_id="other")
    other.auth_token_url = platform.auth_token_url
    session.commit()
    assert connect(other.id).get_access_token([SCORE, ITEMS]) == "token-3"


def test_no_token_lies_readable_in_the_database(ask: Connector, session: Session) -> None:
    ask.get_access_token([SCORE])
    [row] = session.scalars(select(ServiceToken))
    assert "token-1" not in row.sealed


def test_a_token_is_replaced_before_it_ends_and_after_the_secret_changed(ask: Connector, session: Session) -> None:
    ask.get_access_token([SCORE])
    [row] = session.scalars(select(ServiceToken))
    row.expires_at = utcnow()
    session.commit()
    assert ask.get_access_token([SCORE]) == "token-2"
    session.expire_all()
    row.sealed = "sealed-by-another"
    session.commit()
    assert ask.get_access_token([SCORE]) == "token-3"


@pytest.mark.parametrize("expires_in", [None, "soon", -1, 0, 10**30, True, [1]])
def test_a_token_with_an_odd_lifetime_is_used(ask: Connector, moodle: Platformlike, expires_in: Any) -> None:
    moodle.token_reply = says({"access_token": "t", "expires_in": expires_in})
    assert ask.get_access_token([SCORE]) == "t"


def test_scopes_too_long_for_the_table_are_kept_too(ask: Connector) -> None:
    many = [f"https://scopes.example/{'x' * 50}/{number}" for number in range(20)]
    assert ask.get_access_token(many) == ask.get_access_token(many[::-1]) == "token-1"


def test_a_kept_token_that_is_refused_is_replaced_once(ask: Connector, moodle: Platformlike) -> None:
    ask.get_access_token([ROSTER])
    moodle.replies = [says({}, status=401), says({"members": []})]
    assert ask.make_service_request([ROSTER], f"{moodle.url}/members")["body"] == {"members": []}
    assert [asked.headers["Authorization"] for asked in moodle.calls] == ["Bearer token-1", "Bearer token-2"]
    assert ask.get_access_token([ROSTER]) == "token-2"


def test_a_platform_that_refuses_every_token_is_not_asked_again_and_again(
    ask: Connector, moodle: Platformlike, session: Session
) -> None:
    moodle.reply = says({"error": "no"}, status=401)
    for calls, given in ((1, 1), (3, 2)):
        with pytest.raises(ServiceTrouble) as trouble:
            ask.make_service_request([ROSTER], f"{moodle.url}/members")
        assert (trouble.value.status, trouble.value.advice_code) == (401, "token-refused")
        assert trouble.value.is_temporary
        assert (len(moodle.calls), moodle.given) == (calls, given)
    assert [status for _, status, _ in kept(session)] == [401, 401]


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        pytest.param(says(MOODLES_404, status=404), 404, "keys-blocked", id="moodle cannot fetch our keys"),
        pytest.param(says({"error": "invalid_scope"}, status=400), 400, "invalid_scope", id="scope"),
        pytest.param(says({"error": "invalid_client"}, status=401), 401, "invalid_client", id="client"),
        pytest.param(says({"error": "<script>"}, status=400), 400, "rejected", id="another error"),
        pytest.param(says({"error": ["invalid_scope"]}, status=400), 400, "rejected", id="an error that is no text"),
        pytest.param(says([], status=404), 404, "rejected", id="no such page"),
        pytest.param(says(b"oops", status=500), 500, "down", id="down"),
        pytest.param(says(MOODLES_404), 200, "not-json", id="a page"),
        pytest.param(says(["token"]), 200, "not-json", id="a list"),
        pytest.param(says({"access_token": ""}), 200, "bad-token", id="empty"),
        pytest.param(says({"access_token": "a\nX: y"}), 200, "bad-token", id="header injection"),
        pytest.param(says({"access_token": ["x"]}), 200, "bad-token", id="not a text"),
        pytest.param(says(b"", status=302, Location="https://login.example/"), None, "redirect", id="redirect"),
        pytest.param(lambda asked: None, None, "no-connection", id="hangs up"),
    ],
)
def test_a_token_that_cannot_be_had_is_a_temporary_trouble_with_an_advice(
    ask: Connector, moodle: Platformlike, session: Session, reply: Any, status: int | None, code: str
) -> None:
    moodle.token_reply = reply
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], f"{moodle.url}/1/scores", is_post=True, data="{}")
    trouble = raised.value
    assert (trouble.service, trouble.status, trouble.advice_code, trouble.is_temporary) == ("token", status, code, True)
    [(service, noted, said)] = kept(session)
    assert (service, noted, said) == ("token", status, trouble.said)
    assert "<" not in said or code == "rejected"
    assert moodle.calls == []


def test_no_token_or_assertion_is_logged_or_kept(
    ask: Connector, moodle: Platformlike, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    heard: list[str] = []

    def echo(asked: Asked) -> None:
        heard.append(parse_qs(asked.body.decode()).get("client_assertion", ["-"])[0])
        said = {"you": asked.headers.get("Authorization"), "sent": asked.body.decode(), "access_token": "s3cr3t value"}
        says(said, status=400)(asked)

    ask.get_access_token([SCORE])
    moodle.reply = moodle.token_reply = echo
    troubles = []
    for scope in (SCORE, ROSTER):
        with pytest.raises(ServiceTrouble) as raised:
            ask.make_service_request([scope], f"{moodle.url}/scores", is_post=True, data="{}")
        troubles.append(raised.value)
    everything = caplog.text + repr(kept(session)) + repr([(each, vars(each)) for each in troubles]) + repr(vars(ask))
    assert len(heard) == 2
    assert heard[1].count(".") == 2
    for secret in ("token-1", "s3cr3t", heard[1], heard[1].split(".")[2], "PRIVATE KEY", "test-secret-key"):
        assert secret not in everything


def test_many_at_once_share_the_tables(app: Flask, moodle: Platformlike, platform: Platform, session: Session) -> None:
    """Four threads of the worker, each with an application context of its own, as tasks have."""
    moodle.pause_s = 0.1
    moodle.reply = says({}, status=403)
    outcomes: list[Any] = []

    def work() -> None:
        with app.app_context():
            for _ in range(5):
                try:
                    connect(platform.id).make_service_request([ROSTER], f"{moodle.url}/members")
                except Exception as error:
                    outcomes.append(getattr(error, "status", error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [403] * 20
    assert moodle.given <= 4
    assert len(kept(session)) == 20
    assert len(session.scalars(select(ServiceToken)).all()) == 1
