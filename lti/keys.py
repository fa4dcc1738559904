"""Our own RSA keys: the private half kept encrypted, the public half given to platforms as a key set; rotation.

A key is published before it signs and served after it has signed, so that no platform meets a signature by a key that
it cannot find: upcoming, signing, retired, gone. Platforms that keep our key set may know it as old as PUBLISHED_FIRST.
"""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import ColumnElement, Select, delete, or_, select
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti.models import ToolKey
from lti.sealing import InvalidToken, seal, unseal

KEY_BITS = 3072
CACHED_FOR = timedelta(hours=1)
"""For how long we tell platforms that they may keep our key set (Cache-Control)."""
PUBLISHED_FIRST = timedelta(days=1)
"""How long a key is published before it signs: CACHED_FOR, and time for platforms that keep sets for longer."""
SERVED_AFTER = timedelta(days=7)
"""How long a key is served after it signed last. What we sign is good for minutes and checked at once; a week leaves
room for what waits on a platform's side, a queue or a restored copy, and the private half need not be kept longer."""


class KeyState(StrEnum):
    UPCOMING = "upcoming"
    SIGNING = "signing"
    RETIRED = "retired"
    UNREADABLE = "unreadable"
    """Kept with another LRC_SECRET_KEY."""


@dataclass(frozen=True)
class SigningKey:
    """What we sign with: the name that platforms find it by in our key set, and the private half as PEM."""

    kid: str
    pem: str = field(repr=False)

    def sign(self, body: dict[str, Any]) -> str:
        """A JSON Web Token by RS256 that names the key."""
        return jwt.encode(body, _loaded(self.pem), algorithm="RS256", headers={"kid": self.kid})


def signing_key(session: Session, secret_key: str) -> SigningKey:
    """The key that we sign with, made where there is none."""
    kept = ensure_key(session, secret_key)
    return SigningKey(kept.kid, unseal(kept.private_pem, secret_key))


def find_signing_key(session: Session, secret_key: str) -> SigningKey | None:
    """The key that we sign with, for sessions that only read."""
    kept = _signing(session, secret_key)
    return SigningKey(kept.kid, unseal(kept.private_pem, secret_key)) if kept else None


def ensure_key(session: Session, secret_key: str) -> ToolKey:
    """The key that we sign with, made where there is none.

    Keys that ``secret_key`` does not open (LRC_SECRET_KEY was changed) are left alone: see ``reseal``.
    """
    return _signing(session, secret_key) or _make(session, secret_key, signs_from=None)


def private_key(key: ToolKey, secret_key: str) -> rsa.RSAPrivateKey:
    """Raises lti.sealing.InvalidToken where ``secret_key`` is not the one that the key was kept with."""
    return _loaded(unseal(key.private_pem, secret_key))


def key_set(session: Session, secret_key: str) -> dict[str, list[dict[str, Any]]]:
    """Our JSON Web Key Set (RFC 7517): the public half of every key that a platform may need."""
    keys = []
    for kept in session.scalars(tool_keys().where(_is_served())):
        with suppress(InvalidToken):  # kept with another LRC_SECRET_KEY: nothing is signed with it
            public = private_key(kept, secret_key).public_key()
            keys.append({**json.loads(RSAAlgorithm.to_jwk(public)), "kid": kept.kid, "alg": "RS256", "use": "sig"})
    return {"keys": keys}


def tool_keys() -> Select[ToolKey]:
    """All keys that are kept, oldest first."""
    return select(ToolKey).order_by(ToolKey.id)


def states(session: Session, secret_key: str) -> list[tuple[ToolKey, KeyState]]:
    """Every key that is kept with where it stands, oldest first."""
    signing = _signing(session, secret_key)
    return [(each, _state(each, signing, secret_key)) for each in session.scalars(tool_keys())]


def rotate(session: Session, secret_key: str) -> ToolKey:
    """Publish a new key, which signs after PUBLISHED_FIRST (at once where there is no other); answers that key.

    A key that waits for its time already is answered instead of making another.
    """
    tidy(session, secret_key)
    upcoming = [each for each, state in states(session, secret_key) if state is KeyState.UPCOMING]
    if upcoming:
        return upcoming[-1]
    return _make(session, secret_key, utcnow() + PUBLISHED_FIRST if _signing(session, secret_key) else None)


def replace_leaked(session: Session, secret_key: str) -> ToolKey:
    """For a key that somebody else may have: a new one signs at once, and no other is kept or served any longer.

    Platforms that keep our key set for a while may refuse us, and believe the old key, until they fetch it anew.
    """
    session.execute(delete(ToolKey))
    return _make(session, secret_key, signs_from=None)


def rotate_aged(session: Session, secret_key: str, lifetime: timedelta) -> None:
    """Rotate where the key has signed for ``lifetime``, and do what time asks for; may be done at any time."""
    tidy(session, secret_key)
    signing = _signing(session, secret_key)
    if signing and utcnow() - _begins(signing) >= lifetime:
        rotate(session, secret_key)


def tidy(session: Session, secret_key: str) -> None:
    """Retire the keys that the signing one follows, and delete those that no platform can need."""
    signing = _signing(session, secret_key)
    for each in session.scalars(tool_keys().where(ToolKey.retired_at.is_(None))):
        if signing and each.id != signing.id and _begins(each) <= _begins(signing):
            each.retired_at = _begins(signing)
    session.flush()
    session.execute(delete(ToolKey).where(ToolKey.retired_at.is_not(None), ToolKey.retired_at <= _needed_since()))


def reseal(session: Session, old_secret_key: str, secret_key: str) -> int:
    """Keep the keys that ``old_secret_key`` opens with ``secret_key`` from now on; answers how many they were."""
    count = 0
    for each in session.scalars(tool_keys()):
        with suppress(InvalidToken):
            each.private_pem = seal(unseal(each.private_pem, old_secret_key), secret_key)
            count += 1
    session.flush()
    return count


def _signing(session: Session, secret_key: str) -> ToolKey | None:
    """The latest key whose time has come; where there is none, the one that has been published the longest."""
    now = utcnow()
    kept = session.scalars(tool_keys().where(ToolKey.retired_at.is_(None))).all()
    readable = [each for each in kept if _is_readable(each, secret_key)]
    begun = [each for each in readable if _begins(each) <= now]
    if begun:
        return max(begun, key=lambda each: (_begins(each), each.id))
    return readable[0] if readable else None


def _state(key: ToolKey, signing: ToolKey | None, secret_key: str) -> KeyState:
    if signing and key.id == signing.id:
        return KeyState.SIGNING
    if not _is_readable(key, secret_key):
        return KeyState.UNREADABLE
    is_over = key.retired_at is not None or (signing is not None and _begins(key) <= _begins(signing))
    return KeyState.RETIRED if is_over else KeyState.UPCOMING


def _begins(key: ToolKey) -> datetime:
    return key.signs_from or key.created_at


def _needed_since() -> datetime:
    return utcnow() - SERVED_AFTER


def _is_served() -> ColumnElement[bool]:
    return or_(ToolKey.retired_at.is_(None), ToolKey.retired_at > _needed_since())


def _is_readable(key: ToolKey, secret_key: str) -> bool:
    with suppress(InvalidToken):
        return bool(unseal(key.private_pem, secret_key))
    return False


def _make(session: Session, secret_key: str, signs_from: datetime | None) -> ToolKey:
    made = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    key = ToolKey(kid=secrets.token_urlsafe(16), private_pem=seal(pem, secret_key), signs_from=signs_from)
    session.add(key)
    session.flush()
    return key


def _loaded(pem: str) -> rsa.RSAPrivateKey:
    # Checking the primes of a key that we made and sealed ourselves would cost 150 ms each time.
    loaded = serialization.load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(loaded, rsa.RSAPrivateKey):
        raise TypeError("a tool key must be RSA")
    return loaded
