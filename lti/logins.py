"""Logins that we began: each one's state, bound to its nonce and to one browser, good for one launch within minutes."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session, joinedload

from lrc.db import utcnow
from lti import passes
from lti.models import Login, Platform
from lti.refusals import Reason, refuse

LIFETIME = timedelta(minutes=10)


def new_secret() -> str:
    """256 random bits as text, for a state or a nonce."""
    return secrets.token_urlsafe(32)


# Made once: building statements anew was a fifth of what a launch cost.
_LOGINS = cast(Table, Login.__table__)
_BEGIN = insert(_LOGINS)
_OF_STATE = (
    select(Login)
    .where(Login.state == bindparam("state"))
    .options(joinedload(Login.platform).joinedload(Platform.deployments))
)
_USE_UP = (
    update(_LOGINS)
    .where(_LOGINS.c.state == bindparam("open"), _LOGINS.c.used_at.is_(None), _LOGINS.c.expires_at > bindparam("now"))
    .values(used_at=bindparam("now"))
)


def begin(session: Session, platform: Platform, state: str, nonce: str, target_link_uri: str) -> None:
    """Keep a login that is good for LIFETIME."""
    login = {
        "state": state,
        "nonce": nonce,
        "platform_id": platform.id,
        "target_link_uri": target_link_uri,
        "expires_at": utcnow() + LIFETIME,
    }
    session.execute(_BEGIN, login)


def get_open(session: Session, state: str) -> Login:
    """The login with this state, its platform and deployments; raises LaunchRefused if unknown, expired or used."""
    login = session.scalars(_OF_STATE, {"state": state}).unique().one_or_none()
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
    used = session.execute(_USE_UP, {"open": state, "now": utcnow()})
    if cast("CursorResult[object]", used).rowcount != 1:
        raise refuse(Reason.USED)
