"""The public keys of platforms: fetched with limits, kept in the database, fetched again once for a new key id."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Any, cast

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError
from sqlalchemy import CursorResult, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from urllib3.exceptions import HTTPError

from lrc.db import transaction, utcnow
from lti.models import PlatformKeySet
from lti.refusals import Reason, refuse

log = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024
TRY_EVERY = timedelta(seconds=30)
# A platform that is down keeps its people signed in on keys as old as this many lifetimes.
_STALE_LIFETIMES = 24
_KEY_BITS = range(2048, 8193)
_WAIT_S = 0.1
_PIECE_BYTES = 16 * 1024
# Uncompressed, so that the limit on size holds for what is parsed.
_PLAIN = {"Accept": "application/json", "Accept-Encoding": "identity"}


class _Unreachable(Exception):
    """The key set could not be had; the message says why."""


@dataclass(frozen=True)
class Limits:
    timeout_s: float
    lifetime_s: int


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
    failure = _refresh(jwks_url, limits.timeout_s, wait=key is None)
    kept = session.get(PlatformKeySet, jwks_url, populate_existing=True)
    key = _pick(kept.keys, kid) if kept else None
    if kept is None or kept.fetched_at is None or (failure and key is None):
        raise refuse(Reason.KEYS_UNREACHABLE, f"{jwks_url}: {failure or 'tried a moment ago'}")
    if key is None or _age(kept, now) > timedelta(seconds=limits.lifetime_s * _STALE_LIFETIMES):
        raise refuse(Reason.UNKNOWN_KEY, f"{jwks_url}: {failure}")
    return key


def _age(kept: PlatformKeySet, now: datetime) -> timedelta:
    return now - kept.fetched_at if kept.fetched_at else timedelta.max


def _refresh(jwks_url: str, timeout_s: float, *, wait: bool) -> str:
    """Fetch the keys unless somebody did or is at it, for whom one may wait. Tells why it failed, or ""."""
    if not _may_try(jwks_url):
        while wait and _is_being_fetched(jwks_url, timeout_s):
            time.sleep(_WAIT_S)
        return ""
    try:
        keys = _fetch(jwks_url, timeout_s)
    except _Unreachable as error:
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


def _fetch(jwks_url: str, timeout_s: float) -> dict[str, Any]:
    body = _within(timeout_s, lambda: _body(jwks_url, timeout_s))
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _Unreachable("is not JSON") from error
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise _Unreachable("is not a key set")
    return {"keys": usable(found)}


def usable(key_set: dict[str, list[Any]]) -> list[dict[str, str]]:
    """The public parts of the RSA keys for RS256 in a key set as a platform sends it; anything else is passed over."""
    return [_public_part(key) for key in key_set["keys"] if _is_usable(key)]


def _within(timeout_s: float, ask: Callable[[], bytes]) -> bytes:
    """What ``ask`` answers, not waited for any longer; timeouts of the connection begin anew with every byte."""
    answers: SimpleQueue[bytes | _Unreachable] = SimpleQueue()

    def answer() -> None:
        try:
            answers.put(ask())
        except _Unreachable as error:
            answers.put(error)

    # Left behind where it takes longer: at most one more every TRY_EVERY for a platform.
    threading.Thread(target=answer, name="key set", daemon=True).start()
    try:
        answered = answers.get(timeout=timeout_s)
    except Empty:
        raise _Unreachable("took too long") from None
    if isinstance(answered, _Unreachable):
        raise answered
    return answered


def _body(jwks_url: str, timeout_s: float) -> bytes:
    deadline = time.monotonic() + timeout_s
    try:
        # Redirects are not followed: keys come from the registered address or from nowhere.
        with requests.get(jwks_url, headers=_PLAIN, timeout=timeout_s, stream=True, allow_redirects=False) as response:
            if response.status_code != requests.codes.ok:
                raise _Unreachable(f"answered {response.status_code}")
            return _read(response, deadline)
    except (requests.RequestException, HTTPError, OSError) as error:
        raise _Unreachable(type(error).__name__) from error


def _read(response: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    # What has arrived, not a full buffer, so that a server which drips its bytes is left at the deadline.
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=False):
        body += piece
        if len(body) > MAX_BYTES:
            raise _Unreachable(f"is larger than {MAX_BYTES} bytes")
        if time.monotonic() > deadline:
            raise _Unreachable("took too long")
    return bytes(body)


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
