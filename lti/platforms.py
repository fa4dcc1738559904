"""The Moodles registered with us, each of an institution: registering, finding, and the origins they live on."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from lrc.errors import BadInput
from lti.models import Deployment, Institution, Platform

_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
_PORTS = {"http": 80, "https": 443}
_ID_CHARACTERS = 255


@dataclass(frozen=True)
class Registration:
    """What a platform's administrator tells of it: its names for itself and for us, and where it answers."""

    issuer: str
    client_id: str
    auth_login_url: str
    auth_token_url: str
    jwks_url: str


def register(session: Session, institution_name: str, registration: Registration, deployment_id: str) -> Platform:
    """Make or update the platform with this issuer and client_id, its institution and the deployment.

    Registering the same again changes nothing. Raises BadInput for addresses that cannot be, and where the platform
    already belongs to another institution, whose people would change hands.
    """
    _check(registration, institution_name, deployment_id)
    institution = _institution(session, institution_name.strip())
    platform = find(session, registration.issuer, registration.client_id)
    if platform is None:
        platform = Platform(institution=institution, issuer=registration.issuer, client_id=registration.client_id)
        session.add(platform)
    elif platform.institution_id != institution.id:
        raise BadInput(
            detail=f"this platform already belongs to {platform.institution.name!r}; use that institution's name"
        )
    platform.auth_login_url = registration.auth_login_url
    platform.auth_token_url = registration.auth_token_url
    platform.jwks_url = registration.jwks_url
    if deployment_id not in {each.deployment_id for each in platform.deployments}:
        platform.deployments.append(Deployment(deployment_id=deployment_id))
    session.flush()
    return platform


def find(session: Session, issuer: str, client_id: str) -> Platform | None:
    """The platform with this issuer and client_id; with no client_id, the only one of the issuer."""
    query = select(Platform).where(Platform.issuer == issuer)
    if client_id:
        return session.scalars(query.where(Platform.client_id == client_id)).one_or_none()
    found = session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def find_deployment(session: Session, platform: Platform, deployment_id: str) -> Deployment | None:
    return session.scalars(
        select(Deployment).where(Deployment.platform_id == platform.id, Deployment.deployment_id == deployment_id)
    ).one_or_none()


def registered() -> Select[Platform]:
    """All platforms with their institution and deployments, in a steady order."""
    return (
        select(Platform)
        .join(Platform.institution)
        .options(selectinload(Platform.deployments), selectinload(Platform.institution))
        .order_by(Institution.name, Platform.issuer, Platform.client_id)
    )


def origins(session: Session) -> frozenset[str]:
    """The origins of all platforms' sites, which may show us in their frame and which our logins lead to."""
    rows = session.execute(select(Platform.issuer, Platform.auth_login_url))
    return frozenset(origin for row in rows for url in row if (origin := origin_of(url)))


def origin_of(url: str) -> str:
    """Scheme, host and port of an http or https address, the port only if not its scheme's own; else ""."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host):
        return ""
    return f"{parts.scheme}://{host}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def _institution(session: Session, name: str) -> Institution:
    found = session.scalars(select(Institution).where(Institution.name == name)).one_or_none()
    if found is None:
        found = Institution(name=name)
        session.add(found)
        session.flush()
    return found


def _check(registration: Registration, institution_name: str, deployment_id: str) -> None:
    if not 0 < len(institution_name.strip()) <= Institution.name.type.length:
        raise BadInput(detail="the institution needs a name of at most 200 characters")
    for what, text in (("client_id", registration.client_id), ("deployment_id", deployment_id)):
        if not 0 < len(text) <= _ID_CHARACTERS or not text.isprintable() or text != text.strip():
            raise BadInput(detail=f"{what} must be copied from Moodle as it is, without blanks around it, not {text!r}")
    for field in fields(registration):
        if field.name != "client_id":
            _check_url(field.name, getattr(registration, field.name))


def _check_url(what: str, url: str) -> None:
    parts = urlsplit(url) if origin_of(url) and url.isprintable() else None
    if parts is None or " " in url or parts.username or parts.fragment or len(url) > Platform.issuer.type.length:
        raise BadInput(detail=f"{what} must be an address such as https://moodle.example/path, not {url!r}")
