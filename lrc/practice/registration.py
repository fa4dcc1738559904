"""Registers the practice LMS with the tool, as `lrc platforms add` does with a Moodle."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lrc.config import Settings, SettingsError
from lrc.practice.beginnings import CLIENT_ID, DEPLOYMENT_ID
from lti import platforms
from lti.models import Platform

INSTITUTION = "Universidad de práctica"


def register(session: Session, settings: Settings, institution: str = INSTITUTION) -> Platform:
    """The practice LMS at ``settings.practice_url`` as a platform of its own institution; again changes nothing.

    Raises SettingsError in production.
    """
    if settings.is_production:
        raise SettingsError("The practice LMS is never registered in production: LRC_MODE must be demo or test for it.")
    address = settings.practice_url
    registration = platforms.Registration(
        issuer=address,
        client_id=CLIENT_ID,
        auth_login_url=f"{address}/mod/lti/auth.php",
        auth_token_url=f"{address}/mod/lti/token.php",
        jwks_url=f"{address}/mod/lti/certs.php",
    )
    return platforms.register(session, institution, registration, DEPLOYMENT_ID)


def is_registered(session: Session) -> bool:
    """Is the practice LMS, at whatever address, among the platforms? Then whoever answers there signs in as anyone."""
    return bool(session.scalar(select(exists().where(Platform.client_id == CLIENT_ID))))
