"""Our own RSA keys: the private half kept encrypted, the public half given to platforms as a key set."""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti.models import ToolKey
from lti.sealing import InvalidToken, seal, unseal

KEY_BITS = 3072


@dataclass(frozen=True)
class SigningKey:
    """What we sign with: the name that platforms find it by in our key set, and the private half as PEM."""

    kid: str
    pem: str = field(repr=False)


def signing_key(session: Session, secret_key: str) -> SigningKey:
    """The key that we sign with, made where there is none."""
    kept = ensure_key(session, secret_key)
    return SigningKey(kept.kid, unseal(kept.private_pem, secret_key))


def find_signing_key(session: Session, secret_key: str) -> SigningKey | None:
    """The key that we sign with, for sessions that only read."""
    for kept in session.scalars(_in_use().order_by(ToolKey.id.desc())):
        with suppress(InvalidToken):
            return SigningKey(kept.kid, unseal(kept.private_pem, secret_key))
    return None


def ensure_key(session: Session, secret_key: str) -> ToolKey:
    """The key that we sign with, made where there is none.

    A key that ``secret_key`` no longer opens (LRC_SECRET_KEY was changed) is retired, and a new one takes its place.
    """
    for kept in session.scalars(_in_use().order_by(ToolKey.id.desc())):
        try:
            private_key(kept, secret_key)
        except InvalidToken:
            kept.retired_at = utcnow()
        else:
            return kept
    made = ToolKey(kid=secrets.token_urlsafe(16), private_pem=seal(_new_pem(), secret_key))
    session.add(made)
    session.flush()
    return made


def private_key(key: ToolKey, secret_key: str) -> rsa.RSAPrivateKey:
    """Raises lti.sealing.InvalidToken where ``secret_key`` is not the one that the key was kept with."""
    loaded = serialization.load_pem_private_key(unseal(key.private_pem, secret_key).encode(), password=None)
    if not isinstance(loaded, rsa.RSAPrivateKey):
        raise TypeError("a tool key must be RSA")
    return loaded


def key_set(session: Session, secret_key: str) -> dict[str, list[dict[str, Any]]]:
    """Our JSON Web Key Set (RFC 7517): the public half of every key in use."""
    keys = []
    for kept in session.scalars(_in_use().order_by(ToolKey.id)):
        try:
            public = private_key(kept, secret_key).public_key()
        except InvalidToken:
            continue  # kept with another LRC_SECRET_KEY: nothing is signed with it any more
        keys.append({**json.loads(RSAAlgorithm.to_jwk(public)), "kid": kept.kid, "alg": "RS256", "use": "sig"})
    return {"keys": keys}


def _in_use() -> Select[ToolKey]:
    return select(ToolKey).where(ToolKey.retired_at.is_(None))


def _new_pem() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
