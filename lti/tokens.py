"""The access tokens that platforms gave us for their services: kept sealed, shared by all processes until they end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti.models import ServiceToken
from lti.sealing import InvalidToken, seal, unseal

# A token is not used in its last moments: the call that carries it may take a while.
MARGIN = timedelta(seconds=60)
_LONGEST_S = 24 * 3600
_SCOPES_CHARACTERS = ServiceToken.scopes.type.length


def find(session: Session, platform_id: int, scopes: Sequence[str], secret_key: str) -> str | None:
    """A token of the platform for exactly these scopes that is good for a while longer."""
    kept = session.get(ServiceToken, (platform_id, _named(scopes)))
    if kept is None or kept.expires_at - utcnow() < MARGIN:
        return None
    try:
        return unseal(kept.sealed, secret_key)
    except InvalidToken:
        return None  # sealed with another LRC_SECRET_KEY


def keep(session: Session, token: str, lifetime_s: int, place: tuple[int, Sequence[str]], secret_key: str) -> None:
    """Keep the token of a platform for its scopes (``place``)."""
    platform_id, scopes = place
    session.merge(
        ServiceToken(
            platform_id=platform_id,
            scopes=_named(scopes),
            sealed=seal(token, secret_key),
            expires_at=utcnow() + timedelta(seconds=min(lifetime_s, _LONGEST_S)),
        )
    )


def drop(session: Session, platform_id: int, scopes: Sequence[str], token: str, secret_key: str) -> None:
    """Forget a token that the platform refused, unless another took its place meanwhile."""
    if find(session, platform_id, scopes, secret_key) == token:
        session.execute(
            delete(ServiceToken).where(ServiceToken.platform_id == platform_id, ServiceToken.scopes == _named(scopes))
        )


def _named(scopes: Sequence[str]) -> str:
    name = " ".join(sorted(set(scopes)))
    return name if len(name) <= _SCOPES_CHARACTERS else f"sha256:{sha256(name.encode()).hexdigest()}"
