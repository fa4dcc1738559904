"""A visit that has ended: it says so, leads back to its course, and loses nothing that was typed."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import Person, StoredLaunch
from tests.factories import Browser
from tests.lti.launching import TEACHER, Moodle
from tests.lti.tabs import FIRST, SECOND, choosing, end, open_course


def test_an_ended_visit_says_so_and_leads_to_the_course_in_moodle(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    home = open_course(moodle, browser, FIRST)
    end(session, *session.scalars(select(StoredLaunch.id)))
    page = browser.get(f"{home}/search?q=agua")
    assert page.status_code == 401
    assert "Entra desde tu curso" in page.text
    course = f"{moodle.settings.practice_url}/course/view.php?id=2"
    assert f'href="{course}" target="_top"' in page.text


def test_a_kept_address_opened_in_another_browser_leads_to_the_course(moodle: Moodle) -> None:
    home = open_course(moodle, moodle.browser(), FIRST)
    page = moodle.browser().get(f"{home}/resources/7")
    assert page.status_code == 401
    assert f"{moodle.settings.practice_url}/course/view.php?id=2" in page.text
    assert "Estadística" not in page.text


def test_a_platform_that_is_not_moodle_is_led_to_by_its_first_page(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    home = open_course(moodle, browser, FIRST)
    person = session.scalars(select(Person)).one()
    person.platform.product = "other"
    session.commit()
    page = moodle.browser().get(f"{home}/")
    assert f'href="{moodle.settings.practice_url}/" target="_top"' in page.text


def test_an_ended_visit_offers_the_other_course_as_a_link_and_never_switches(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    first = open_course(moodle, browser, FIRST)
    ended = session.scalars(select(StoredLaunch.id)).one()
    second = open_course(moodle, browser, SECOND)
    end(session, ended)
    page = browser.get(f"{first}/search?q=agua")
    assert page.status_code == 401
    assert re.search(rf'<a href="{second}/">\s*Seguir en Topografía', page.text)


def test_an_ended_picker_offers_the_same_page_in_the_same_course(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    course = open_course(moodle, browser, FIRST, TEACHER)
    before = session.scalars(select(StoredLaunch.id)).one()
    session.rollback()
    picker = open_course(moodle, browser, choosing(moodle), TEACHER)
    end(session, *[each for each in session.scalars(select(StoredLaunch.id)) if each != before])
    page = browser.get(f"{picker}/search?q=agua")
    assert page.status_code == 401
    assert f'<a href="{course}/search?q=agua">Seguir en Estadística' in page.text


def test_what_was_typed_into_a_form_of_an_ended_visit_can_be_copied(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    home = open_course(moodle, browser, FIRST, TEACHER)
    token = browser.csrf_token()
    end(session, *session.scalars(select(StoredLaunch.id)))
    typed = {"title": "Guía de agua", "description": "Primera línea\n<b>segunda</b>", "language": "es"}
    page = browser.post(f"{home}/upload", data={"csrf_token": token, **typed})
    assert page.status_code == 401
    assert "Lo que escribiste no se guardó" in page.text
    assert "Guía de agua\n\nPrimera línea\n&lt;b&gt;segunda&lt;/b&gt;</textarea>" in page.text
    assert token not in page.text.partition("<main")[2]


def test_a_form_posted_where_nothing_is_known_any_more_keeps_what_was_typed_too(moodle: Moodle) -> None:
    home = open_course(moodle, moodle.browser(), FIRST, TEACHER)
    fields = {"csrf_token": "of a cookie that is gone", "remark": "Una observación larga"}
    page = moodle.browser().post(f"{home}/resources/1/answer", data=fields)
    assert page.status_code == 401
    assert "Una observación larga</textarea>" in page.text


def test_another_site_cannot_have_us_show_its_words(moodle: Moodle) -> None:
    home = open_course(moodle, moodle.browser(), FIRST)
    headers = {"Origin": "https://evil.example"}
    page = moodle.browser().post(f"{home}/language", data={"x": "Llama a este número"}, headers=headers)
    assert page.status_code == 401
    assert "Llama a este número" not in page.text


def test_a_form_too_long_to_be_read_is_answered_by_a_page_all_the_same(app: Flask) -> None:
    browser = Browser(app, app.response_class)
    sent = dict.fromkeys("abcdef", "x y" * 100000)
    answer = browser.post("/operator/leave", data=sent, headers={"Origin": browser.tool_url})
    assert answer.status_code in (400, 401, 413)
    assert "Número de referencia" in answer.text
    assert "x yx y" not in answer.text
