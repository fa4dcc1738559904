"""Leaving: signing out ends every visit of the browser; the way back leads to the platform and nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti import leaving
from lti.claims import CUSTOM, PRESENTATION
from lti.models import StoredLaunch
from tests.factories import Browser
from tests.lti.launching import TEACHER, Moodle
from tests.lti.tabs import FIRST, SECOND, open_course


def presented(target: str, address: str) -> dict[str, Any]:
    return FIRST | {PRESENTATION: {"document_target": target, "return_url": address, "locale": "es"}}


def test_leaving_ends_every_visit_of_the_browser_and_leads_back_to_moodle(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    first, second = open_course(moodle, browser, FIRST), open_course(moodle, browser, SECOND)
    copied = browser.get_cookie("lrc", domain="tool.example")
    assert copied is not None
    assert f'action="{second}/leave"' in browser.get(f"{second}/").text
    answer = browser.submit(f"{second}/leave")
    assert (answer.status_code, answer.location) == (303, f"{second}/left")
    page = browser.get(answer.location)
    assert page.status_code == 200
    assert "Saliste de la biblioteca" in page.text
    assert f'href="{moodle.settings.practice_url}/course/view.php?id=3" target="_top"' in page.text
    thief = Browser(moodle.app, Response)
    thief.set_cookie("lrc", copied.value, domain="tool.example", secure=True)
    for who in (browser, thief):
        assert [who.get(f"{home}/").status_code for home in (first, second)] == [401, 401]
    assert session.scalars(select(StoredLaunch)).all() == []


def test_leaving_ends_no_visit_of_another_browser_of_the_same_person(moodle: Moodle) -> None:
    here, elsewhere = moodle.browser(), moodle.browser()
    open_course(moodle, here, FIRST)
    home = open_course(moodle, elsewhere, FIRST)
    here.submit(f"{home}/leave")
    assert elsewhere.get(f"{home}/").status_code == 200


def test_leaving_needs_the_form_of_the_page(moodle: Moodle) -> None:
    browser = moodle.browser()
    home = open_course(moodle, browser, FIRST)
    assert browser.post(f"{home}/leave").status_code == 400
    assert browser.get(f"{home}/leave").status_code == 405
    assert browser.get(f"{home}/").status_code == 200


def test_leaving_twice_is_no_trouble(moodle: Moodle) -> None:
    browser = moodle.browser()
    home = open_course(moodle, browser, FIRST)
    browser.submit(f"{home}/leave")
    assert browser.submit(f"{home}/leave").location == f"{home}/left"
    assert browser.submit("/leave").location == "/left"
    assert browser.get("/left").status_code == 200


def test_a_window_of_its_own_leads_back_to_where_the_platform_says(moodle: Moodle) -> None:
    browser = moodle.browser()
    address = f"{moodle.settings.practice_url}/mod/lti/return.php?course=2&sesskey=x"
    home = open_course(moodle, browser, presented("frame", address))
    page = browser.get(f"{home}/").text
    assert f'href="{address.replace("&", "&amp;")}" target="_top"' in page
    assert "Volver al curso" in page


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("iframe", "{platform}/mod/lti/return.php"),
        ("frame", "https://evil.example/return"),
        ("frame", "javascript:alert(1)"),
        ("frame", "//evil.example/"),
        ("frame", "{platform}.evil.example/"),
        ("frame", "{platform}@evil.example/"),
        ("frame", "http://evil.example\\@{host}/return"),
        ("frame", "http://evil.example @{host}/return"),
        ("frame", ""),
    ],
)
def test_no_way_back_is_shown_in_a_frame_or_to_another_site(moodle: Moodle, target: str, address: str) -> None:
    browser = moodle.browser()
    platform = moodle.settings.practice_url
    there = address.format(platform=platform, host=urlsplit(platform).netloc)
    home = open_course(moodle, browser, presented(target, there))
    page = browser.get(f"{home}/").text
    assert "Volver al curso" not in page
    assert "evil" not in page


def test_a_message_goes_with_the_way_back() -> None:
    address = leaving.with_message("https://moodle.example/return.php?course=2#top", "No está & ya")
    assert address.endswith("#top")
    assert parse_qs(urlsplit(address).query) == {"course": ["2"], "lti_errormsg": ["No está & ya"]}
    assert leaving.with_message("https://moodle.example/return", "x").startswith("https://moodle.example/return?lti_")


def test_a_link_that_cannot_be_opened_tells_the_platform_where_it_is_not_around_us(moodle: Moodle) -> None:
    custom = {CUSTOM: {"lrc_kind": "resource", "lrc_id": "gone"}}
    address = f"{moodle.settings.practice_url}/mod/lti/return.php"
    browser = moodle.browser()
    landed = moodle.launch(browser, person=TEACHER, changes=presented("frame", address) | custom)
    page = browser.get(landed.location)
    assert page.status_code == 404
    assert f'href="{address}?lti_errormsg=' in page.text
