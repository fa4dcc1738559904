"""Carries a checked configuration and the platform's token from the page to its button, encrypted and signed.

The frame that the page is shown in may keep no cookies, and the token must not be seen or kept anywhere.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lrc.db import utcnow
from lti.registering.discovery import Configuration
from lti.registering.refusals import Reason, refuse

MAX_AGE = timedelta(minutes=30)  # Moodle's own token lives for an hour
MAX_CHARACTERS = 200_000


@dataclass(frozen=True)
class Ticket:
    """What the button must bring back. ``registration_token`` is the platform's secret, or "" where it gave none."""

    invitation_id: int
    configuration: Configuration
    registration_token: str = field(repr=False)
    sealed_at: datetime = field(default_factory=utcnow)


def seal(ticket: Ticket, secret_key: str) -> str:
    written = asdict(ticket) | {"sealed_at": ticket.sealed_at.isoformat()}
    return _fernet(secret_key).encrypt(json.dumps(written).encode()).decode()


def unseal(text: str, secret_key: str) -> Ticket:
    """Raises RegistrationRefused for a ticket that is not ours or was altered."""
    try:
        written = json.loads(_fernet(secret_key).decrypt(text[: MAX_CHARACTERS + 1].encode()))
    except InvalidToken as error:
        raise refuse(Reason.BAD_TICKET) from error
    lists = {name: tuple(value) for name, value in written["configuration"].items() if isinstance(value, list)}
    configuration = Configuration(**written["configuration"] | lists)
    sealed_at = datetime.fromisoformat(written["sealed_at"])
    return Ticket(**written | {"configuration": configuration, "sealed_at": sealed_at})


def check_age(ticket: Ticket) -> None:
    """Raises RegistrationRefused for a ticket that is too old."""
    if utcnow() - ticket.sealed_at > MAX_AGE:
        raise refuse(Reason.STALE_TICKET)


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lrc registration ticket").derive(
        secret_key.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
