"""A launch in our own words: its claims translated once, its person and context kept, and who it signs in."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lrc.db import Base, utcnow
from lti import claims, roles
from lti.models import Context, Person, Platform, StoredLaunch
from lti.people import fold
from lti.viewers import Role

Row = TypeVar("Row", bound=Base)

_NAME_CHARACTERS, _TITLE_CHARACTERS, _URL_CHARACTERS = 255, 500, 2000
_MAX_CUSTOM = 100
_UNPRINTABLE = {"Cc", "Cf", "Cs"}


@dataclass(frozen=True)
class Launch:
    """What a verified launch says. What it leaves out is "" or empty; custom parameters are texts, never "$..."."""

    sub: str
    roles: frozenset[Role]
    name: str = ""
    email: str = ""
    context_id: str = ""
    context_label: str = ""
    context_title: str = ""
    resource_link_id: str = ""
    message_type: str = claims.RESOURCE_LINK_REQUEST
    target_link_uri: str = ""
    locale: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    """Addresses of the platform's services for this launch: "lineitems", "lineitem", "memberships"."""

    @classmethod
    def from_claims(cls, body: Mapping[str, Any]) -> Launch:
        """Translate claims that lti.claims has checked. An optional one of a wrong type is absent (PHP: [] for {})."""
        context, presentation = _object(body, claims.CONTEXT), _object(body, claims.PRESENTATION)
        return cls(
            sub=body["sub"],
            roles=roles.translate(body[claims.ROLES]),
            name=_name(body),
            email=_text(body, "email"),
            context_id=context["id"] if claims.is_id(context.get("id")) else "",
            context_label=_text(context, "label"),
            context_title=_text(context, "title", _TITLE_CHARACTERS),
            resource_link_id=body[claims.RESOURCE_LINK]["id"],
            message_type=body[claims.MESSAGE_TYPE],
            target_link_uri=body[claims.TARGET_LINK_URI],
            locale=_text(presentation, "locale", 20),
            custom=_custom(_object(body, claims.CUSTOM)),
            services=_services(body),
        )


def receive(session: Session, platform: Platform, launch: Launch, lifetime_s: int) -> StoredLaunch:
    """Keep the launch with its person and context, made or brought up to date, and forget launches that have ended.

    Two first launches of the same person at the same time end in one person.
    """
    now = utcnow()
    session.execute(delete(StoredLaunch).where(StoredLaunch.expires_at < now))
    person = _person(session, platform, launch)
    context = _context(session, platform, launch) if launch.context_id else None
    stored = StoredLaunch(
        id=secrets.token_urlsafe(32),
        person_id=person.id,
        context_id=context.id if context else None,
        roles=sorted(launch.roles),
        message_type=launch.message_type,
        claims={
            "resource_link_id": launch.resource_link_id,
            "custom": launch.custom,
            "services": launch.services,
        },
        expires_at=now + timedelta(seconds=lifetime_s),
    )
    session.add(stored)
    session.flush()
    return stored


def _person(session: Session, platform: Platform, launch: Launch) -> Person:
    query = select(Person).where(Person.platform_id == platform.id, Person.sub == launch.sub)
    person = _found_or_made(
        session,
        lambda: session.scalars(query).one_or_none(),
        Person(platform_id=platform.id, institution_id=platform.institution_id, sub=launch.sub),
    )
    # Privacy settings may keep names back from one activity and send them from the next: keep what came once.
    person.name = launch.name or person.name
    person.email = launch.email or person.email
    person.folded_name = fold(f"{person.name} {person.email}")
    person.last_roles = sorted(launch.roles)
    person.last_seen_at = utcnow()
    session.flush()
    return person


def _context(session: Session, platform: Platform, launch: Launch) -> Context:
    query = select(Context).where(Context.platform_id == platform.id, Context.context_id == launch.context_id)
    context = _found_or_made(
        session,
        lambda: session.scalars(query).one_or_none(),
        Context(platform_id=platform.id, context_id=launch.context_id),
    )
    context.label = launch.context_label or context.label
    context.title = launch.context_title or context.title
    session.flush()
    return context


def _found_or_made(session: Session, find: Callable[[], Row | None], made: Row) -> Row:
    found = find()
    if found is not None:
        return found
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another request made it between our look and our insert
        found = find()
        if found is None:
            raise
        return found
    return made


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _text(body: Mapping[str, Any], name: str, longest: int = _NAME_CHARACTERS) -> str:
    """The text as one printable line, cut to ``longest`` characters; "" for anything that is no text."""
    value = body.get(name)
    if not isinstance(value, str):
        return ""
    # Cut first with room to spare, so that a huge text costs nothing.
    line = " ".join(value[: 4 * longest].split())
    return "".join(c for c in line if unicodedata.category(c) not in _UNPRINTABLE)[:longest].strip()


def _name(body: Mapping[str, Any]) -> str:
    parts = (_text(body, "given_name"), _text(body, "family_name"))
    return _text(body, "name") or " ".join(part for part in parts if part)[:_NAME_CHARACTERS]


def _custom(body: Mapping[str, Any]) -> dict[str, str]:
    """Texts by exact key. Moodle sends null for what it holds back, "$..." for what it does not know: both absent."""
    texts = {key: _text(body, key, _URL_CHARACTERS) for key in list(body)[:_MAX_CUSTOM] if claims.is_id(key)}
    return {key: text for key, text in texts.items() if text and not text.startswith("$")}


def _services(body: Mapping[str, Any]) -> dict[str, str]:
    grades, names = _object(body, claims.AGS), _object(body, claims.NRPS)
    addresses = {
        "lineitems": _text(grades, "lineitems", _URL_CHARACTERS),
        "lineitem": _text(grades, "lineitem", _URL_CHARACTERS),
        "memberships": _text(names, "context_memberships_url", _URL_CHARACTERS),
    }
    return {name: address for name, address in addresses.items() if address}
