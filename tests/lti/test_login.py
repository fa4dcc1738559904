"""A login begins only where it can end: known platform, our own address, a browser that keeps our cookies."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lrc.practice.messages import ABSENT, CLIENT_ID
from lti.models import Login, Platform
from tests import factories
from tests.factories import Browser
from tests.lti.launching import Moodle, hidden_fields


def forgetful(browser: Browser) -> Browser:
    """The same browser, which keeps no cookie."""
    browser._cookies = None
    return browser


def test_a_login_sends_the_browser_to_authenticate_with_all_that_moodle_wants(moodle: Moodle) -> None:
    asked = moodle.begin(moodle.browser(), login_hint="4", lti_message_hint='{"cmid":"2","launchid":"a&b=c"}')
    state, nonce = asked.pop("state"), asked.pop("nonce")
    assert min(len(state), len(nonce)) >= 40
    assert asked == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": CLIENT_ID,
        "redirect_uri": "https://tool.example/lti/launch",
        "login_hint": "4",
        "lti_message_hint": '{"cmid":"2","launchid":"a&b=c"}',
    }


def test_a_login_may_come_by_get_too(moodle: Moodle) -> None:
    browser = moodle.browser()
    looked = browser.get("/lti/login", query_string=moodle.fields())
    assert "/mod/lti/auth.php?" in browser.get(looked.location).location


def test_every_cookie_of_ours_works_in_a_frame_that_blocks_third_party_cookies(moodle: Moodle) -> None:
    browser = moodle.browser()
    looked = browser.post("/lti/login", data=moodle.fields())
    to_platform = browser.get(looked.location)
    state = parse_qs(urlsplit(to_platform.location).query)["state"][0]
    nonce = parse_qs(urlsplit(to_platform.location).query)["nonce"][0]
    landed = browser.post("/lti/launch", data={"id_token": moodle.token(nonce), "state": state})
    cookies = [line for answer in (looked, to_platform, landed) for line in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) == 5
    for line in cookies:
        assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned"} <= {part.strip() for part in line.split(";")}


def test_the_state_cookie_goes_when_its_launch_has_come(moodle: Moodle) -> None:
    browser = moodle.browser()
    moodle.launch(browser)
    names = {cookie.key for cookie in browser._cookies.values()} if browser._cookies else set()
    assert not any(name.startswith("lrc-login-") for name in names)
    assert "lrc" in names


def test_a_browser_that_has_a_cookie_of_ours_goes_straight_to_the_platform(moodle: Moodle) -> None:
    browser = moodle.browser()
    moodle.begin(browser)
    assert "/mod/lti/auth.php?" in browser.post("/lti/login", data=moodle.fields()).location


def test_a_frame_without_cookies_offers_a_tab_before_the_hint_is_spent(moodle: Moodle, session: Session) -> None:
    framed = forgetful(moodle.browser())
    looked = framed.post("/lti/login", data=moodle.fields())
    page = framed.get(looked.location)
    assert page.status_code == 200
    assert 'target="_blank"' in page.text
    assert "Abrir la biblioteca en otra pestaña" in page.text
    assert session.scalars(select(Login)).all() == []

    tab = moodle.browser()
    opened = tab.post("/lti/login", data=hidden_fields(page.text.partition("<main")[2]))
    continued = tab.get(opened.location)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(continued.location).query).items()}
    assert asked["lti_message_hint"] == moodle.fields()["lti_message_hint"]
    fields = {"id_token": moodle.token(asked["nonce"]), "state": asked["state"]}
    assert tab.post("/lti/launch", data=fields).status_code == 303


def test_a_browser_without_any_cookies_is_told_what_to_change(moodle: Moodle) -> None:
    browser = forgetful(moodle.browser())
    looked = browser.post("/lti/login", data=moodle.fields())
    page = browser.get(looked.location)
    opened = browser.post("/lti/login", data=hidden_fields(page.text.partition("<main")[2]))
    answer = browser.get(opened.location)
    assert answer.status_code == 401
    assert "no guarda las cookies" in answer.text


@pytest.mark.parametrize("spoilt", ["", "x", "W10.W10.W10"])
def test_a_ticket_that_we_did_not_sign_is_refused(moodle: Moodle, spoilt: str) -> None:
    answer = moodle.browser().get("/lti/login", query_string={"ticket": spoilt})
    assert answer.status_code == 401
    assert "Pasó demasiado tiempo" in answer.text


def test_an_altered_ticket_is_refused(moodle: Moodle) -> None:
    browser = moodle.browser()
    ticket = parse_qs(urlsplit(browser.post("/lti/login", data=moodle.fields()).location).query)["ticket"][0]
    altered = ("A" if ticket[5] != "A" else "B").join((ticket[:5], ticket[6:]))
    assert browser.get("/lti/login", query_string={"ticket": altered}).status_code == 401


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"iss": ABSENT}, "le faltan datos"),
        ({"login_hint": ABSENT}, "le faltan datos"),
        ({"target_link_uri": ABSENT}, "le faltan datos"),
        ({"lti_message_hint": "x" * 5000}, "le faltan datos"),
        ({"iss": "a\x00b"}, "le faltan datos"),
        ({"iss": "https://other.example"}, "todavía no conoce tu Moodle"),
        ({"client_id": "other"}, "todavía no conoce tu Moodle"),
        ({"lti_deployment_id": "99"}, "no conoce la instalación"),
        ({"target_link_uri": "https://evil.example/"}, "no es de esta biblioteca"),
        ({"target_link_uri": "https://[evil"}, "no es de esta biblioteca"),
    ],
)
def test_a_login_that_cannot_end_is_refused_at_once(moodle: Moodle, changes: dict[str, Any], sentence: str) -> None:
    answer = moodle.browser().post("/lti/login", data=moodle.fields(**changes))
    assert (answer.status_code, sentence in answer.text) == (401, True), answer.text
    assert "Número de referencia" in answer.text


def test_a_login_without_client_id_means_the_only_client_of_its_issuer(
    moodle: Moodle, session: Session, platform: Platform
) -> None:
    assert moodle.begin(moodle.browser(), client_id=ABSENT)["client_id"] == CLIENT_ID
    factories.platform(session, issuer=platform.issuer, client_id="second")
    session.commit()
    answer = moodle.browser().post("/lti/login", data=moodle.fields(client_id=ABSENT))
    assert "todavía no conoce tu Moodle" in answer.text


def test_an_authentication_address_with_a_query_of_its_own_keeps_it(
    moodle: Moodle, session: Session, platform: Platform
) -> None:
    session.execute(update(Platform).values(auth_login_url="https://moodle.example/auth?tenant=1"))
    session.commit()
    browser = moodle.browser()
    looked = browser.post("/lti/login", data=moodle.fields())
    sent_to = urlsplit(browser.get(looked.location).location)
    assert parse_qs(sent_to.query)["tenant"] == ["1"]
    assert parse_qs(sent_to.query)["scope"] == ["openid"]


def test_our_keys_are_public_and_stay_the_same(app: Flask) -> None:
    browser = Browser(app, app.response_class)
    first = browser.get("/lti/jwks.json").json
    assert first == browser.get("/lti/jwks.json").json
    assert first is not None
    [key] = first["keys"]
    assert {"kty": "RSA", "alg": "RS256", "use": "sig"}.items() <= key.items()
    assert "d" not in key
    assert len(key["n"]) >= 340  # base64url of 2048 bits or more
