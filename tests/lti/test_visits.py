"""Several courses in several tabs of one browser: each page stays in its own visit, and only its person's are open."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lrc.db import engine_of
from lrc.practice.messages import ABSENT
from lti import visits
from lti.claims import CONTEXT, ROLES
from lti.models import Context, StoredLaunch
from lti.roles import INSTRUCTOR, LEARNER
from lti.viewers import Role, viewer
from tests import factories
from tests.factories import Browser
from tests.lti.launching import STUDENT, TEACHER, Moodle
from tests.lti.tabs import FIRST, SECOND, choosing, end, links_in, open_course


def test_every_link_and_form_of_a_page_stays_in_its_visit(moodle: Moodle) -> None:
    browser = moodle.browser()
    first = open_course(moodle, browser, FIRST, TEACHER)
    second = open_course(moodle, browser, SECOND, TEACHER)
    assert first != second
    for here in (first, second):
        for path in ("/", "/upload", "/mine", "/search?q=agua"):
            found = links_in(browser.get(here + path).text)
            assert found
            assert all(address.startswith(here + "/") for address in found), found


def test_two_courses_in_two_tabs_have_each_its_own_roles(moodle: Moodle) -> None:
    browser = moodle.browser()
    teaching = open_course(moodle, browser, FIRST | {ROLES: [INSTRUCTOR]})
    learning = open_course(moodle, browser, SECOND | {ROLES: [LEARNER]})
    assert browser.get(f"{teaching}/mine").status_code == 200
    assert browser.get(f"{learning}/mine").status_code == 403


def test_what_is_uploaded_in_a_tab_belongs_to_the_course_of_that_tab(
    moodle: Moodle, app: Flask, session: Session
) -> None:
    browser = moodle.browser()
    first = open_course(moodle, browser, FIRST, TEACHER)
    open_course(moodle, browser, SECOND, TEACHER)
    context = visits.context_of(first.removeprefix("/v/"))
    assert session.scalars(select(Context.title).where(Context.id == context)).one() == "Estadística"
    resource = factories.resource(session, "uno", audience=f"context:{context}", state="published")
    session.commit()
    assert browser.get(f"{first}/resources/{resource.id}").status_code == 200
    assert browser.get(f"/resources/{resource.id}").status_code == 404  # the newest visit is that of the other course


def test_an_older_tab_of_the_same_course_lives_on_in_the_newest_launch(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    before = open_course(moodle, browser, FIRST, TEACHER)
    old = session.scalars(select(StoredLaunch.id)).one()
    after = open_course(moodle, browser, FIRST, TEACHER)
    assert after == before
    end(session, old)
    assert browser.get(f"{before}/mine").status_code == 200


def test_choosing_for_a_course_leaves_its_open_tab_as_it_is(moodle: Moodle, app: Flask) -> None:
    seen = []

    @app.get("/who")
    def who() -> str:
        seen.append((viewer.is_choosing, viewer.context_id))
        return ""

    browser = moodle.browser()
    course = open_course(moodle, browser, FIRST, TEACHER)
    picker = open_course(moodle, browser, choosing(moodle), TEACHER)
    again = open_course(moodle, browser, choosing(moodle), TEACHER)
    assert len({course, picker, again}) == 3
    for here in (course, picker, again):
        browser.get(f"{here}/who")
    context = visits.context_of(course.removeprefix("/v/"))
    assert seen == [(False, context), (True, context), (True, context)]


def test_a_launch_without_course_has_a_visit_of_its_own_that_the_next_one_continues(moodle: Moodle) -> None:
    browser = moodle.browser()
    course = open_course(moodle, browser, FIRST)
    none = open_course(moodle, browser, {CONTEXT: ABSENT})
    assert none != course
    assert open_course(moodle, browser, {CONTEXT: ABSENT}) == none
    assert browser.get(f"{none}/").status_code == browser.get(f"{course}/").status_code == 200


def test_the_cookie_stays_small_however_many_courses_are_opened_and_all_stay_open(moodle: Moodle) -> None:
    browser = moodle.browser()
    homes = [open_course(moodle, browser, {CONTEXT: {"id": str(number)}}) for number in range(visits.MOST + 2)]
    with browser.session_transaction(base_url=browser.tool_url) as cookie:
        assert list(visits.all_in(cookie)) == [home.removeprefix("/v/") for home in homes[2:]]
    assert {browser.get(f"{home}/").status_code for home in homes} == {200}
    with browser.session_transaction(base_url=browser.tool_url) as cookie:
        assert len(visits.all_in(cookie)) == visits.MOST


def test_two_courses_opened_at_the_same_moment_both_stay_open(moodle: Moodle) -> None:
    """The browser sent both messages before it had either's answer; the later answer's cookie stays."""
    browser, beside = moodle.browser(), moodle.browser()
    first = open_course(moodle, browser, FIRST)
    second = open_course(moodle, beside, SECOND)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(f"{first}/").text)
    overwriting = beside.get_cookie("lrc", domain="tool.example")
    own = beside.get_cookie("lrc-visit", domain="tool.example", path=second)
    assert token
    assert overwriting is not None
    assert own is not None
    browser.set_cookie("lrc", overwriting.value, domain="tool.example", secure=True)
    browser.set_cookie("lrc-visit", own.value, domain="tool.example", path=second, secure=True)
    assert [browser.get(f"{home}/").status_code for home in (second, first, second)] == [200] * 3
    answer = browser.post(f"{first}/language", data={"csrf_token": token[1], "language": "en"})
    assert (answer.status_code, answer.location) == (302, f"{first}/")


def test_the_own_cookie_of_a_visit_opens_nothing_without_its_person(moodle: Moodle) -> None:
    browser = moodle.browser()
    first = open_course(moodle, browser, FIRST)
    own = browser.get_cookie("lrc-visit", domain="tool.example", path=first)
    assert own is not None
    browser.delete_cookie("lrc", domain="tool.example")
    assert browser.get(f"{first}/").status_code == 401
    open_course(moodle, browser, SECOND, TEACHER)
    assert browser.get(f"{first}/").status_code == 401
    other = open_course(moodle, browser, {CONTEXT: {"id": "4"}})
    browser.set_cookie("lrc-visit", own.value, domain="tool.example", path=other, secure=True)
    browser.set_cookie("lrc-visit", "nonsense", domain="tool.example", path=first, secure=True)
    assert browser.get(f"{first}/").status_code == 401


def test_a_form_opened_before_a_launch_in_another_tab_is_still_taken(moodle: Moodle) -> None:
    browser = moodle.browser()
    first = open_course(moodle, browser, FIRST)
    page = browser.get(f"{first}/").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    open_course(moodle, browser, SECOND)
    answer = browser.post(f"{first}/language", data={"csrf_token": token[1], "language": "en", "next": f"{first}/"})
    assert (answer.status_code, answer.location) == (302, f"{first}/")


def test_another_person_on_the_same_computer_ends_all_visits_before(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    first, second = open_course(moodle, browser, FIRST), open_course(moodle, browser, SECOND)
    page = browser.get(f"{first}/").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    stale = browser.get_cookie("lrc", domain="tool.example")
    assert stale is not None
    theirs = open_course(moodle, browser, SECOND, TEACHER)
    assert browser.get(f"{theirs}/mine").status_code == 200
    assert browser.get(f"{first}/").status_code == 401
    answer = browser.post(f"{theirs}/language", data={"csrf_token": token[1], "language": "en"})
    assert answer.status_code == 400
    thief = Browser(moodle.app, Response)
    thief.set_cookie("lrc", stale.value, domain="tool.example", secure=True)
    assert thief.get(f"{first}/").status_code == thief.get(f"{second}/").status_code == 401


def test_a_cookie_planted_before_the_launch_gives_its_planter_nothing(moodle: Moodle) -> None:
    attacker = moodle.browser()
    home = open_course(moodle, attacker, FIRST, TEACHER)
    attacker.get(f"{home}/")
    with attacker.session_transaction(base_url=attacker.tool_url) as cookie:
        attackers = cookie["csrf_token"]
    planted = attacker.get_cookie("lrc", domain="tool.example")
    assert planted is not None
    victim = moodle.browser()
    victim.set_cookie("lrc", planted.value, domain="tool.example", secure=True)
    open_course(moodle, victim, FIRST, STUDENT)
    with victim.session_transaction(base_url=victim.tool_url) as cookie:
        assert cookie["csrf_token"] != attackers
        assert len(visits.all_in(cookie)) == 1


@pytest.mark.parametrize("handle", ["c999999", "c0", "p1-0123abcd", "r1", "t" + "x" * 43])
def test_the_address_of_somebody_elses_visit_opens_nothing(moodle: Moodle, handle: str) -> None:
    browser = moodle.browser()
    open_course(moodle, browser, FIRST)
    assert browser.get(f"/v/{handle}/").status_code == 401


@pytest.mark.parametrize("path", ["/v/", "/v/x1/", "/v/c1x/", "/v/c12345678901/", "/v/c١/", "/v/t123/", "/v//search"])
def test_what_is_no_handle_is_no_address(app: Flask, path: str) -> None:
    assert Browser(app, Response).get(path).status_code == 404


def test_static_files_have_one_address_in_all_visits(moodle: Moodle) -> None:
    browser = moodle.browser()
    home = open_course(moodle, browser, FIRST)
    found = re.findall(r'(?:href|src)="([^"]*/static/[^"]*)"', browser.get(f"{home}/").text)
    assert len(found) >= 2
    assert all(address.startswith("/static/") for address in found)


def test_switching_the_language_stays_on_the_page_of_the_visit(moodle: Moodle) -> None:
    browser = moodle.browser()
    home = open_course(moodle, browser, FIRST)
    open_course(moodle, browser, SECOND)
    page = browser.get(f"{home}/search?q=agua").text
    assert f'name="next" value="{home}/search?q=agua"' in page
    answer = browser.submit(f"{home}/language", {"language": "en", "next": f"{home}/search?q=agua"})
    assert answer.location == f"{home}/search?q=agua"
    assert browser.submit(f"{home}/language", {"language": "en"}).location == f"{home}/"


def test_a_login_under_the_address_of_a_visit_leads_to_the_registered_address(moodle: Moodle) -> None:
    browser = moodle.browser()
    moodle.begin(browser)
    answer = browser.post("/v/c1/lti/login", data=moodle.fields())
    assert "redirect_uri=https%3A%2F%2Ftool.example%2Flti%2Flaunch&" in answer.location


def test_a_message_sent_again_leads_on_to_the_visit_that_it_began(moodle: Moodle) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    posted = {"id_token": moodle.token(asked["nonce"]), "state": asked["state"]}
    home = browser.post("/lti/launch", data=posted).location
    again = browser.post("/lti/launch", data=posted)
    assert again.status_code == 401
    assert f'href="{home}"' in again.text


def test_who_asks_is_known_by_one_query(app: Flask, session: Session) -> None:
    browser = factories.signed_in(app, session, Role.STUDENT, where=factories.context(session))
    browser.get("/search?q=agua")
    queries = []

    def note(_c: Any, _cu: Any, statement: str, *_: Any) -> None:
        queries.append(statement)

    event.listen(engine_of(app), "before_cursor_execute", note)
    browser.get("/search?q=agua")
    event.remove(engine_of(app), "before_cursor_execute", note)
    assert len([query for query in queries if "FROM launches" in query]) == 1
    assert [query for query in queries if "FROM people" in query] == []
