"""The whole of LTI Advantage with a platform that we did not write: login, launch, choosing, score, roster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.config import Settings
from lti import gradetasks, platforms, rostertasks
from lti.models import Context, Membership, Platform, ResourceLink, RosterState, Score, ScoreState
from lti.platforms import Registration
from tests import factories
from tests.campus import form_of, hidden_fields, listening
from tests.factories import Browser
from tests.independent.platform import CLIENT_ID, DEPLOYMENT_ID, INSTRUCTOR, LEARNER, create_platform
from tests.ports import free_port


@dataclass
class Independent:
    """The platform as a test sees it."""

    tool: Flask
    app: Flask
    url: str
    registered: Platform

    def launch(self, user: str, hint: str = "link") -> Browser:
        """Go the whole way from the platform's page into the tool; ``landed`` is where it led."""
        browser = Browser(self.tool, self.tool.response_class)
        begun = requests.get(f"{self.url}/login/{user}/{hint}", timeout=10, allow_redirects=False).headers["Location"]
        answer = browser.get(_local(begun))
        if urlsplit(answer.location).path == "/lti/login":
            answer = browser.get(answer.location)
        page = requests.get(answer.location, timeout=10).text
        answer = browser.post(_local(form_of(page)), data=hidden_fields(page))
        assert answer.status_code == 303, answer.text
        browser.landed = answer.location
        return browser


def _local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.fixture
def independent(listening_tool: Flask, session: Session, settings: Settings) -> Iterator[Independent]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    known = Registration(url, CLIENT_ID, f"{url}/auth", f"{url}/token", f"{url}/keys")
    registered = platforms.register(session, "Instituto independiente", known, DEPLOYMENT_ID)
    session.commit()
    app = create_platform(url, settings.tool_url)
    with listening(app, port):
        yield Independent(listening_tool, app, url, registered)


@pytest.fixture
def reading(session: Session, independent: Independent) -> Any:
    """What the activity "Reading" opens."""
    owner = factories.person(session, of=independent.registered)
    made = factories.resource(session, "Texto", by=owner, record_id="riego", title="Guía de riego")
    independent.app.config["custom"] = {"lrc_kind": "resource", "lrc_id": "riego", "lrc_item": "item-1"}
    session.commit()
    return made


def test_a_launch_opens_what_the_activity_is_for(independent: Independent, reading: Any) -> None:
    browser = independent.launch("student 1")
    page = browser.get(browser.landed, follow_redirects=True)
    assert page.status_code == 200
    assert "Guía de riego" in page.text


def test_what_a_teacher_chooses_is_a_response_that_the_platform_takes(independent: Independent, reading: Any) -> None:
    browser = independent.launch("teacher 1", "choose")
    assert "Guía de riego" in browser.get(browser.landed).text
    browser.submit("/picker/picks", {"add": "resource:riego"})
    page = html.fromstring(browser.submit("/picker/place", {}).text)
    [form] = [each for each in page.forms if "JWT" in each.fields]
    sent = jwt.decode(form.fields["JWT"], options={"verify_signature": False})
    # A text by the specification; this platform makes it an object, which comes back as it was.
    assert sent["https://purl.imsglobal.org/spec/lti-dl/claim/data"] == {"opaque": ["ñ", 1]}
    assert (sent["iss"], sent["aud"]) == (CLIENT_ID, [independent.url])
    returned = requests.post(form.action, dict(form.fields), timeout=10)
    assert (returned.status_code, returned.text) == (200, "ok")
    [item] = independent.app.config["chosen"]
    assert (item["type"], item["title"]) == ("ltiResourceLink", "Guía de riego")
    assert (item["custom"]["lrc_kind"], item["custom"]["lrc_id"]) == ("resource", "riego")


def test_a_grade_arrives_and_is_seen_there(independent: Independent, reading: Any, session: Session) -> None:
    browser = independent.launch("student 1")
    browser.get(browser.landed, follow_redirects=True)
    browser.submit(f"/resources/{reading.id}/mark", {})
    owed = session.scalars(select(Score)).one()
    gradetasks.deliver_score(owed.id)
    session.rollback()
    assert owed.state is ScoreState.ACCEPTED
    taken = independent.app.config["scores"]["student 1"]
    assert (taken["gradingProgress"], taken["activityProgress"]) == ("FullyGraded", "Completed")
    assert taken["scoreGiven"] == taken["scoreMaximum"]
    assert owed.shown == owed.given


def test_an_older_score_is_sent_again_with_a_later_time(
    independent: Independent, reading: Any, session: Session
) -> None:
    browser = independent.launch("student 1")
    browser.get(browser.landed, follow_redirects=True)
    independent.app.config["scores"]["student 1"] = {
        "timestamp": "2001-01-01T00:00:00Z",
        "scoreGiven": 0,
        "scoreMaximum": 1,
    }
    browser.submit(f"/resources/{reading.id}/mark", {})
    gradetasks.deliver_score(session.scalars(select(Score)).one().id)
    assert independent.app.config["scores"]["student 1"]["timestamp"] > "2020"


def test_the_roster_is_followed_through_its_pages(independent: Independent, session: Session) -> None:
    independent.app.config["members"] = [
        {"user_id": "teacher 1", "roles": [INSTRUCTOR], "name": "Teacher One"},
        *({"user_id": f"student {number}", "roles": [LEARNER]} for number in range(1, 5)),
    ]
    independent.launch("teacher 1")
    context = session.scalars(select(Context)).one()
    rostertasks.fetch_roster(context.id)
    session.rollback()
    assert context.roster_state is RosterState.READY
    found = {each.sub: each.name for each in session.scalars(select(Membership))}
    assert found == {"teacher 1": "Teacher One"} | {f"student {number}": "" for number in range(1, 5)}


def test_its_line_item_is_known_by_the_address_that_it_gave(independent: Independent, session: Session) -> None:
    independent.launch("student 1")
    link = session.scalars(select(ResourceLink)).one()
    assert (link.is_graded, link.lineitem_url) == (True, f"{independent.url}/items/1?part=A")
