"""Certificates as Open Badges 3.0: the credential, signed as a JSON Web Token, and the picture that carries it.

https://www.imsglobal.org/spec/ob/v3p0: AchievementCredential (B.1), VC-JWT (8.2), baked badges (5.3), and for revoked
ones the list of 1EdTech's extensions (1EdTechRevocationList).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from flask_babel import gettext as _

from lrc.study.badgekeys import Signer
from lrc.study.models import Certificate

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_MINUTES_AN_HOUR = 60


@dataclass(frozen=True)
class Places:
    """The name of a badge and the public addresses of what it speaks of, absolute; they stay the same for good."""

    credential: str
    certificate: str
    issuer: str
    achievement: str
    revoked: str
    key: str


def credential(certificate: Certificate, places: Places) -> dict[str, Any]:
    """The OpenBadgeCredential of a certificate: what is on the paper, and of the person no more than the name."""
    issued = _moment(certificate.issued_at)
    return {
        "@context": list(CONTEXT),
        "id": places.credential,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.course_title,
        "issuer": profile(places.issuer, certificate.institution_name),
        "validFrom": issued,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityType": "name",
                    "identityHash": certificate.name,
                    "hashed": False,
                }
            ],
            "achievement": achievement(certificate, places.achievement),
        },
        "evidence": [{"id": places.certificate, "type": ["Evidence"], "name": certificate.course_title}],
        "credentialStatus": {"id": places.revoked, "type": "1EdTechRevocationList"},
        "credentialSchema": [{"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def achievement(certificate: Certificate, address: str) -> dict[str, Any]:
    """What was achieved: the course."""
    hours = certificate.effort_minutes / _MINUTES_AN_HOUR
    narrative = _("Terminar todos los módulos del curso y aprobar sus cuestionarios.")
    if certificate.cohort_title:
        narrative = _("Terminar todos los módulos del curso y tener la aprobación de su tutor o tutora.")
    described = _("Duración del curso, en horas: %(hours)s.", hours=f"{hours:.10g}") if hours else ""
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Diploma" if certificate.is_diploma else "Course",
        "name": certificate.course_title,
        "description": described or certificate.course_title,
        "criteria": {"narrative": narrative},
    }


def profile(address: str, name: str) -> dict[str, Any]:
    """The institution that issues."""
    return {"id": address, "type": ["Profile"], "name": name}


def signed(certificate: Certificate, places: Places, signer: Signer) -> str:
    """The credential as a VC-JWT: its members with the registered claims iss, jti and nbf beside them (8.2.4.1)."""
    body = credential(certificate, places)
    body |= {"iss": places.issuer, "jti": places.credential, "nbf": int(certificate.issued_at.timestamp())}
    return signer.sign(body, places.key)


def revocation_list(address: str, issuer: str, revoked: Iterable[str]) -> dict[str, Any]:
    """Which credentials were revoked, by their names; why is told to who has the certificate's code."""
    return {
        "id": address,
        "type": ["1EdTechRevocationList"],
        "issuer": issuer,
        "revokedCredential": [{"id": each, "revoked": True} for each in revoked],
    }


def picture(certificate: Certificate, token: str) -> str:
    """An SVG with the token inside (5.3.2.1), for people to show and for machines to read."""
    title, by = escape(certificate.course_title), escape(certificate.institution_name)
    lines = "".join(
        f'<text x="200" y="{250 + 26 * row}" font-size="20" text-anchor="middle">{escape(line)}</text>'
        for row, line in enumerate(_wrapped(certificate.course_title))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" '
        f'viewBox="0 0 400 400" width="400" height="400" role="img"><title>{title} · {by}</title>'
        f"<openbadges:credential verify={quoteattr(token)}/>"
        '<rect width="400" height="400" rx="36" fill="#f7f4ee"/>'
        '<circle cx="200" cy="125" r="78" fill="#8a3b12"/>'
        '<path d="M165 127l25 25 47-52" fill="none" stroke="#fff" stroke-width="14" stroke-linecap="round" '
        'stroke-linejoin="round"/>'
        f'<g font-family="sans-serif" fill="#22262b">{lines}'
        f'<text x="200" y="366" font-size="15" text-anchor="middle">{escape(_cut(certificate.institution_name))}</text>'
        "</g></svg>\n"
    )


_LINE, _LINES = 32, 4


def _wrapped(text: str) -> list[str]:
    lines: list[str] = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [_cut(each) for each in lines[: _LINES - 1]] + ([_cut(" ".join(lines[_LINES - 1 :]))] if lines[3:] else [])


def _cut(text: str) -> str:
    return text if len(text) <= _LINE + 12 else f"{text[: _LINE + 11]}…"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
