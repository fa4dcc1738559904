"""Logins that we began: each one's state, bound to its nonce and to one browser, good for one launch within minutes."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti import passes
from lti.models import Login, Platform
from lti.refusals import Reason, refuse

LIFETIME = timedelta(minutes=10)


def new_secret() -> str:
    """256 random bits as text, for a state or a nonce."""
    return secrets.token_urlsafe(32)


def begin(session: Session, platform: Platform, state: str, nonce: str, target_link_uri: str) -> Login:
    """Keep a login that is good for LIFETIME."""
    login = Login(
        state=state,
        nonce=nonce,
        platform_id=platform.id,
        target_link_uri=target_link_uri,
        expires_at=utcnow() + LIFETIME,
    )
    session.add(login)
    session.flush()
    return login


def get_open(session: Session, state: str) -> Login:
    """The login with this state; raises LaunchRefused where it is unknown, expired or used."""
    login = session.get(Login, state)
    if login is None:
        raise refuse(Reason.NO_STATE)
    if login.used_at is not None:
        raise refuse(Reason.USED)
    if login.expires_at <= utcnow():
        raise refuse(Reason.EXPIRED)
    return login


def is_secret_of(login: Login, secret: str) -> bool:
    """Whether this is what the platform's storage was given for a login of a browser without cookies."""
    return bool(login.storage_hash) and hmac.compare_digest(passes.fingerprint(secret), login.storage_hash)


def use_up(session: Session, state: str) -> None:
    """Mark the login used. Of two requests at the same time only one succeeds; the other is refused."""
    now = utcnow()
    query = (
        update(Login).where(Login.state == state, Login.used_at.is_(None), Login.expires_at > now).values(used_at=now)
    )
    if cast("CursorResult[object]", session.execute(query)).rowcount != 1:
        raise refuse(Reason.USED)
