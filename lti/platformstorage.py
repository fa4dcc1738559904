"""The platform's storage: where the browser keeps no cookie of ours in a frame, the platform's page keeps a secret.

LTI OIDC Login with LTI Client Side postMessages: the page that sends the browser to the platform puts a secret there,
and the page to which the platform posts the message gets it back; so both are known to be of one browser.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti import passes, tool
from lti.leaving import course_page
from lti.models import Login, Platform
from lti.platforms import origin_of
from lti.tool import LoginRequest

_KEY = "lrc-login-"


@dataclass(frozen=True)
class Place:
    """Where the secret of a login lies."""

    target: str
    """The platform's frame that keeps it: a name, or "_parent" for the one around ours."""
    origin: str
    """Whom alone we tell, and believe: the origin of the platform's authentication address."""
    key: str


@dataclass(frozen=True)
class Begun:
    """A login that was begun: what to put where, and where to send the browser then."""

    place: Place
    secret: str
    url: str


def begin_login(session: Session, asked: LoginRequest, tool_url: str, launch_url: str) -> Begun:
    """As lti.tool.begin_login, for a browser that keeps the secret instead of a cookie."""
    begun = tool.begin_login(session, asked, tool_url, launch_url)
    login = session.get_one(Login, begun.state)
    secret = passes.new()
    login.storage_hash = passes.fingerprint(secret)
    login.storage_target = asked.lti_storage_target
    session.flush()
    return Begun(place_of(session, login), secret, begun.url)


def find_waiting(session: Session, state: str) -> Login | None:
    """The open login with this state, if its secret is to be fetched from the platform's storage."""
    login = session.get(Login, state)
    if login is None or not login.storage_hash or login.used_at is not None or login.expires_at <= utcnow():
        return None
    return login


def place_of(session: Session, login: Login) -> Place:
    platform = session.get_one(Platform, login.platform_id)
    return Place(login.storage_target, origin_of(platform.auth_login_url), _KEY + login.state)


def home_of(session: Session, login: Login) -> str:
    """The platform's first page, for who cannot go on; "" where it has none."""
    return course_page(session.get_one(Platform, login.platform_id))
