"""Visits of teachers who are choosing contents for a course, and what is read out of the pages that they see."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import jwt
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti import visits
from lti.claims import DEEP_LINKING_REQUEST
from lti.models import Context, Person, StoredLaunch
from lti.viewers import Role
from tests import factories
from tests.factories import Browser

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DL_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/"


def moodle_asks(person: Person, **changes: Any) -> dict[str, Any]:
    """The settings that Moodle 4.5 sends; a change to None takes one away."""
    sent = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_copy_advice": False,
        "accept_multiple": True,
        "accept_unsigned": False,
        "auto_create": False,
        "can_confirm": False,
        "deep_link_return_url": f"{person.platform.issuer}/mod/lti/contentitem_return.php?course=2&id=1&sesskey=x",
        "title": "Biblioteca",
        "text": "",
    }
    return {name: value for name, value in {**sent, **changes}.items() if value is not None}


def launch(session: Session, *roles: Role, by: Person, where: Context | None = None, **changes: Any) -> StoredLaunch:
    """A visit in which contents are chosen, as ``lti.launches.receive`` keeps it."""
    made = factories.launch(session, *(roles or (Role.TEACHER,)), by=by, where=where)
    made.message_type = DEEP_LINKING_REQUEST
    made.claims = {"deep_linking": moodle_asks(by, **changes), "deployment_id": "1"}
    session.flush()
    return made


def browser_of(app: Flask, session: Session, visit: StoredLaunch) -> Browser:
    """A browser in this visit. Commits ``session``."""
    session.commit()
    made = Browser(app, app.response_class)
    with made.session_transaction(base_url=made.tool_url) as cookie:
        visits.enter(cookie, visit)
    return made


def choosing(
    app: Flask, session: Session, *roles: Role, by: Person, where: Context | None = None, **changes: Any
) -> Browser:
    return browser_of(app, session, launch(session, *roles, by=by, where=where, **changes))


def ticks(page: str) -> dict[str, bool]:
    """What can be ticked on a page, by "kind:target", and whether it is."""
    found = re.findall(r'<button class="button tick"[^>]* value="([^"]+)" aria-pressed="(true|false)"', page)
    return {unescape(value): pressed == "true" for value, pressed in found}


def tick(browser: Browser, value: str, verb: str = "add", **headers: str) -> TestResponse:
    return browser.submit("/picker/picks", {verb: value}, headers=headers)


def sent_back(answer: TestResponse, app: Flask) -> tuple[str, dict[str, Any]]:
    """Where the page posts to, and the claims of the token, checked with the key set that we publish."""
    assert answer.status_code == 200, answer.text
    found = re.search(
        r'<form id="return" method="post" action="([^"]+)">\s*<input type="hidden" name="JWT" value="([^"]+)"',
        answer.text,
    )
    assert found, answer.text
    url, token = map(unescape, found.groups())
    published = jwt.PyJWKSet.from_dict(Browser(app, app.response_class).get("/lti/jwks.json").get_json())
    header = jwt.get_unverified_header(token)
    assert header["alg"] == "RS256"
    claims = jwt.decode(token, published[header["kid"]], algorithms=["RS256"], options={"verify_aud": False})
    assert urlsplit(url).scheme in ("http", "https")
    return url, claims
