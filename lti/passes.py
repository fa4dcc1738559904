"""Passes: secrets that we give out in addresses and cookies, 256 random bits of which we keep the SHA-256 only."""

from __future__ import annotations

import hashlib
import secrets


def new() -> str:
    return secrets.token_urlsafe(32)


def fingerprint(given: str) -> str:
    """SHA-256 in hexadecimal: enough to know the pass again, and no way back to it."""
    return hashlib.sha256(given.encode()).hexdigest()
