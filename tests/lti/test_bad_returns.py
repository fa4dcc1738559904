"""Messages that answer no login of ours, or another's, or one that was answered: each is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.practice.messages import CLIENT_ID
from lti.claims import (
    VERSION,
)
from lti.models import Login
from tests import factories
from tests.lti.launching import Moodle, is_signed_in
from tests.lti.reasons import BAD_NONCE, NOT_BEGUN_HERE, OTHER_BROWSER, OTHER_TOOL, TOO_LATE, USED, assert_refused


@pytest.mark.parametrize("state", [None, "", "state-made-up", "x" * 5000, "a\x00b", "ñ"])
def test_a_launch_with_no_state_of_ours_is_refused(moodle: Moodle, state: str | None) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    fields = {"id_token": moodle.token(asked["nonce"])} | ({} if state is None else {"state": state})
    answer = browser.post("/lti/launch", data=fields)
    assert answer.status_code == 401
    assert NOT_BEGUN_HERE in answer.text or OTHER_BROWSER in answer.text
    assert not is_signed_in(browser)


def test_a_state_that_the_browser_made_up_with_its_cookie_is_refused(moodle: Moodle) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    browser.set_cookie("lrc-login-state-mine", "state-mine", domain="tool.example")
    fields = {"id_token": moodle.token(asked["nonce"]), "state": "state-mine"}
    assert_refused(browser.post("/lti/launch", data=fields), NOT_BEGUN_HERE, browser)


def test_a_message_posted_from_another_browser_is_refused(moodle: Moodle) -> None:
    """So nobody can be signed in as somebody else by a page that posts the other's message (login CSRF)."""
    attacker, victim = moodle.browser(), moodle.browser()
    asked = moodle.begin(attacker)
    moodle.begin(victim)
    fields = {"id_token": moodle.token(asked["nonce"]), "state": asked["state"]}
    assert_refused(victim.post("/lti/launch", data=fields), OTHER_BROWSER, victim)


def test_the_nonce_of_another_login_of_the_same_browser_is_refused(moodle: Moodle) -> None:
    browser = moodle.browser()
    first, second = moodle.begin(browser), moodle.begin(browser)
    fields = {"id_token": moodle.token(first["nonce"]), "state": second["state"]}
    assert_refused(browser.post("/lti/launch", data=fields), BAD_NONCE, browser)


def test_a_message_is_accepted_once(moodle: Moodle) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    cookie = browser.get_cookie(f"lrc-login-{asked['state']}", domain="tool.example")
    assert cookie is not None
    fields = {"id_token": moodle.token(asked["nonce"]), "state": asked["state"]}
    assert browser.post("/lti/launch", data=fields).status_code == 303
    assert OTHER_BROWSER in browser.post("/lti/launch", data=fields).text
    again = moodle.browser()
    again.set_cookie(cookie.key, cookie.value, domain="tool.example")
    assert_refused(again.post("/lti/launch", data=fields), USED, again)


def test_of_the_same_message_posted_twice_at_once_one_is_accepted(moodle: Moodle) -> None:
    first, second = moodle.browser(), moodle.browser()
    asked = moodle.begin(first)
    second.set_cookie(f"lrc-login-{asked['state']}", asked["state"], domain="tool.example")
    fields = {"id_token": moodle.token(asked["nonce"]), "state": asked["state"]}
    with ThreadPoolExecutor() as threads:
        answers = threads.map(lambda browser: browser.post("/lti/launch", data=fields), (first, second))
    assert sorted(answer.status_code for answer in answers) == [303, 401]
    assert is_signed_in(first) != is_signed_in(second)


def test_a_used_state_does_not_take_a_fresh_message_either(moodle: Moodle) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    fields = {"id_token": moodle.token(asked["nonce"]), "state": asked["state"]}
    assert browser.post("/lti/launch", data=fields).status_code == 303
    again = moodle.browser()
    again.set_cookie(f"lrc-login-{asked['state']}", asked["state"], domain="tool.example")
    fields["id_token"] = moodle.token(asked["nonce"], changes={"sub": "2"})
    assert_refused(again.post("/lti/launch", data=fields), USED, again)


def test_a_refused_message_does_not_use_its_login_up(moodle: Moodle) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    fields = {"id_token": moodle.token(asked["nonce"], changes={VERSION: "1.1"}), "state": asked["state"]}
    assert browser.post("/lti/launch", data=fields).status_code == 401
    fields["id_token"] = moodle.token(asked["nonce"])
    assert browser.post("/lti/launch", data=fields).status_code == 303


def test_a_login_that_took_too_long_is_refused(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    session.execute(update(Login).values(expires_at=utcnow() - timedelta(seconds=1)))
    session.commit()
    fields = {"id_token": moodle.token(asked["nonce"]), "state": asked["state"]}
    assert_refused(browser.post("/lti/launch", data=fields), TOO_LATE, browser)


def test_a_message_of_another_registered_platform_does_not_fit_our_login(moodle: Moodle, session: Session) -> None:
    """The other platform signs for itself; a login begun for the first must not let its people in."""
    other = factories.platform(session, issuer="https://other.example", client_id=CLIENT_ID)
    session.commit()
    browser = moodle.browser()
    assert_refused(moodle.launch(browser, changes={"iss": other.issuer}), OTHER_TOOL, browser)
