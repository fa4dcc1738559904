"""The registration itself: sent to the platform, its answer checked, and what it granted kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti import claims, invitations, outgoing, platforms
from lti.models import Platform
from lti.platforms import origin_of
from lti.registering import application
from lti.registering.application import TOOL_CONFIGURATION
from lti.registering.discovery import Configuration, limits_for
from lti.registering.refusals import Reason, refuse
from lti.texts import mapping_in

_TAKEN = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
_SAID_CHARACTERS = 300


@dataclass(frozen=True)
class Granted:
    """What the platform gave: our name there and, where it said so, the deployment that it made."""

    client_id: str
    deployment_id: str | None


def apply(configuration: Configuration, registration_token: str, tool_url: str, limits: outgoing.Limits) -> Granted:
    """Ask the platform to register us; raises RegistrationRefused where it does not. Call it outside a transaction."""
    headers = {"Accept": "application/json"}
    if registration_token:
        headers["Authorization"] = f"Bearer {registration_token}"
    asked = application.application(configuration, tool_url)
    where = configuration.registration_url
    try:
        answer = outgoing.send("POST", where, limits=limits_for(where, limits), headers=headers, json=asked)
        if answer.status not in _TAKEN:
            said = _readable(answer.text, registration_token)
            raise refuse(Reason.PLATFORM_REFUSED, f"{origin_of(where)} answered {answer.status}", said=said)
        return granted_in(answer.json())
    except outgoing.Unreachable as error:
        reason = Reason.BAD_ANSWER if error.code in ("not-json", "too-large") else Reason.NO_ANSWER
        raise refuse(reason, f"{origin_of(where)} {error}") from error


def granted_in(body: Any) -> Granted:
    """What the platform's answer grants. Its echo of scopes and texts is not looked at: Moodle's is not true."""
    body = body if isinstance(body, dict) else {}
    client_id = body.get("client_id")
    if not isinstance(client_id, str) or not claims.is_id(client_id):
        raise refuse(Reason.BAD_ANSWER, "client_id")
    deployment_id: object = mapping_in(body, TOOL_CONFIGURATION).get("deployment_id")
    if deployment_id is None:
        return Granted(client_id, None)
    if (
        not isinstance(deployment_id, (str, int))
        or isinstance(deployment_id, bool)
        or not claims.is_id(str(deployment_id))
    ):
        raise refuse(Reason.BAD_ANSWER, "deployment_id")
    return Granted(client_id, str(deployment_id))


def join(session: Session, invitation_id: int, configuration: Configuration, granted: Granted) -> Platform:
    """Keep the platform, new or registered again, and count the invitation's use, both or neither.

    One that was registered before keeps its people, courses and other deployments. Raises RegistrationRefused where
    the invitation no longer serves, or the platform belongs to another institution.
    """
    institution = invitations.use(session, invitation_id)
    known = platforms.find(session, configuration.issuer, granted.client_id)
    if known is not None and known.institution_id != institution.id:
        raise refuse(Reason.OTHER_INSTITUTION, configuration.issuer)
    registration = configuration.registration(granted.client_id)
    platform = platforms.register(session, institution.name, registration, granted.deployment_id)
    platform.product = configuration.product
    platform.version = configuration.version
    platform.scopes = application.scopes_of(configuration)
    platform.configuration_url = configuration.url
    session.flush()
    return platform


def find_joined(
    session: Session, institution_id: int, configuration: Configuration, since: datetime
) -> Platform | None:
    """The platform that this very page registered already: the button was pressed twice, and the first came through."""
    query = select(Platform).where(
        Platform.institution_id == institution_id,
        Platform.issuer == configuration.issuer,
        Platform.configuration_url == configuration.url,
        Platform.created_at >= since,
    )
    return session.scalars(query.order_by(Platform.id.desc()).limit(1)).one_or_none()


def _readable(text: str, secret: str) -> str:
    """The beginning of what the platform said, as one line of printable text; "" for a page of HTML."""
    if "<html" in text[:1000].lower():
        return ""
    known = text[: 20 * _SAID_CHARACTERS].replace(secret, "…") if secret else text[: 20 * _SAID_CHARACTERS]
    line = " ".join("".join(c if c.isprintable() else " " for c in known).split())
    line = re.sub(r"[\w-]{10,}\.[\w-]{10,}\.[\w-]+", "…", line)  # tokens, ours or not
    return line if len(line) <= _SAID_CHARACTERS else line[:_SAID_CHARACTERS] + "…"
