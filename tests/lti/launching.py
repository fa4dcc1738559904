"""Launches the tool as the practice LMS does, with any message altered on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from lrc.config import Settings
from lrc.practice.classroom import COURSES, PEOPLE
from lrc.practice.messages import CLIENT_ID, DEPLOYMENT_ID, SigningKey, Visit, body_of, changed, sign
from lti import visits
from tests.factories import Browser

STUDENT, TEACHER, LIBRARIAN, ADMINISTRATOR = PEOPLE["4"], PEOPLE["5"], PEOPLE["7"], PEOPLE["2"]


@dataclass
class Moodle:
    """The practice LMS's part of the protocol, step by step."""

    app: Flask
    settings: Settings
    key: SigningKey = field(init=False)

    def __post_init__(self) -> None:
        self.key = SigningKey.kept_in(self.settings.data / "practice")

    def browser(self) -> Browser:
        return Browser(self.app, self.app.response_class)

    def fields(self, **changes: Any) -> dict[str, Any]:
        """The fields with which a login begins."""
        fields = {
            "iss": self.settings.practice_url,
            "target_link_uri": self.settings.tool_url,
            "login_hint": STUDENT.sub,
            "lti_message_hint": '{"cmid": "11", "launchid": "ltilaunch11_1"}',
            "client_id": CLIENT_ID,
            "lti_deployment_id": DEPLOYMENT_ID,
        }
        return changed(fields, changes)

    def begin(self, browser: Browser, **changes: Any) -> dict[str, str]:
        """Begin a login; answers the parameters with which the tool sends the browser to authenticate."""
        answer = browser.post("/lti/login", data=self.fields(**changes))
        if answer.location.startswith("/lti/login"):
            answer = browser.get(answer.location)
        assert answer.status_code == 303, answer.text
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}

    def token(
        self,
        nonce: str,
        *,
        person: Any = STUDENT,
        changes: Mapping[str, Any] | None = None,
        header: Mapping[str, Any] | None = None,
    ) -> str:
        """A signed message; ``changes`` and ``header`` alter its claims and its header."""
        visit = Visit(person, COURSES["2"])
        body = body_of(visit, issuer=self.settings.practice_url, tool_url=self.settings.tool_url, nonce=nonce)
        return sign(changed(body, changes or {}), self.key, header)

    def launch(self, browser: Browser | None = None, **altered: Any) -> TestResponse:
        """A whole launch: begin, then post the message. ``altered`` as for token."""
        browser = browser or self.browser()
        asked = self.begin(browser)
        token = self.token(asked["nonce"], **altered)
        return browser.post("/lti/launch", data={"id_token": token, "state": asked["state"]})


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def is_signed_in(browser: Browser) -> bool:
    with browser.session_transaction(base_url=browser.tool_url) as cookie:
        return bool(visits.all_in(cookie))
