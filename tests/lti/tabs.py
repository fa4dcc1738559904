"""Courses that are opened in tabs of one browser, and visits that end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.practice.messages import ABSENT
from lti.claims import CONTEXT, DEEP_LINKING, MESSAGE_TYPE, RESOURCE_LINK
from lti.models import StoredLaunch
from tests.factories import Browser
from tests.lti.launching import STUDENT, Moodle

FIRST: dict[str, Any] = {CONTEXT: {"id": "2", "title": "Estadística"}}
SECOND: dict[str, Any] = {CONTEXT: {"id": "3", "title": "Topografía"}}


def choosing(moodle: Moodle) -> dict[str, Any]:
    """What makes a teacher's launch one for choosing contents for the first course."""
    settings = {
        "deep_link_return_url": f"{moodle.settings.practice_url}/mod/lti/contentitem_return.php",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
    }
    return FIRST | {MESSAGE_TYPE: "LtiDeepLinkingRequest", RESOURCE_LINK: ABSENT, DEEP_LINKING: settings}


def open_course(moodle: Moodle, browser: Browser, changes: dict[str, Any], person: Any = STUDENT) -> str:
    """Launch from a course; answers where the visit's addresses begin, as /v/c1."""
    landed = moodle.launch(browser, person=person, changes=changes)
    assert landed.status_code == 303, landed.text
    return landed.location.rstrip("/")


def links_in(page: str) -> set[str]:
    """Where the page's links and forms lead on this site."""
    return {address for address in re.findall(r'(?:href|action)="(/[^"]*)"', page) if "/static/" not in address}


def end(session: Session, *launch_ids: str) -> None:
    session.rollback()  # what was read before must not keep this from writing
    session.execute(
        update(StoredLaunch).where(StoredLaunch.id.in_(launch_ids)).values(expires_at=utcnow() - timedelta(seconds=1))
    )
    session.commit()
