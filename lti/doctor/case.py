"""All that our database says of one platform, read once into plain data so that no check holds a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.db import utcnow
from lrc.errors import NotFound
from lti import keys, outgoing, sightings
from lti.keys import KeyState, SigningKey
from lti.models import (
    Context,
    Membership,
    Platform,
    PlatformKeySet,
    ResourceLink,
    Score,
    ScoreState,
    ServiceFailure,
    Sighting,
)

RECENT = timedelta(days=7)
LATELY = timedelta(days=30)
_MAX_FAILURES = 200
_MAX_CLOCKS = 50


@dataclass(frozen=True)
class OurKey:
    """One of our keys: its name, from when it signs, and where it stands."""

    kid: str
    begins_at: datetime
    state: KeyState


@dataclass(frozen=True)
class Failure:
    """A call to a service that failed lately, as lti.failures kept it."""

    service: str
    status: int | None
    said: str
    failed_at: datetime


@dataclass(frozen=True)
class Case:
    """A platform as we know it, and what is needed to ask it more. No name of any person is in it."""

    platform_id: int
    institution: str
    issuer: str
    client_id: str
    auth_login_url: str
    auth_token_url: str
    jwks_url: str
    product: str
    version: str
    deployment_ids: tuple[str, ...]
    same_moodle: int
    """How many other registrations of the same issuer there are that the reader may know of."""
    seen: sightings.Seen
    other_clocks: tuple[float, ...]
    """The differences last noted with other platforms; numbers only, as they may be of other institutions."""
    keys_fetched_at: datetime | None
    lineitems_url: str
    memberships_url: str
    """The services of the course that was opened last; empty where no course named any."""
    has_graded_links: bool
    failures: tuple[Failure, ...]
    scores: Mapping[tuple[ScoreState, str], int]
    """How many scores are held up by a reason of lti.grades, or were settled with one LATELY; by state and reason."""
    our_keys: tuple[OurKey, ...]
    signer: SigningKey | None
    """What we sign with now; None where there is nothing that opens."""
    key_lifetime: timedelta
    tool_url: str
    is_production: bool
    limits: outgoing.Limits
    now: datetime


def load(session: Session, platform_id: int, settings: Settings, *, every_institution: bool) -> Case:
    """Read the case; raises NotFound. ``every_institution`` says that the reader may know of other institutions."""
    platform = session.get(Platform, platform_id)
    if platform is None:
        raise NotFound(detail=f"there is no platform {platform_id}")
    now = utcnow()
    lineitems_url, memberships_url = _services(session, platform_id)
    return Case(
        **_as_registered(platform),
        same_moodle=_same_moodle(session, platform, every_institution),
        seen=sightings.seen(session, platform_id),
        other_clocks=_other_clocks(session, platform_id, now),
        keys_fetched_at=_keys_fetched_at(session, platform.jwks_url),
        lineitems_url=lineitems_url,
        memberships_url=memberships_url,
        has_graded_links=_has_graded_links(session, platform_id),
        failures=_failures(session, platform_id, now),
        scores=_scores(session, platform_id, now),
        our_keys=_our_keys(session, settings.secret_key),
        signer=keys.find_signing_key(session, settings.secret_key),
        key_lifetime=timedelta(days=settings.key_lifetime_days),
        tool_url=settings.tool_url,
        is_production=settings.is_production,
        limits=outgoing.limits_of(settings),
        now=now,
    )


def _as_registered(platform: Platform) -> dict[str, Any]:
    copied = ("issuer", "client_id", "auth_login_url", "auth_token_url", "jwks_url", "product", "version")
    return {name: getattr(platform, name) for name in copied} | {
        "platform_id": platform.id,
        "institution": platform.institution.name,
        "deployment_ids": tuple(sorted(each.deployment_id for each in platform.deployments)),
    }


def _keys_fetched_at(session: Session, jwks_url: str) -> datetime | None:
    kept = session.get(PlatformKeySet, jwks_url)
    return kept.fetched_at if kept else None


def _same_moodle(session: Session, platform: Platform, every_institution: bool) -> int:
    query = select(func.count()).where(Platform.issuer == platform.issuer, Platform.id != platform.id)
    if not every_institution:
        query = query.where(Platform.institution_id == platform.institution_id)
    return session.scalar(query) or 0


def _other_clocks(session: Session, platform_id: int, now: datetime) -> tuple[float, ...]:
    query = select(Sighting.facts).where(Sighting.platform_id != platform_id, Sighting.seen_at > now - RECENT)
    rows = session.scalars(query.order_by(Sighting.seen_at.desc()).limit(_MAX_CLOCKS))
    return tuple(facts["clock_s"] for facts in rows if facts.get("clock_s") is not None)


def _services(session: Session, platform_id: int) -> tuple[str, str]:
    """The services of the course that was opened last and named any."""
    query = (
        select(Context.lineitems_url, Context.memberships_url)
        .join(Membership, Membership.context_id == Context.id)
        .where(Context.platform_id == platform_id, Membership.launched_at.is_not(None))
        .where((Context.lineitems_url != "") | (Context.memberships_url != ""))
        .order_by(Membership.launched_at.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    return (found[0], found[1]) if found else ("", "")


def _has_graded_links(session: Session, platform_id: int) -> bool:
    query = select(ResourceLink.id).join(ResourceLink.context)
    return bool(session.scalar(select(exists(query.where(Context.platform_id == platform_id, ResourceLink.is_graded)))))


def _failures(session: Session, platform_id: int, now: datetime) -> tuple[Failure, ...]:
    query = (
        select(ServiceFailure)
        .where(ServiceFailure.platform_id == platform_id, ServiceFailure.failed_at > now - RECENT)
        .order_by(ServiceFailure.failed_at.desc())
        .limit(_MAX_FAILURES)
    )
    return tuple(Failure(each.service, each.status, each.said, each.failed_at) for each in session.scalars(query))


def _scores(session: Session, platform_id: int, now: datetime) -> Mapping[tuple[ScoreState, str], int]:
    query = (
        select(Score.state, Score.reason, func.count())
        .join(Score.link)
        .join(ResourceLink.context)
        .where(Context.platform_id == platform_id, Score.reason != "", Score.state != ScoreState.SUPERSEDED)
        .where(or_(Score.settled_at.is_(None), Score.settled_at > now - LATELY))
        .group_by(Score.state, Score.reason)
    )
    return {(state, reason): count for state, reason, count in session.execute(query)}


def _our_keys(session: Session, secret_key: str) -> tuple[OurKey, ...]:
    kept = keys.states(session, secret_key)
    return tuple(OurKey(each.kid, each.signs_from or each.created_at, state) for each, state in kept)
