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
from lti.models import Context, Membership, Person, Platform, ResourceLink, StoredLaunch
from lti.people import fold
from lti.viewers import Role

Row = TypeVar("Row", bound=Base)

KINDS = ("resource", "search")
"""What a link of ours can open; carried in the custom parameters of the link."""
NOTED_EVERY = timedelta(minutes=10)
"""Rows that many launches share are not written for each of them, so that launches need not wait for one another."""

_NAME_CHARACTERS, _TITLE_CHARACTERS, _URL_CHARACTERS = 255, 500, 2000
_TARGET_CHARACTERS = 300
_MAX_CUSTOM, _MAX_LISTED = 100, 50
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
    history: tuple[str, ...] = ()
    """The platform's ids of the courses that this one was copied from."""
    groups: tuple[str, ...] | None = None
    """The platform's ids of the person's groups; None where the platform does not tell."""
    resource_link_id: str = ""
    resource_link_title: str = ""
    kind: str = ""
    """What the link opens, of KINDS, with ``target`` (our id of it) and ``item`` (our id of the placement)."""
    target: str = ""
    item: str = ""
    message_type: str = claims.RESOURCE_LINK_REQUEST
    target_link_uri: str = ""
    locale: str = ""
    document_target: str = ""
    return_url: str = ""
    product: str = ""
    version: str = ""
    for_user: str = ""
    """The platform's id of the person whose work is to be reviewed."""
    deep_linking: dict[str, Any] = field(default_factory=dict)
    """The settings of a deep linking request, as the platform sent them."""
    custom: dict[str, str] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    """Addresses of the platform's services for this launch: "lineitems", "lineitem", "memberships", "groups"."""

    @classmethod
    def from_claims(cls, body: Mapping[str, Any]) -> Launch:
        """Translate claims that lti.claims has checked. An optional one of a wrong type is absent (PHP: [] for {})."""
        context, presentation = _object(body, claims.CONTEXT), _object(body, claims.PRESENTATION)
        link, platform = _object(body, claims.RESOURCE_LINK), _object(body, claims.PLATFORM)
        custom = _custom(_object(body, claims.CUSTOM))
        kind = custom.get("lrc_kind", "")
        return cls(
            sub=body["sub"],
            roles=roles.translate(body[claims.ROLES]),
            name=_name(body),
            email=_text(body, "email"),
            context_id=context["id"] if claims.is_id(context.get("id")) else "",
            context_label=_text(context, "label"),
            context_title=_text(context, "title", _TITLE_CHARACTERS),
            history=_listed(custom.get("context_history", "")),
            groups=_listed(custom["user_groups"]) if "user_groups" in custom else None,
            resource_link_id=link["id"] if claims.is_id(link.get("id")) else "",
            resource_link_title=_text(link, "title", _TITLE_CHARACTERS),
            kind=kind if kind in KINDS and "lrc_id" in custom else "",
            target=custom.get("lrc_id", "")[:_TARGET_CHARACTERS],
            item=custom.get("lrc_item", "")[:64],
            message_type=body[claims.MESSAGE_TYPE],
            target_link_uri=body[claims.TARGET_LINK_URI],
            locale=_text(presentation, "locale", 20),
            document_target=_text(presentation, "document_target", 20),
            return_url=_text(presentation, "return_url", _URL_CHARACTERS),
            product=_text(platform, "product_family_code", 100),
            version=_text(platform, "version", 100),
            for_user=_text(_object(body, claims.FOR_USER), "user_id"),
            deep_linking=dict(_object(body, claims.DEEP_LINKING)),
            custom=custom,
            services=_services(body),
        )


def receive(session: Session, platform: Platform, launch: Launch, lifetime_s: int) -> StoredLaunch:
    """Keep the launch with its person, context, membership and link, made or brought up to date.

    Forgets launches that have ended. Two first launches of the same person at the same time end in one person.
    The stored ``claims``: "resource_link_id", "link_id" (our ResourceLink, or None), "custom", "services",
    "document_target", "return_url", "for_user", "deep_linking", and "earlier" (our ids of the contexts that this
    one was copied from).
    """
    now = utcnow()
    session.execute(delete(StoredLaunch).where(StoredLaunch.expires_at < now))
    person = _person(session, platform, launch)
    context = _context(session, platform, launch) if launch.context_id else None
    earlier = _earlier(session, context) if context else []
    link = None
    if context is not None:
        _membership(session, context, person, launch)
        link = _link(session, context, launch, [each.id for each in earlier])
    platform.product = launch.product or platform.product
    platform.version = launch.version or platform.version
    stored = StoredLaunch(
        id=secrets.token_urlsafe(32),
        person_id=person.id,
        context_id=context.id if context else None,
        roles=sorted(launch.roles),
        message_type=launch.message_type,
        claims={
            "resource_link_id": launch.resource_link_id,
            "link_id": link.id if link else None,
            "custom": launch.custom,
            "services": launch.services,
            "document_target": launch.document_target,
            "return_url": launch.return_url,
            "for_user": launch.for_user,
            "deep_linking": launch.deep_linking,
            "earlier": [each.id for each in earlier],
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
    context.history = list(launch.history) or context.history
    context.lineitems_url = launch.services.get("lineitems", "") or context.lineitems_url
    context.memberships_url = launch.services.get("memberships", "") or context.memberships_url
    context.groups_url = launch.services.get("groups", "") or context.groups_url
    session.flush()
    return context


def _earlier(session: Session, context: Context) -> list[Context]:
    """The contexts of the same platform that this one was copied from, nearest first, as far as we know them."""
    if not context.history:
        return []
    query = select(Context).where(Context.platform_id == context.platform_id, Context.context_id.in_(context.history))
    return sorted(session.scalars(query), key=lambda each: context.history.index(each.context_id))


def _membership(session: Session, context: Context, person: Person, launch: Launch) -> Membership:
    query = select(Membership).where(Membership.context_id == context.id, Membership.sub == person.sub)
    membership = _found_or_made(
        session, lambda: session.scalars(query).one_or_none(), Membership(context_id=context.id, sub=person.sub)
    )
    membership.person_id = person.id
    membership.name = person.name or membership.name
    membership.folded_name = fold(membership.name)
    membership.launch_roles = sorted(launch.roles)
    membership.groups = membership.groups if launch.groups is None else list(launch.groups)
    membership.launched_at = utcnow()
    session.flush()
    return membership


def _link(session: Session, context: Context, launch: Launch, earlier: list[int]) -> ResourceLink | None:
    if not launch.resource_link_id:
        return None
    query = select(ResourceLink).where(
        ResourceLink.context_id == context.id, ResourceLink.resource_link_id == launch.resource_link_id
    )
    link = session.scalars(query).one_or_none()
    if link is None:
        fresh = ResourceLink(context_id=context.id, resource_link_id=launch.resource_link_id, item=launch.item)
        fresh.settings = _settings_before(session, launch.item, earlier)
        link = _found_or_made(session, lambda: session.scalars(query).one_or_none(), fresh)
    link.title = launch.resource_link_title or link.title
    link.item = launch.item or link.item
    if launch.kind:
        link.kind, link.target = launch.kind, launch.target
    lineitem = launch.services.get("lineitem", "")
    link.lineitem_url = lineitem or link.lineitem_url
    link.is_graded = link.is_graded or bool(lineitem)
    link.hidden_at = None
    if utcnow() - link.last_launched_at > NOTED_EVERY:
        link.last_launched_at = utcnow()
    session.flush()
    return link


def _settings_before(session: Session, item: str, earlier: list[int]) -> dict[str, Any]:
    """How the same placement was set up in the nearest course that this one was copied from."""
    if not item or not earlier:
        return {}
    query = select(ResourceLink).where(ResourceLink.context_id.in_(earlier), ResourceLink.item == item)
    found = sorted(session.scalars(query), key=lambda each: earlier.index(each.context_id))
    return dict(found[0].settings) if found else {}


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
        "groups": _text(_object(body, claims.GROUPS), "context_groups_url", _URL_CHARACTERS),
    }
    return {name: address for name, address in addresses.items() if address}


def _listed(text: str) -> tuple[str, ...]:
    """Ids out of a list with commas."""
    return tuple(each.strip()[:_NAME_CHARACTERS] for each in text.split(",")[:_MAX_LISTED] if each.strip())
