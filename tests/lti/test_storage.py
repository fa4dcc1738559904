"""Browsers that keep no cookies in a frame: the platform's storage stands in, and the address alone signs in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lrc.db import make_engine, utcnow
from lrc.practice.messages import ABSENT
from lti import passes, visits
from lti.models import Login, Platform, StoredLaunch
from tests.factories import Browser
from tests.lti.launching import TEACHER, Moodle
from tests.lti.tabs import links_in
from tests.lti.test_login import forgetful

OURS = {"Origin": "https://tool.example"}
FRAMED = {"Sec-Fetch-Dest": "iframe"}


def attributes(page: str) -> dict[str, str]:
    """What the page tells its script."""
    found = re.search(r"<div data-storage=[^>]*>", page)
    assert found, page
    return {name: value.replace("&amp;", "&") for name, value in re.findall(r'data-([a-z]+)="([^"]*)"', found[0])}


def putting(moodle: Moodle, browser: Browser, **changes: Any) -> TestResponse:
    """The page with which the login goes on in a browser without cookies."""
    fields = moodle.fields(**{"lti_storage_target": "_parent", **changes})
    looked = browser.post("/lti/login", data=fields)
    return browser.get(looked.location, headers=FRAMED)


def answered(moodle: Moodle, told: dict[str, str], **altered: Any) -> dict[str, str]:
    """What the platform posts when the browser came with the address that the page went on to."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(told["next"]).query).items()}
    return {"id_token": moodle.token(asked["nonce"], **altered), "state": asked["state"]}


def signed_in(moodle: Moodle, **altered: Any) -> tuple[Browser, str]:
    """A browser without cookies that has come in, and where its visit's addresses begin."""
    browser = forgetful(moodle.browser())
    told = attributes(putting(moodle, browser).text)
    posted = answered(moodle, told, **altered)
    landed = browser.post("/lti/launch", data={**posted, "storage": told["value"]}, headers=OURS)
    assert landed.status_code == 303, landed.text
    return browser, landed.location.rstrip("/")


def test_the_platform_is_asked_to_keep_a_secret_of_which_we_keep_the_hash(moodle: Moodle, session: Session) -> None:
    page = putting(moodle, forgetful(moodle.browser()), lti_storage_target="storage_frame")
    told = attributes(page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert (told["storage"], told["target"], told["origin"]) == (
        "put",
        "storage_frame",
        moodle.settings.practice_url,
    )
    login = session.scalars(select(Login)).one()
    assert len(told["value"]) >= 43
    assert login.storage_hash == passes.fingerprint(told["value"])
    assert login.state in told["next"]
    assert told["value"] not in told["next"]
    assert "storage.js" in page.text
    assert "Abrir la biblioteca en otra pestaña" in page.text  # for who has no scripts, or whose platform is silent


def test_the_origin_that_is_told_is_that_of_the_authentication_address(
    moodle: Moodle, session: Session, platform: Platform
) -> None:
    session.execute(update(Platform).values(auth_login_url="https://sso.example/auth"))
    session.commit()
    assert attributes(putting(moodle, forgetful(moodle.browser())).text)["origin"] == "https://sso.example"


@pytest.mark.parametrize("target", [ABSENT, "", "x" * 101])
def test_a_platform_without_storage_leads_to_the_tab_as_before(moodle: Moodle, target: Any, session: Session) -> None:
    page = putting(moodle, forgetful(moodle.browser()), lti_storage_target=target)
    assert "data-storage" not in page.text
    assert "Abrir la biblioteca en otra pestaña" in page.text
    assert session.scalars(select(Login)).all() == []


def test_a_browser_that_keeps_cookies_needs_no_storage(moodle: Moodle, session: Session) -> None:
    looked = moodle.begin(moodle.browser(), lti_storage_target="_parent")
    assert session.get_one(Login, looked["state"]).storage_hash == ""


def test_a_message_is_taken_once_the_storage_gave_the_secret_back(moodle: Moodle, session: Session) -> None:
    browser = forgetful(moodle.browser())
    told = attributes(putting(moodle, browser).text)
    posted = answered(moodle, told)
    page = browser.post("/lti/launch", data=posted)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    asked = attributes(page.text)
    assert asked == {name: told[name] for name in ("target", "origin", "key")} | {"storage": "get"}
    assert f'name="id_token" value="{posted["id_token"]}"' in page.text
    assert told["value"] not in page.text
    assert session.scalars(select(Login.used_at)).one() is None
    session.rollback()
    landed = browser.post("/lti/launch", data={**posted, "storage": told["value"]}, headers=OURS)
    assert landed.status_code == 303
    assert re.fullmatch(r"/v/t[\w-]{43}/", landed.location)
    launch = session.scalars(select(StoredLaunch)).one()
    assert launch.bearer_hash == passes.fingerprint(landed.location.strip("/").removeprefix("v/"))
    assert launch.expires_at <= utcnow() + visits.WITHOUT_COOKIES
    assert browser.get(landed.location, headers=FRAMED).status_code == 200


@pytest.mark.parametrize("secret", ["", "wrong", "x" * 43])
def test_another_secret_is_refused_and_uses_nothing_up(moodle: Moodle, session: Session, secret: str) -> None:
    browser = forgetful(moodle.browser())
    told = attributes(putting(moodle, browser).text)
    posted = answered(moodle, told)
    answer = browser.post("/lti/launch", data={**posted, "storage": secret}, headers=OURS)
    assert answer.status_code == 401
    again = browser.post("/lti/launch", data={**posted, "storage": told["value"]}, headers=OURS)
    assert again.status_code == 303


def test_the_secret_of_another_login_is_refused(moodle: Moodle) -> None:
    browser = forgetful(moodle.browser())
    mine, other = (attributes(putting(moodle, browser).text) for _ in range(2))
    answer = browser.post("/lti/launch", data={**answered(moodle, mine), "storage": other["value"]}, headers=OURS)
    assert answer.status_code == 401


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "https://evil.example"}])
def test_a_secret_that_another_page_sends_along_is_not_looked_at(moodle: Moodle, headers: dict[str, str]) -> None:
    browser = forgetful(moodle.browser())
    told = attributes(putting(moodle, browser).text)
    posted = {**answered(moodle, told), "storage": told["value"]}
    answer = browser.post("/lti/launch", data=posted, headers=headers)
    assert answer.status_code == 200
    assert 'data-storage="get"' in answer.text


def test_a_message_is_not_taken_twice(moodle: Moodle) -> None:
    browser = forgetful(moodle.browser())
    told = attributes(putting(moodle, browser).text)
    posted = {**answered(moodle, told), "storage": told["value"]}
    assert browser.post("/lti/launch", data=posted, headers=OURS).status_code == 303
    again = browser.post("/lti/launch", data=posted, headers=OURS)
    assert (again.status_code, "ya se usó" in again.text) == (401, True)
    assert browser.post("/lti/launch", data=answered(moodle, told)).status_code == 401


def test_a_login_of_a_browser_with_cookies_is_never_taken_by_storage(moodle: Moodle) -> None:
    asked = moodle.begin(moodle.browser(), lti_storage_target="_parent")
    posted = {"id_token": moodle.token(asked["nonce"]), "state": asked["state"]}
    for secret in ({}, {"storage": ""}, {"storage": passes.new()}):
        answer = forgetful(moodle.browser()).post("/lti/launch", data={**posted, **secret}, headers=OURS)
        assert (answer.status_code, "no devolvió la cookie" in answer.text) == (401, True)


def test_an_expired_login_is_refused_though_its_secret_is_known(moodle: Moodle, session: Session) -> None:
    browser = forgetful(moodle.browser())
    told = attributes(putting(moodle, browser).text)
    posted = {**answered(moodle, told), "storage": told["value"]}
    session.execute(update(Login).values(expires_at=utcnow() - timedelta(seconds=1)))
    session.commit()
    assert browser.post("/lti/launch", data=posted, headers=OURS).status_code == 401


def test_a_visit_without_cookies_works_with_forms_messages_and_language(moodle: Moodle, session: Session) -> None:
    browser, home = signed_in(moodle, person=TEACHER)
    page = browser.get(f"{home}/upload", headers=FRAMED)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert all(address.startswith(f"{home}/") for address in links_in(page.text))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    switched = browser.post(f"{home}/language", data={"csrf_token": token[1], "language": "en", "next": f"{home}/"})
    assert switched.location == f"{home}/"
    assert '<html lang="en">' in browser.get(f"{home}/", headers=FRAMED).text
    assert browser.post(f"{home}/language", data={"language": "es"}).status_code == 400


def test_the_language_of_the_launch_is_kept(moodle: Moodle, session: Session) -> None:
    signed_in(moodle)
    assert session.scalars(select(StoredLaunch.kept)).one() == {"launch_language": "es"}


def test_an_address_that_was_sent_on_opens_nothing_in_a_window_of_its_own(moodle: Moodle) -> None:
    browser, home = signed_in(moodle)
    answer = browser.get(f"{home}/", headers={"Sec-Fetch-Dest": "document"})
    assert answer.status_code == 401
    assert "Entra desde tu curso" in answer.text
    assert f"{moodle.settings.practice_url}/course/view.php?id=2" in answer.text
    assert browser.get(f"{home}/", headers=FRAMED).status_code == 200


def test_leaving_a_visit_without_cookies_ends_it(moodle: Moodle, session: Session) -> None:
    browser, home = signed_in(moodle)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(f"{home}/", headers=FRAMED).text)
    assert token
    answer = browser.post(f"{home}/leave", data={"csrf_token": token[1]})
    assert re.fullmatch(r"/v/c\d+/left", answer.location)
    assert f"{moodle.settings.practice_url}/course/view.php?id=2" in browser.get(answer.location).text
    assert browser.get(f"{home}/", headers=FRAMED).status_code == 401
    assert session.scalars(select(StoredLaunch)).all() == []


def test_an_ended_visit_without_cookies_leads_back_to_its_course(moodle: Moodle, session: Session) -> None:
    browser, home = signed_in(moodle)
    session.execute(update(StoredLaunch).values(expires_at=utcnow() - timedelta(seconds=1)))
    session.commit()
    answer = browser.get(f"{home}/", headers=FRAMED)
    assert answer.status_code == 401
    assert f"{moodle.settings.practice_url}/course/view.php?id=2" in answer.text


def test_a_database_that_is_away_is_said_in_a_visit_without_cookies_too(moodle: Moodle) -> None:
    browser, home = signed_in(moodle)
    moodle.app.extensions["lrc_engine"] = make_engine("sqlite:////nowhere/at/all.sqlite3")
    answer = browser.get(f"{home}/", headers=FRAMED)
    assert answer.status_code == 503
    assert "Número de referencia" in answer.text


def test_the_frame_is_fitted_only_where_the_platform_does_that(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    home = moodle.launch(browser).location
    assert "frame.js" not in browser.get(home, headers=FRAMED).text  # Moodle ignores it: one request less
    session.execute(update(Platform).values(product="other"))
    session.commit()
    assert "frame.js" in browser.get(home, headers=FRAMED).text
    assert "frame.js" not in browser.get(home, headers={"Sec-Fetch-Dest": "document"}).text
