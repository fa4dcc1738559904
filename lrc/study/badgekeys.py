"""The keys that sign badges: the private half sealed, the public half served for good, since badges last for years."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.study.models import BadgeKey
from lti.sealing import InvalidToken, seal, unseal

KEY_BITS = 2048
_PURPOSE = "lrc badge keys"


@dataclass(frozen=True)
class Signer:
    """What signs a badge: the name of the key, and its private half as PEM."""

    kid: str
    pem: str = field(repr=False)

    def sign(self, body: Mapping[str, Any], key_url: str) -> str:
        """A JSON Web Token by RS256, whose ``kid`` is the address of the public key (Open Badges 3.0, 8.2.4.1)."""
        return jwt.encode(dict(body), self.pem, algorithm="RS256", headers={"kid": key_url})


def signer(session: Session, secret_key: str) -> Signer:
    """The newest key that ``secret_key`` opens, made where there is none."""
    return find_signer(session, secret_key) or _make(session, secret_key)


def find_signer(session: Session, secret_key: str) -> Signer | None:
    """The same, for sessions that only read."""
    for kept in session.scalars(select(BadgeKey).where(BadgeKey.private_sealed != "").order_by(BadgeKey.id.desc())):
        with suppress(InvalidToken):  # sealed with another LRC_SECRET_KEY: it still verifies, it signs no more
            return Signer(kept.kid, unseal(kept.private_sealed, secret_key, _PURPOSE))
    return None


def rotate(session: Session, secret_key: str) -> Signer:
    """Sign with a new key from now on, and throw the private halves of the others away."""
    for kept in session.scalars(select(BadgeKey)):
        kept.private_sealed = ""
    return _make(session, secret_key)


def public_key(session: Session, kid: str) -> dict[str, Any] | None:
    """The public half as a JSON Web Key (RFC 7517), or None."""
    return session.scalar(select(BadgeKey.public_jwk).where(BadgeKey.kid == kid))


def key_set(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every key that ever signed."""
    return {"keys": list(session.scalars(select(BadgeKey.public_jwk).order_by(BadgeKey.id)))}


def _make(session: Session, secret_key: str) -> Signer:
    made = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    kid = secrets.token_urlsafe(12)
    public = {**json.loads(RSAAlgorithm.to_jwk(made.public_key())), "kid": kid, "alg": "RS256", "use": "sig"}
    public.pop("key_ops", None)
    session.add(BadgeKey(kid=kid, public_jwk=public, private_sealed=seal(pem, secret_key, _PURPOSE)))
    session.flush()
    return Signer(kid, pem)
