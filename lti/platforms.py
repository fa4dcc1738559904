"""The Moodles registered with us, each of an institution: registering, finding, and the origins they live on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, bindparam, delete, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from lrc.db import UtcDateTime
from lrc.errors import BadInput, Conflict, NotFound
from lti.models import Context, Deployment, Institution, Login, Person, Platform

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


def register(
    session: Session, institution_name: str, registration: Registration, deployment_id: str | None
) -> Platform:
    """Make or update the platform with this issuer and client_id, its institution and the deployment (None: not known).

    Registering the same again changes nothing. Raises BadInput for addresses that cannot be, and where the platform
    already belongs to another institution, whose people would change hands.
    """
    _check(registration)
    institution = institution_named(session, institution_name)
    platform = find(session, registration.issuer, registration.client_id)
    if platform is None:
        platform = Platform(institution=institution, issuer=registration.issuer, client_id=registration.client_id)
        session.add(platform)
    elif platform.institution_id != institution.id:
        raise BadInput(
            _("Este Moodle ya pertenece a otra institución: %(name)s.", name=platform.institution.name),
            detail=f"this platform already belongs to {platform.institution.name!r}; use that institution's name",
        )
    _take_addresses(platform, registration)
    if deployment_id is not None:
        add_deployment(session, platform, deployment_id)
    session.flush()
    return platform


def change_addresses(session: Session, platform: Platform, addresses: Registration) -> None:
    """Take the platform's new addresses; who it is (issuer and client_id) stays. Raises BadInput for what cannot be."""
    _check(addresses)
    _take_addresses(platform, addresses)
    session.flush()


def add_deployment(session: Session, platform: Platform, deployment_id: str) -> None:
    """Let one more of the platform's deployments open the library; again changes nothing. Raises BadInput."""
    _check_id("deployment_id", deployment_id)
    if deployment_id not in {each.deployment_id for each in platform.deployments}:
        platform.deployments.append(Deployment(deployment_id=deployment_id))
    session.flush()


def remove(session: Session, platform: Platform) -> None:
    """Take away a platform that nobody has come from; raises Conflict where somebody has.

    With its people would go what they uploaded and the grades they are owed, so such a platform stays.
    """
    for of_it in (Person, Context):
        if session.scalar(select(exists().where(of_it.platform_id == platform.id))):
            raise Conflict(detail="people have come from this platform, and what they made here hangs on it: it stays")
    session.execute(delete(Login).where(Login.platform_id == platform.id))
    session.delete(platform)
    session.flush()


def get(session: Session, platform_id: int) -> Platform:
    found = session.scalars(registered().where(Platform.id == platform_id)).one_or_none()
    if found is None:
        raise NotFound(detail=f"there is no platform {platform_id}")
    return found


# Made once: building statements anew was a fifth of what a launch cost.
_OF_ISSUER = select(Platform).where(Platform.issuer == bindparam("issuer")).options(joinedload(Platform.deployments))
_OF_CLIENT = _OF_ISSUER.where(Platform.client_id == bindparam("client_id"))


def find(session: Session, issuer: str, client_id: str) -> Platform | None:
    """The platform with this issuer and client_id; with no client_id, the only one of the issuer."""
    if client_id:
        return session.scalars(_OF_CLIENT, {"issuer": issuer, "client_id": client_id}).unique().one_or_none()
    found = session.scalars(_OF_ISSUER, {"issuer": issuer}).unique().all()
    return found[0] if len(found) == 1 else None


def find_deployment(platform: Platform, deployment_id: str) -> Deployment | None:
    return next((each for each in platform.deployments if each.deployment_id == deployment_id), None)


def registered() -> Select[Platform]:
    """All platforms with their institution and deployments, in a steady order."""
    return (
        select(Platform)
        .join(Platform.institution)
        .options(selectinload(Platform.deployments), selectinload(Platform.institution))
        .order_by(Institution.name, Platform.issuer, Platform.client_id)
    )


def institutions() -> Select[str]:
    """The names of all institutions, in order."""
    return select(Institution.name).order_by(Institution.name)


def people_of(session: Session, platform_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """By platform: how many people came from it and when the last did; without those from which nobody came."""
    query = (
        select(Person.platform_id, func.count(), func.max(Person.last_seen_at, type_=UtcDateTime()))
        .where(Person.platform_id.in_(platform_ids))
        .group_by(Person.platform_id)
    )
    return {platform_id: (count, seen_at) for platform_id, count, seen_at in session.execute(query)}


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


def is_page_of(platform: Platform, url: str) -> bool:
    """Whether the address is on one of the platform's own origins, for browsers as well as for us."""
    own = {origin_of(platform.issuer), origin_of(platform.auth_login_url)} - {""}
    # Browsers and Python read these signs differently before a host's name.
    is_plain = url.isascii() and url.isprintable() and "\\" not in url and " " not in url
    return is_plain and origin_of(url) in own and "@" not in urlsplit(url).netloc


def is_address(url: str) -> bool:
    """Is it an http or https address as a platform may have: printable, no user in it, no fragment, no blanks?"""
    parts = urlsplit(url) if origin_of(url) and url.isprintable() else None
    return bool(
        parts
        and " " not in url
        and not parts.username
        and not parts.fragment
        and len(url) <= Platform.issuer.type.length
    )


def institution_named(session: Session, name: str) -> Institution:
    """The institution of this name, made where it is new; raises BadInput for no name or one over 200 characters."""
    name = " ".join(name.split())
    if not 0 < len(name) <= Institution.name.type.length or not name.isprintable():
        raise BadInput(
            _("Escribe el nombre de la institución, de hasta 200 caracteres."),
            detail="the institution needs a name of at most 200 characters",
        )
    found = session.scalars(select(Institution).where(Institution.name == name)).one_or_none()
    if found is None:
        found = Institution(name=name)
        session.add(found)
        session.flush()
    return found


def _take_addresses(platform: Platform, registration: Registration) -> None:
    platform.auth_login_url = registration.auth_login_url
    platform.auth_token_url = registration.auth_token_url
    platform.jwks_url = registration.jwks_url


def _check(registration: Registration) -> None:
    _check_id("client_id", registration.client_id)
    for field in fields(registration):
        if field.name != "client_id":
            _check_url(field.name, getattr(registration, field.name))


def _check_id(what: str, text: str) -> None:
    if not 0 < len(text) <= _ID_CHARACTERS or not text.isprintable() or text != text.strip():
        raise BadInput(
            _("%(what)s debe copiarse de Moodle tal cual, sin espacios alrededor.", what=what),
            detail=f"{what} must be copied from Moodle as it is, without blanks around it, not {text!r}",
        )


def _check_url(what: str, url: str) -> None:
    if not is_address(url):
        raise BadInput(
            _("%(what)s debe ser una dirección como https://moodle.example/ruta.", what=what),
            detail=f"{what} must be an address such as https://moodle.example/path, not {url!r}",
        )
