"""The public keys of platforms: fetched with limits, kept in the database, fetched again once for a new key id."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError
from sqlalchemy import CursorResult, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.db import transaction, utcnow
from lti import outgoing
from lti.models import PlatformKeySet
from lti.outgoing import Unreachable
from lti.refusals import Reason, refuse

log = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024
TRY_EVERY = timedelta(seconds=30)
# A platform that is down keeps its people signed in on keys as old as this many lifetimes.
_STALE_LIFETIMES = 24
_KEY_BITS = range(2048, 8193)
_WAIT_S = 0.1


@dataclass(frozen=True)
class Limits:
    """How a platform's keys are fetched, and for how long they are kept."""

    call: outgoing.Limits
    lifetime_s: int


def limits_of(settings: Settings) -> Limits:
    return Limits(replace(outgoing.limits_of(settings), max_bytes=MAX_BYTES), settings.jwks_lifetime_s)


def public_key(session: Session, jwks_url: str, kid: str, limits: Limits) -> RSAPublicKey:
    """The platform's key with this id, for RS256.

    Ends the transaction of ``session`` before it asks the platform, so that nobody waits for that server: call it
    before writing anything. Raises LaunchRefused where there is no such key or the platform does not answer.
    """
    now = utcnow()
    kept = session.get(PlatformKeySet, jwks_url)
    key = _pick(kept.keys, kid) if kept else None
    if kept and key and _age(kept, now) <= timedelta(seconds=limits.lifetime_s):
        return key
    session.rollback()
    failure = _refresh(jwks_url, limits.call, wait=key is None)
    kept = session.get(PlatformKeySet, jwks_url, populate_existing=True)
    key = _pick(kept.keys, kid) if kept else None
    if kept is None or kept.fetched_at is None or (failure and key is None):
        raise refuse(Reason.KEYS_UNREACHABLE, f"{jwks_url}: {failure or 'tried a moment ago'}")
    if key is None or _age(kept, now) > timedelta(seconds=limits.lifetime_s * _STALE_LIFETIMES):
        raise refuse(Reason.UNKNOWN_KEY, f"{jwks_url}: {failure}")
    return key


def _age(kept: PlatformKeySet, now: datetime) -> timedelta:
    return now - kept.fetched_at if kept.fetched_at else timedelta.max


def _refresh(jwks_url: str, call: outgoing.Limits, *, wait: bool) -> str:
    """Fetch the keys unless somebody did or is at it, for whom one may wait. Tells why it failed, or ""."""
    if not _may_try(jwks_url):
        while wait and _is_being_fetched(jwks_url, call.timeout_s):
            time.sleep(_WAIT_S)
        return ""
    try:
        keys = _fetch(jwks_url, call)
    except Unreachable as error:
        log.warning("key set %s: %s", jwks_url, error)
        return str(error)
    with transaction() as own:
        own.execute(
            update(PlatformKeySet).where(PlatformKeySet.jwks_url == jwks_url).values(keys=keys, fetched_at=utcnow())
        )
    return ""


def _may_try(jwks_url: str) -> bool:
    """Take the turn to ask the platform; whoever comes within TRY_EVERY after it does not get one."""
    now = utcnow()
    turn = update(PlatformKeySet).where(PlatformKeySet.jwks_url == jwks_url, PlatformKeySet.tried_at < now - TRY_EVERY)
    try:
        with transaction() as own:
            if own.get(PlatformKeySet, jwks_url) is None:
                own.add(PlatformKeySet(jwks_url=jwks_url, keys={}, tried_at=now))
                return True
            return cast("CursorResult[object]", own.execute(turn.values(tried_at=now))).rowcount == 1
    except IntegrityError:  # somebody else began the row at the same moment
        return False


def _is_being_fetched(jwks_url: str, timeout_s: float) -> bool:
    with transaction(writing=False) as own:
        kept = own.get(PlatformKeySet, jwks_url)
        if kept is None or (kept.fetched_at is not None and kept.fetched_at >= kept.tried_at):
            return False
        return utcnow() - kept.tried_at < timedelta(seconds=timeout_s)


def _fetch(jwks_url: str, limits: outgoing.Limits) -> dict[str, Any]:
    answer = outgoing.send("GET", jwks_url, limits=limits, headers={"Accept": "application/json"})
    if answer.status != HTTPStatus.OK:
        raise Unreachable(f"answered {answer.status}", "bad-answer")
    found = answer.json()
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise Unreachable("is not a key set", "bad-answer")
    return {"keys": usable(found)}


def usable(key_set: dict[str, list[Any]]) -> list[dict[str, str]]:
    """The public parts of the RSA keys for RS256 in a key set as a platform sends it; anything else is passed over."""
    return [_public_part(key) for key in key_set["keys"] if _is_usable(key)]


def _is_usable(key: Any) -> bool:
    """Whether it is an RSA signing key for RS256 of a sane size (RFC 7517); anything else in the set is passed over."""
    if not isinstance(key, dict) or key.get("kty") != "RSA" or not isinstance(key.get("kid"), str):
        return False
    if key.get("use", "sig") != "sig" or key.get("alg", "RS256") != "RS256":
        return False
    return _load(key) is not None


def _public_part(key: dict[str, Any]) -> dict[str, str]:
    return {name: key[name] for name in ("kty", "kid", "n", "e")}


def _load(key: dict[str, Any]) -> RSAPublicKey | None:
    try:
        loaded = RSAAlgorithm.from_jwk({"kty": "RSA", "n": key["n"], "e": key["e"]})
    except (InvalidKeyError, KeyError, ValueError, TypeError, AttributeError):
        return None
    return loaded if isinstance(loaded, RSAPublicKey) and loaded.key_size in _KEY_BITS else None


def _pick(keys: dict[str, Any], kid: str) -> RSAPublicKey | None:
    return next((_load(key) for key in keys.get("keys", []) if key["kid"] == kid), None)
