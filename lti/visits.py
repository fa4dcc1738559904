"""Visits: the courses that one browser has open at once, each under an address of its own (/v/<handle>/...).

Which visit a page belongs to stands in its address, not in the cookie, so that two courses in two tabs never mix.
The cookie holds which launch each visit came from, the newest last.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti import passes
from lti.claims import DEEP_LINKING_REQUEST
from lti.models import StoredLaunch

VISITS, PERSON = "visits", "person"
"""Keys of the cookie: the visits as pairs [handle, launch id], and our id of whose they all are."""
MOST = 10
WITHOUT_COOKIES = timedelta(hours=2)
"""Longest visit of a browser without cookies: its address is all that protects it."""
OWN_COOKIE = "lrc-visit"
"""Name of the cookie that each visit has besides, which browsers send to its own addresses only.

Of two courses opened at the same moment, the later answer overwrites the cookie that the other has just set.
"""
HANDLE = "lrc.visit"
"""Key of the WSGI environment: the handle of the visit that the address belongs to."""

_BEARER = "t"
_PREFIX = re.compile(r"/v/(c\d{1,10}|p\d{1,10}-[0-9a-f]{8}|r\d{1,10}|t[A-Za-z0-9_-]{43})(?=/|\Z)", re.ASCII)
_CONTEXT = re.compile(r"[cp](\d+)", re.ASCII)
_PLATFORM = re.compile(r"r(\d+)", re.ASCII)

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Prefixes:
    """WSGI middleware that moves the visit of an address into SCRIPT_NAME, so that url_for stays in that visit."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = _PREFIX.match(environ.get("PATH_INFO", ""))
        if found:
            environ["PATH_INFO"] = environ["PATH_INFO"][found.end() :] or "/"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + found[0]
            environ[HANDLE] = found[1]
        return self._app(environ, start_response)


def prefix(handle: str) -> str:
    """What the addresses of a visit begin with."""
    return f"/v/{handle}"


def without_prefix(path: str) -> str:
    """The same address outside any visit."""
    found = _PREFIX.match(path)
    return (path[found.end() :] or "/") if found else path


def handle_of(launch: StoredLaunch) -> str:
    """A name for the visit that a launch begins.

    A course has one, so that its older tabs live on in the newest launch. Choosing contents for a course (deep
    linking) is a visit of its own each time, and turns no other tab of the course into a picker.
    """
    if launch.message_type == DEEP_LINKING_REQUEST:
        return f"p{launch.context_id or 0}-{secrets.token_hex(4)}"
    return lasting_handle(launch)


def lasting_handle(launch: StoredLaunch) -> str:
    """The name that every visit to the course has, or to the platform where there is no course."""
    return f"c{launch.context_id}" if launch.context_id else f"r{launch.person.platform_id}"


def context_of(handle: str) -> int | None:
    """Our id of the course that a visit with this handle is, or was, in."""
    found = _CONTEXT.match(handle)
    return int(found[1]) or None if found else None


def platform_of(handle: str) -> int | None:
    """Our id of the platform of a visit without a course."""
    found = _PLATFORM.match(handle)
    return int(found[1]) if found else None


def is_bearer(handle: str) -> bool:
    """Whether the address itself is all that shows who is asking: a visit of a browser without cookies."""
    return handle.startswith(_BEARER)


def all_in(cookie: Mapping[str, Any]) -> dict[str, str]:
    """The browser's visits, handle to launch id, the newest last."""
    return dict(cookie.get(VISITS, ()))


def enter(cookie: MutableMapping[str, Any], launch: StoredLaunch) -> str:
    """Note a new visit of the person whose the others are; answers its handle."""
    handle = handle_of(launch)
    note(cookie, handle, launch)
    return handle


def note(cookie: MutableMapping[str, Any], handle: str, launch: StoredLaunch) -> None:
    """Make this the newest of the visits in the cookie."""
    kept = [[name, launch_id] for name, launch_id in all_in(cookie).items() if name != handle]
    cookie[VISITS] = [*kept, [handle, launch.id]][-MOST:]
    cookie[PERSON] = launch.person_id


def seal(handle: str, launch_id: str, secret_key: str) -> str:
    """What the visit's own cookie (OWN_COOKIE) holds, signed."""
    return _serializer(secret_key).dumps([handle, launch_id])


def unseal(text: str, handle: str, secret_key: str) -> str | None:
    """The launch in a visit's own cookie; None where it is not ours or is another visit's."""
    try:
        name, launch_id = _serializer(secret_key).loads(text)
    except BadSignature:
        return None
    return str(launch_id) if name == handle else None


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="lti visit")


def forms_secret(person_id: int, secret_key: str) -> str:
    """The secret behind the tokens of a browser's forms: one a person and day.

    So two courses that are opened at the same moment, each of which begins a cookie, agree on it.
    """
    return hmac.digest(secret_key.encode(), f"forms {person_id} {utcnow():%Y-%m-%d}".encode(), "sha256").hex()


def enter_without_cookies(launch: StoredLaunch, kept: dict[str, Any]) -> str:
    """Make a launch the visit of a browser without cookies, which ends sooner; answers its handle, a secret."""
    handle = _BEARER + passes.new()
    launch.bearer_hash = passes.fingerprint(handle)
    launch.kept = kept
    launch.expires_at = min(launch.expires_at, utcnow() + WITHOUT_COOKIES)
    return handle


def end_all(session: Session, cookie: MutableMapping[str, Any]) -> None:
    """End all visits of this browser, also for whoever may hold a copy of its cookie."""
    if known := all_in(cookie):
        session.execute(delete(StoredLaunch).where(StoredLaunch.id.in_(known.values())))
    cookie.clear()
