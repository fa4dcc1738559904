"""The practice LMS's RSA key, and how messages are signed with it, good ones and (for tests) any others."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

ABSENT: Final = object()
"""As a change: take the claim or header field away."""

_MAX_EXPONENT_BYTES = 3


@dataclass(frozen=True)
class SigningKey:
    """The platform's RSA key."""

    private: rsa.RSAPrivateKey

    @classmethod
    def new(cls) -> SigningKey:
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @classmethod
    def kept_in(cls, folder: Path) -> SigningKey:
        """The key in this folder, made where there is none."""
        path = folder / "key.pem"
        if not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            cls.new().keep_in(folder)
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(loaded, rsa.RSAPrivateKey):
            raise TypeError(f"{path} must hold an RSA key")
        return cls(loaded)

    def keep_in(self, folder: Path) -> None:
        path = folder / "key.pem"
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(self._pem())
        fresh.replace(path)

    @property
    def kid(self) -> str:
        return hashlib.sha256(self._numbers()[0].encode()).hexdigest()[:20]

    @property
    def secret(self) -> bytes:
        """A secret of this LMS that outlives a restart."""
        return hashlib.sha256(self._pem()).digest()

    def public_jwk(self) -> dict[str, str]:
        modulus, exponent = self._numbers()
        return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.kid, "n": modulus, "e": exponent}

    def sign(self, signed: bytes) -> bytes:
        return self.private.sign(signed, padding.PKCS1v15(), SHA256())

    def _numbers(self) -> tuple[str, str]:
        numbers = self.private.public_key().public_numbers()
        modulus = numbers.n.to_bytes(self.private.key_size // 8, "big")
        return _base64url(modulus), _base64url(numbers.e.to_bytes(_MAX_EXPONENT_BYTES, "big"))

    def _pem(self) -> bytes:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def sign(body: Any, key: SigningKey, header: Mapping[str, Any] | None = None) -> str:
    """The id_token: a JSON Web Signature over whatever ``body`` is, with RS256."""
    whole = changed({"typ": "JWT", "alg": "RS256", "kid": key.kid}, header or {})
    signed = f"{_base64url(json.dumps(whole).encode())}.{_base64url(json.dumps(body).encode())}"
    return f"{signed}.{_base64url(key.sign(signed.encode()))}"


def changed(message: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The message with some of its fields altered, added or (ABSENT) taken away."""
    return {name: value for name, value in {**message, **changes}.items() if value is not ABSENT}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
