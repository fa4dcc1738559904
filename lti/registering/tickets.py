"""Carries a checked configuration and the platform's token from the page to its button, encrypted and signed.

The frame that the page is shown in may keep no cookies, and the token must not be seen or kept anywhere.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

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


def seal(ticket: Ticket, secret_key: str) -> str:
    return _fernet(secret_key).encrypt(json.dumps(asdict(ticket)).encode()).decode()


def unseal(text: str, secret_key: str) -> tuple[Ticket, datetime]:
    """The ticket and when it was sealed, in whole seconds.

    Raises RegistrationRefused for one that is not ours or was altered.
    """
    fernet, raw = _fernet(secret_key), text[: MAX_CHARACTERS + 1].encode()
    try:
        opened = json.loads(fernet.decrypt(raw))
        sealed_at = fernet.extract_timestamp(raw)
    except InvalidToken as error:
        raise refuse(Reason.BAD_TICKET) from error
    return _ticket(opened), datetime.fromtimestamp(sealed_at, UTC)


def check_age(sealed_at: datetime) -> None:
    """Raises RegistrationRefused for a ticket that is too old."""
    if utcnow() - sealed_at > MAX_AGE:
        raise refuse(Reason.STALE_TICKET)


def _ticket(opened: dict[str, Any]) -> Ticket:
    lists = {name: tuple(value) for name, value in opened["configuration"].items() if isinstance(value, list)}
    return Ticket(**{**opened, "configuration": Configuration(**{**opened["configuration"], **lists})})


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lrc registration ticket").derive(
        secret_key.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
