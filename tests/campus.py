"""A practice LMS and the tool that really answer on loopback, registered with each other: the fixture ``campus``.

A test that asks for it gets ``settings``, ``app`` and ``session`` of this tool.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from lrc.config import Settings
from lrc.db import engine_of, new_session
from lrc.practice import chosen, registration
from lrc.practice.beginnings import DEPLOYMENT_ID
from lrc.practice.chosen import Item
from lrc.practice.classroom import COURSES, PEOPLE, Somebody
from lrc.practice.lms import create_practice_app
from lrc.practice.site import EXTENSION, Site
from lrc.practice.state import Activity, Column, Grade, State
from lti import keys
from lti.models import Platform
from tests.factories import Browser
from tests.ports import free_port

STUDENT, TEACHER, OTHER_TEACHER, LIBRARIAN, ADMINISTRATOR = (PEOPLE[sub] for sub in ("4", "5", "6", "7", "2"))
ASSISTANT = PEOPLE["8"]
CLASS = [each for each in PEOPLE.values() if each.enrolled_as == "student"]
COURSE, OTHER_COURSE = COURSES["2"].id, COURSES["3"].id


@contextmanager
def listening(app: Flask, port: int) -> Iterator[None]:
    """The app answers at this port of loopback, each request in a thread of its own."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Campus:
    """One practice LMS as a test sees it. ``lms.quirks`` misbehaves; ``lms.store.changing()`` alters anything."""

    app: Flask
    lms: Site
    settings: Settings
    """With which this LMS is known to the tool."""
    platform_id: int
    _more: ExitStack = field(default_factory=ExitStack)

    def launch(
        self,
        person: Somebody,
        course: str = COURSE,
        *,
        link: str = "",
        browser: Browser | None = None,
        role: str = "",
        review: str = "",
    ) -> Browser:
        """Sign in by the real dance, from the LMS's launch page to the tool's answer; ``link`` is a resource link id.

        ``role="student"`` switches the role; ``review`` is the sub whose work is to be reviewed. The browser's
        ``landed`` is where the launch led.
        """
        asked = {"id": course, "as": person.sub, "lang": "es", "role": role, "review": review}
        if link:
            asked["cm"] = self.activity(link, course).id
        return self.enter("/mod/lti/launch.php", asked, browser)

    def choose(self, person: Somebody = TEACHER, course: str = COURSE, *, browser: Browser | None = None) -> Browser:
        """Sign in to choose contents for the course (deep linking)."""
        asked = {"id": course, "as": person.sub, "lang": "es", "tool": DEPLOYMENT_ID}
        return self.enter("/mod/lti/contentitem.php", asked, browser)

    def enter(self, path: str, asked: dict[str, str], browser: Browser | None = None) -> Browser:
        """Open a launching page of the LMS and let it post its way into the tool."""
        browser = browser or self.browser()
        given = {name: value for name, value in asked.items() if value}
        page = requests.get(self.lms.url + path, params=given, timeout=20)
        assert page.ok, page.text
        answer = browser.post(urlsplit(form_of(page.text)).path, data=hidden_fields(page.text))
        if urlsplit(answer.location).path == "/lti/login":
            answer = browser.get(answer.location)
        page = requests.post(answer.location.split("?")[0], _query(answer.location), timeout=20)
        assert page.ok, page.text
        answer = browser.post(urlsplit(form_of(page.text)).path, data=hidden_fields(page.text))
        assert answer.status_code == 303, answer.text
        browser.landed = answer.location
        return browser

    def claims(self, link: str, person: Somebody = STUDENT, course: str = COURSE, **asked: str) -> dict[str, Any]:
        """The claims with which a launch of the link comes, without the tool."""
        given = {"id": course, "as": person.sub, "lang": "es", "cm": self.activity(link, course).id, **asked}
        return self.message("/mod/lti/launch.php", given)

    def message(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        """The claims of the message that a launching page of the LMS leads to."""
        begun = hidden_fields(requests.get(self.lms.url + path, params=asked, timeout=20).text)
        tool = next(each for each in self.lms.store.state.tools.values() if each.client_id == begun["client_id"])
        fields = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "redirect_uri": tool.redirect_uris[0],
            "state": "s",
            "nonce": "n",
        }
        given = fields | {name: begun[name] for name in ("client_id", "login_hint", "lti_message_hint")}
        answer = requests.post(f"{self.lms.url}/mod/lti/auth.php", given, timeout=20)
        token = hidden_fields(answer.text)["id_token"]
        return cast("dict[str, Any]", jwt.decode(token, options={"verify_signature": False}))

    def browser(self) -> Browser:
        return Browser(self.app, self.app.response_class)

    def activity(self, link: str, course: str = COURSE) -> Activity:
        return next(each for each in self.lms.store.state.of_course(course) if each.link_id == link)

    def place(
        self,
        course: str = COURSE,
        *,
        title: str = "Lectura",
        custom: dict[str, str] | None = None,
        maximum: float | None = None,
        review: bool = False,
    ) -> Activity:
        """Put an activity of the tool into the course, as a teacher would with the picker."""
        item = Item(title, custom=custom or {}, maximum=maximum, review_url="" if review else None)
        with self.lms.store.changing() as state:
            made = chosen.place(state, course, DEPLOYMENT_ID, item)
        return made

    def gradebook(self, course: str = COURSE) -> dict[str, dict[str, float | None]]:
        """The final grades by resource link id (a column's own id where it has none) and the student's sub."""
        state = self.lms.store.state
        return {
            column.link_id or column.id: {sub: column.final(sub) for sub in column.grades}
            for column in state.columns.values()
            if column.course_id == course
        }

    def grade(self, link: str, sub: str, course: str = COURSE) -> Grade:
        """What the gradebook keeps for a student: raw grade, comment, timestamp, the teacher's own."""
        return self._column(self.lms.store.state, link, course).grades.get(sub, Grade())

    def override(self, link: str, sub: str, grade: float | None, course: str = COURSE) -> None:
        """A teacher grades by hand in the gradebook; None takes that back."""
        with self.lms.store.changing() as state:
            self._column(state, link, course).grades.setdefault(sub, Grade()).overridden = grade

    def copy(self, course: str = COURSE, person: Somebody = TEACHER) -> str:
        """Copy the course with the LMS's button; answers the copy's id."""
        answer = requests.post(
            f"{self.lms.url}/course/copy.php",
            params={"id": course, "as": person.sub},
            timeout=20,
            allow_redirects=False,
        )
        assert answer.status_code == 303, answer.text
        return _query(answer.headers["Location"])["id"]

    def suspend(self, sub: str, course: str = COURSE) -> None:
        with self.lms.store.changing() as state:
            state.courses[course].suspended.append(sub)

    def unenrol(self, sub: str, course: str = COURSE) -> None:
        with self.lms.store.changing() as state:
            del state.courses[course].enrolled[sub]

    def privacy(self, *, name: bool, email: bool) -> None:
        """Whether the LMS shares names and emails with the tool."""
        with self.lms.store.changing() as state:
            tool = state.tools[DEPLOYMENT_ID]
            tool.sends_name, tool.sends_email = name, email

    def _column(self, state: State, link: str, course: str) -> Column:
        columns = state.columns.values()
        return next(each for each in columns if each.course_id == course and link in (each.link_id, each.id))

    def another(self, folder: Path) -> Campus:
        """A second LMS beside this one, with the same people and ids, of another institution with the tool."""
        settings = replace(self.settings, data=folder, practice_port=free_port())
        return self._more.enter_context(opened(self.app, settings, "Otra universidad de práctica"))


@contextmanager
def opened(app: Flask, settings: Settings, institution: str = registration.INSTITUTION) -> Iterator[Campus]:
    """A practice LMS that listens and is registered with the tool, which must listen at ``settings.tool_url``."""
    lms = create_practice_app(settings)
    with listening(lms, settings.practice_port), new_session(engine_of(app)) as session, ExitStack() as more:
        platform: Platform = registration.register(session, settings, institution)
        session.commit()
        yield Campus(app, cast(Site, lms.extensions[EXTENSION]), settings, platform.id, more)


@pytest.fixture
def listening_tool(app: Flask, settings: Settings) -> Iterator[Flask]:
    """The tool, listening at its address, with a key to sign with."""
    with new_session(engine_of(app)) as session:
        keys.ensure_key(session, settings.secret_key)
        session.commit()
    with listening(app, settings.web_port):
        yield app


@pytest.fixture
def campus(listening_tool: Flask, settings: Settings) -> Iterator[Campus]:
    """The practice LMS and the tool, each listening at its address."""
    with opened(listening_tool, settings) as campus:
        yield campus


def form_of(page: str) -> str:
    """Where the first form of a page is sent."""
    found = re.search(r'<form[^>]* action="([^"]+)"', page)
    assert found, page
    return unescape(found[1])


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def _query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
