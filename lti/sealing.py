"""What must not be readable in the database (private keys, access tokens): encrypted with a key from LRC_SECRET_KEY."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["InvalidToken", "seal", "unseal"]


def seal(text: str, secret_key: str) -> str:
    return _fernet(secret_key).encrypt(text.encode()).decode()


def unseal(sealed: str, secret_key: str) -> str:
    """Raises InvalidToken where ``secret_key`` is not the one that it was sealed with."""
    return _fernet(secret_key).decrypt(sealed.encode()).decode()


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lrc tool keys").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
