"""Carries a checked configuration and the platform's token from the page to its button, encrypted and signed.

The frame that the page is shown in may keep no cookies, and the token must not be seen or kept anywhere.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from lrc.db import utcnow
from lti import sealing
from lti.registering.discovery import Configuration
from lti.registering.refusals import Reason, refuse

MAX_AGE = timedelta(minutes=30)  # Moodle's own token lives for an hour
MAX_CHARACTERS = 200_000
_PURPOSE = "lrc registration ticket"


@dataclass(frozen=True)
class Ticket:
    """What the button must bring back. ``registration_token`` is the platform's secret, or "" where it gave none."""

    invitation_id: int
    configuration: Configuration
    registration_token: str = field(repr=False)
    sealed_at: datetime = field(default_factory=utcnow)


def seal(ticket: Ticket, secret_key: str) -> str:
    written = asdict(ticket) | {"sealed_at": ticket.sealed_at.isoformat()}
    return sealing.seal(json.dumps(written), secret_key, _PURPOSE)


def unseal(text: str, secret_key: str) -> Ticket:
    """Raises RegistrationRefused for a ticket that is not ours or was altered."""
    try:
        written = json.loads(sealing.unseal(text[: MAX_CHARACTERS + 1], secret_key, _PURPOSE))
    except sealing.InvalidToken as error:
        raise refuse(Reason.BAD_TICKET) from error
    lists = {name: tuple(value) for name, value in written["configuration"].items() if isinstance(value, list)}
    configuration = Configuration(**written["configuration"] | lists)
    sealed_at = datetime.fromisoformat(written["sealed_at"])
    return Ticket(**written | {"configuration": configuration, "sealed_at": sealed_at})


def check_age(ticket: Ticket) -> None:
    """Raises RegistrationRefused for a ticket that is too old."""
    if utcnow() - ticket.sealed_at > MAX_AGE:
        raise refuse(Reason.STALE_TICKET)
