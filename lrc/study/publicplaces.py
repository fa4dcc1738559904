"""The public addresses of certificates and badges. They are printed on paper and signed: they never change."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from lrc.study.badges import Places
from lrc.study.models import Certificate

PREFIX = "/certificados"


def certificate(tool_url: str, code: str) -> str:
    return f"{tool_url}{PREFIX}/{code}"


def credential(tool_url: str, code: str) -> str:
    """The name of a badge, from which nobody finds the code: the list of revoked ones leads to nobody's page."""
    return uuid5(NAMESPACE_URL, certificate(tool_url, code)).urn


def issuer(tool_url: str, institution_id: int) -> str:
    return f"{tool_url}{PREFIX}/emisores/{institution_id}.json"


def revoked(tool_url: str, institution_id: int) -> str:
    return f"{tool_url}{PREFIX}/anulados/{institution_id}.json"


def key(tool_url: str, kid: str) -> str:
    return f"{tool_url}{PREFIX}/claves/{kid}.json"


def of_badge(tool_url: str, issued: Certificate, kid: str) -> Places:
    """All that the badge of a certificate names."""
    return Places(
        credential=credential(tool_url, issued.code),
        certificate=certificate(tool_url, issued.code),
        issuer=issuer(tool_url, issued.institution_id),
        achievement=f"{certificate(tool_url, issued.code)}#curso",
        revoked=revoked(tool_url, issued.institution_id),
        key=key(tool_url, kid),
    )
