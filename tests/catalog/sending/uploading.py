"""What the script of the page does with a file: announce it, send its parts, say that all is there."""

from __future__ import annotations

import hashlib
from typing import Any

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.models import Resource
from lrc.config import MIB
from lrc.storage import current_storage
from tests.factories import Browser

PART = 5 * MIB
CONTENT = b"La papa nativa se guarda en la puna.\n" * 300_000
"""Three parts, the last of them short."""
SMALL = b"La quinua se siembra en la sierra."
SAID = {"title": "", "description": "", "language": "es", "license": "CC BY 4.0", "audience": "everyone"}


def ask(browser: Browser, path: str, told: dict[str, Any] | None = None) -> TestResponse:
    return browser.post(path, json=told or {}, headers={"X-CSRFToken": browser.csrf_token()})


def announce(browser: Browser, content: bytes, **changes: Any) -> TestResponse:
    told = {"name": "papa.txt", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return ask(browser, "/uploads", told | changes)


def begin(browser: Browser, content: bytes = SMALL, **changes: Any) -> dict[str, Any]:
    answer = announce(browser, content, **changes)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def links(browser: Browser, upload: dict[str, Any], start: int = 1) -> dict[str, str]:
    answer = browser.get(f"{upload['parts']}?start={start}", content_type="application/json")
    return dict((answer.json or {})["links"])


def put(link: str, content: bytes, number: int = 1) -> int:
    return requests.put(link, data=content[(number - 1) * PART : number * PART], timeout=20).status_code


def send(browser: Browser, content: bytes = SMALL) -> dict[str, Any]:
    """Send it whole, so that completing is all that is left."""
    upload = begin(browser, content)
    for number, link in links(browser, upload).items():
        assert put(link, content, int(number)) == 200
    return upload


def only(session: Session) -> Resource:
    session.rollback()
    return session.scalars(select(Resource)).one()


def stored(kind: str = "files") -> set[str]:
    return set(current_storage().keys(kind))
