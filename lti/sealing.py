"""What must not be readable in the database (private keys, access tokens): encrypted with a key from LRC_SECRET_KEY."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["InvalidToken", "seal", "unseal"]
KEPT = "lrc tool keys"
"""Purpose of what lies in the database."""


def seal(text: str, secret_key: str, purpose: str = KEPT) -> str:
    """What is sealed for one purpose cannot be unsealed for another."""
    return _fernet(secret_key, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, secret_key: str, purpose: str = KEPT) -> str:
    """Raises InvalidToken where ``secret_key`` is not the one that it was sealed with."""
    return _fernet(secret_key, purpose).decrypt(sealed.encode()).decode()


def _fernet(secret_key: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
