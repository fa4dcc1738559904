"""Keeps a launch with its person, course, membership and link, each made or brought up to date."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import and_, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lrc.db import Base, utcnow
from lti import linksettings, placements
from lti.messages import Launch
from lti.models import Context, Membership, Person, Platform, ResourceLink, StoredLaunch
from lti.people import fold

Row = TypeVar("Row", bound=Base)

NOTED_EVERY = timedelta(minutes=10)
"""Rows that many launches share are not written for each of them, so that launches need not wait for one another."""

_MAX_COPIES = 1000


def receive(session: Session, platform: Platform, launch: Launch, lifetime_s: int) -> StoredLaunch:
    """Keep the launch with its person, context, membership and link, made or brought up to date.

    Two first launches of the same person at the same time end in one person.
    The stored ``claims``: "resource_link_id", "link_id" (our ResourceLink, or None), "custom", "services",
    "document_target", "return_url", "for_user", "deep_linking", "deployment_id", "kind" and "target" (what is to be
    opened: what the launch says, or what its teacher chose instead), and "earlier" (our ids of the contexts that this
    one was copied from).
    """
    now = utcnow()
    known = _known(session, platform, launch)
    person = _person(session, platform, launch, known)
    context = _context(session, platform, launch, known) if launch.context_id else None
    earlier: list[int] = []
    link = None
    if context is not None:
        _membership(session, context, person, launch, known)
        told = _earlier(session, context)
        link = _link(session, context, launch, known, told)
        earlier = _proven(session, context, told)
    _take(platform, product=launch.product or platform.product, version=launch.version or platform.version)
    stored = StoredLaunch(
        id=secrets.token_urlsafe(32),
        person_id=person.id,
        context_id=context.id if context else None,
        roles=sorted(launch.roles),
        message_type=launch.message_type,
        claims=_kept(launch, link, earlier),
        expires_at=now + timedelta(seconds=lifetime_s),
    )
    session.add(stored)
    session.flush()
    return stored


def _kept(launch: Launch, link: ResourceLink | None, earlier: list[int]) -> dict[str, Any]:
    redirected = link if link is not None and linksettings.is_redirected(link) else None
    return {
        "resource_link_id": launch.resource_link_id,
        "link_id": link.id if link else None,
        "custom": launch.custom,
        "services": launch.services,
        "document_target": launch.document_target,
        "return_url": launch.return_url,
        "for_user": launch.for_user,
        "deep_linking": launch.deep_linking,
        "deployment_id": launch.deployment_id,
        "kind": redirected.kind if redirected else launch.kind,
        "target": redirected.target if redirected else launch.target,
        "earlier": earlier,
    }


@dataclass(frozen=True)
class _Known:
    """What there is already of a launch; mostly everything, found by one query."""

    person: Person | None = None
    context: Context | None = None
    membership: Membership | None = None
    link: ResourceLink | None = None


# Made once: building statements anew was a fifth of what a launch cost.
_KNOWN = (
    select(Person, Context, Membership, ResourceLink)
    .outerjoin(
        Context,
        and_(Context.platform_id == Person.platform_id, Context.context_id == bindparam("context_id")),
    )
    .outerjoin(Membership, and_(Membership.context_id == Context.id, Membership.sub == Person.sub))
    .outerjoin(
        ResourceLink,
        and_(ResourceLink.context_id == Context.id, ResourceLink.resource_link_id == bindparam("resource_link_id")),
    )
    .where(Person.platform_id == bindparam("platform_id"), Person.sub == bindparam("sub"))
)


def _known(session: Session, platform: Platform, launch: Launch) -> _Known:
    asked = {
        "platform_id": platform.id,
        "sub": launch.sub,
        "context_id": launch.context_id,
        "resource_link_id": launch.resource_link_id,
    }
    row = session.execute(_KNOWN, asked).one_or_none()
    return _Known(*row) if row else _Known()


def _person(session: Session, platform: Platform, launch: Launch, known: _Known) -> Person:
    query = select(Person).where(Person.platform_id == platform.id, Person.sub == launch.sub)
    person = known.person or _found_or_made(
        session,
        lambda: session.scalars(query).one_or_none(),
        Person(platform_id=platform.id, institution_id=platform.institution_id, sub=launch.sub),
    )
    # Privacy settings may keep names back from one activity and send them from the next: keep what came once.
    name, email = launch.name or person.name, launch.email or person.email
    _take(
        person,
        name=name,
        email=email,
        folded_name=fold(f"{name} {email}"),
        last_roles=sorted(launch.roles),
        last_seen_at=_noted(person.last_seen_at),
    )
    return person


def _context(session: Session, platform: Platform, launch: Launch, known: _Known) -> Context:
    query = select(Context).where(Context.platform_id == platform.id, Context.context_id == launch.context_id)
    context = known.context or _found_or_made(
        session,
        lambda: session.scalars(query).one_or_none(),
        Context(platform_id=platform.id, context_id=launch.context_id),
    )
    _take(
        context,
        label=launch.context_label or context.label,
        title=launch.context_title or context.title,
        history=list(launch.history) or context.history,
        lineitems_url=launch.services.get("lineitems", "") or context.lineitems_url,
        memberships_url=launch.services.get("memberships", "") or context.memberships_url,
        groups_url=launch.services.get("groups", "") or context.groups_url,
    )
    return context


def _earlier(session: Session, context: Context) -> list[int]:
    """The contexts of the same platform that this one is said to be copied from, nearest first, as far as known."""
    if not context.history:
        return []
    query = select(Context).where(Context.platform_id == context.platform_id, Context.context_id.in_(context.history))
    found = sorted(session.scalars(query), key=lambda each: context.history.index(each.context_id))
    return [each.id for each in found]


def _proven(session: Session, context: Context, told: list[int]) -> list[int]:
    """Those of the contexts ``told`` that this one has a placement in common with.

    Where the tool was registered by hand and without the parameter, a teacher can write any history into an activity,
    and would read what is for other courses; only a copy has the random ids of their placements.
    """
    if not told:
        return []
    mine = select(ResourceLink.item).where(ResourceLink.context_id == context.id, ResourceLink.item != "")
    query = select(ResourceLink.context_id).where(ResourceLink.context_id.in_(told), ResourceLink.item.in_(mine))
    shared = set(session.scalars(query))
    return [each for each in told if each in shared]


def _membership(session: Session, context: Context, person: Person, launch: Launch, known: _Known) -> Membership:
    query = select(Membership).where(Membership.context_id == context.id, Membership.sub == person.sub)
    membership = known.membership or _found_or_made(
        session, lambda: session.scalars(query).one_or_none(), Membership(context_id=context.id, sub=person.sub)
    )
    name = person.name or membership.name
    _take(
        membership,
        person_id=person.id,
        name=name,
        folded_name=fold(name),
        launch_roles=sorted(launch.roles),
        groups=membership.groups if launch.groups is None else list(launch.groups),
        launched_at=_noted(membership.launched_at),
        left_at=None,
    )
    return membership


def _link(session: Session, context: Context, launch: Launch, known: _Known, earlier: list[int]) -> ResourceLink | None:
    if not launch.resource_link_id:
        return None
    query = select(ResourceLink).where(
        ResourceLink.context_id == context.id, ResourceLink.resource_link_id == launch.resource_link_id
    )
    item_before = known.link.item if known.link else ""
    link = known.link or session.scalars(query).one_or_none()
    before: dict[str, Any] | None = None
    if link is None:
        fresh = ResourceLink(context_id=context.id, resource_link_id=launch.resource_link_id, item=launch.item)
        before = _settings_before(session, context, launch.item, earlier)
        fresh.settings = before or {}
        link = _found_or_made(session, lambda: session.scalars(query).one_or_none(), fresh)
    linksettings.take_launched(link, launch.kind, launch.target, launch.item)
    if known.link is None or link.item != item_before:
        placements.set_up(session, link, is_copy=before is not None)
    lineitem = launch.services.get("lineitem", "")
    _take(
        link,
        title=launch.resource_link_title or link.title,
        lineitem_url=lineitem or link.lineitem_url,
        is_graded=link.is_graded or bool(lineitem),
        hidden_at=None,
        last_launched_at=_noted(link.last_launched_at),
    )
    return link


def _take(row: Base, **values: Any) -> None:
    """Set what differs: setting the same again would have the session look at the row for changes."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _noted(before: datetime | None) -> datetime:
    """Now, or the time noted before where that was a moment ago."""
    now = utcnow()
    return now if before is None or now - before > NOTED_EVERY else before


def _settings_before(session: Session, context: Context, item: str, earlier: list[int]) -> dict[str, Any] | None:
    """How the same placement was set up: in this course (a duplicate), in the nearest earlier one, or elsewhere.

    None where it is nowhere yet.

    A course into which activities were imported tells of no earlier one, but the placement's id is random: only copies
    have it.
    """
    if not item:
        return None
    query = (
        select(ResourceLink)
        .join(ResourceLink.context)
        .where(Context.platform_id == context.platform_id, ResourceLink.item == item)
        .order_by(ResourceLink.last_launched_at.desc(), ResourceLink.id)
        .limit(_MAX_COPIES)
    )
    nearest = {each: place for place, each in enumerate([context.id, *earlier])}
    found = sorted(session.scalars(query), key=lambda each: nearest.get(each.context_id, len(nearest)))
    return dict(found[0].settings) if found else None


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
