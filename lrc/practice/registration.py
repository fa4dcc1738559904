"""Registers the practice LMS with the tool, as `lrc platforms add` does with a Moodle."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.practice.messages import CLIENT_ID, DEPLOYMENT_ID
from lti import platforms
from lti.models import Platform

INSTITUTION = "Universidad de práctica"


def register(session: Session, settings: Settings) -> Platform:
    """The practice LMS at ``settings.practice_url`` as a platform of its own institution; again changes nothing."""
    address = settings.practice_url
    registration = platforms.Registration(
        issuer=address,
        client_id=CLIENT_ID,
        auth_login_url=f"{address}/mod/lti/auth.php",
        auth_token_url=f"{address}/mod/lti/token.php",
        jwks_url=f"{address}/mod/lti/certs.php",
    )
    return platforms.register(session, INSTITUTION, registration, DEPLOYMENT_ID)
