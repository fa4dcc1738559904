"""The messages that the practice LMS sends, shaped claim by claim as Moodle 4.5 does, and how they are signed.

Tests send bad messages with the same code: ``changes`` alters or takes away any claim or header field.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from lrc.practice.classroom import Course, Somebody
from lti import claims

TOKEN_LIFETIME_S = 60
CLIENT_ID = "biblioteca-de-practica"
DEPLOYMENT_ID = "1"
ABSENT: Final = object()
"""As a change: take the claim or header field away."""

_AGS_SCOPES = ("lineitem", "lineitem.readonly", "result.readonly", "score")
_MAX_EXPONENT_BYTES = 3


@dataclass(frozen=True)
class Visit:
    """Somebody opening the library from a course."""

    person: Somebody
    course: Course
    locale: str = "es"
    document_target: str = "iframe"


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
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_bytes(cls.new()._pem())
            fresh.replace(path)
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(loaded, rsa.RSAPrivateKey):
            raise TypeError(f"{path} must hold an RSA key")
        return cls(loaded)

    @property
    def kid(self) -> str:
        return hashlib.sha256(self._numbers()[0].encode()).hexdigest()[:20]

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


def body_of(visit: Visit, *, issuer: str, tool_url: str, nonce: str) -> dict[str, Any]:
    """The claims of a resource link launch, as a real Moodle 4.5 sends them."""
    now = int(time.time())
    return {
        "nonce": nonce,
        "iat": now,
        "exp": now + TOKEN_LIFETIME_S,
        "iss": issuer,
        "aud": CLIENT_ID,
        claims.DEPLOYMENT_ID: DEPLOYMENT_ID,
        claims.TARGET_LINK_URI: tool_url,
        claims.MESSAGE_TYPE: claims.RESOURCE_LINK_REQUEST,
        claims.VERSION: "1.3.0",
        claims.ROLES: list(visit.person.roles),
        **_about_course(visit.course, issuer),
        **_about_person(visit.person, visit.course),
        **_about_platform(visit, issuer),
    }


def sign(body: Any, key: SigningKey, header: Mapping[str, Any] | None = None) -> str:
    """The id_token: a JSON Web Signature over whatever ``body`` is, with RS256."""
    whole = changed({"typ": "JWT", "alg": "RS256", "kid": key.kid}, header or {})
    signed = f"{_base64url(json.dumps(whole).encode())}.{_base64url(json.dumps(body).encode())}"
    return f"{signed}.{_base64url(key.sign(signed.encode()))}"


def changed(message: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The message with some of its fields altered, added or (ABSENT) taken away."""
    return {name: value for name, value in {**message, **changes}.items() if value is not ABSENT}


def _about_course(course: Course, issuer: str) -> dict[str, Any]:
    services = f"{issuer}/mod/lti/services.php"
    memberships = f"{services}/CourseSection/{course.id}/bindings/1/memberships"
    return {
        claims.CONTEXT: {
            "id": course.id,
            "label": course.label,
            "title": course.title,
            "type": ["CourseSection"],
        },
        claims.RESOURCE_LINK: {
            "title": "Biblioteca virtual",
            "description": "",
            "id": course.resource_link_id,
        },
        claims.CUSTOM: {
            "library": "main",
            "picture": "$User.image",
            "context_memberships_url": memberships,
        },
        claims.AGS: {
            "scope": [f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in _AGS_SCOPES],
            "lineitems": f"{services}/{course.id}/lineitems?type_id={DEPLOYMENT_ID}",
        },
        claims.NRPS: {"context_memberships_url": memberships, "service_versions": ["1.0", "2.0"]},
    }


def _about_person(person: Somebody, course: Course) -> dict[str, Any]:
    return {
        "sub": person.sub,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "name": person.name,
        "email": f"{person.username}@practica.example",
        f"{claims.CLAIM}lis": {
            "person_sourcedid": person.sourced_id,
            "course_section_sourcedid": f"C-{course.label}",
        },
        f"{claims.CLAIM}ext": {"user_username": person.username, "lms": "moodle-2"},
    }


def _about_platform(visit: Visit, issuer: str) -> dict[str, Any]:
    query = f"course={visit.course.id}&launch_container=3&instanceid={visit.course.resource_link_id}"
    return {
        claims.PRESENTATION: {
            "locale": visit.locale,
            "document_target": visit.document_target,
            "return_url": f"{issuer}/mod/lti/return.php?{query}&sesskey=practica",
        },
        f"{claims.CLAIM}tool_platform": {
            "product_family_code": "moodle",
            "version": "2024100706",
            "guid": hashlib.sha256(issuer.encode()).hexdigest()[:32],
            "name": "practica",
            "description": "Aula virtual de práctica",
        },
    }


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
