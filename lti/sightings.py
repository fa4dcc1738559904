"""What the launches of each platform were last seen to bring, and why some were refused; the doctor reads it.

Nothing of a person is kept: a sighting says that names came, never which. It is one row a platform, so it is written
seldom: a mark is set when it is new or was last set a while ago, and nobody waits for who is writing it already.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from lrc.db import transaction, utcnow
from lrc.errors import LaunchRefused
from lti import claims, platforms
from lti.messages import Launch
from lti.models import Login, Platform, Sighting
from lti.registering.application import CUSTOM_PARAMETERS

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(minutes=10)
REFUSALS_EVERY = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=180)
FRAME, WINDOW, TAB, STORAGE = "frame", "window", "tab", "storage"
"""How a launch arrived: in the platform's frame with our cookies; in a window, as the platform wanted it; in a tab of
our making, since the frame had no cookies; or in the frame without cookies, by the platform's storage."""

_MAX_MARKS = 100
_MAX_WHAT_CHARACTERS = 100
_MAX_GIVEN_CHARACTERS = 2000
_SAME_ISSUER = 3


@dataclass(frozen=True)
class Refusal:
    """The latest login or launch of a platform that was refused for a reason of lti.refusals."""

    at: datetime
    what: str
    """What was wrong, from the log's sentence; anybody may have sent it, so it is to be shown as text only."""


@dataclass(frozen=True)
class Seen:
    """All that was seen of a platform; ``marks`` tells when each was last set (see marks_of)."""

    marks: Mapping[str, datetime] = field(default_factory=dict)
    clock_s: float | None = None
    """Seconds by which a launch's iat was ahead of our clock when it arrived; a little less than zero is usual."""
    refusals: Mapping[str, Refusal] = field(default_factory=dict)

    def last(self, prefix: str) -> datetime | None:
        """When a mark that begins so was last set."""
        return max((at for mark, at in self.marks.items() if mark.startswith(prefix)), default=None)

    def names(self, prefix: str) -> tuple[str, ...]:
        """What follows ``prefix`` in the marks that begin so."""
        return tuple(sorted(mark.removeprefix(prefix) for mark in self.marks if mark.startswith(prefix)))


def seen(session: Session, platform_id: int) -> Seen:
    """What was seen of the platform; an empty Seen where nothing was."""
    row = session.get(Sighting, platform_id, populate_existing=True)
    if row is None:
        return Seen()
    refusals = {
        reason: Refusal(datetime.fromisoformat(kept["at"]), kept["what"])
        for reason, kept in row.facts.get("refusals", {}).items()
    }
    return Seen(_marks(row), row.facts.get("clock_s"), refusals)


def note(
    session: Session, platform: Platform, launch: Launch, *, cookies: str = "", clock_s: float | None = None
) -> None:
    """Note what a verified launch brought. ``cookies`` says how it arrived (FRAME, ...).

    ``clock_s`` is the launch's iat less our time on its arrival. Reads one row by its key; writes it only where a
    mark is new or older than NOTED_EVERY, and not at all while another launch is writing it.
    """
    now = utcnow()
    marks = set(marks_of(launch, cookies))
    row = session.get(Sighting, platform.id)
    if row is not None and not _stale(row, marks, now):
        return
    row = _held(session, platform.id)
    if row is not None and _stale(row, marks, now):
        known = {mark: at for mark, at in _marks(row).items() if at > now - FORGOTTEN_AFTER}
        kept = sorted({**known, **dict.fromkeys(marks, now)}.items(), key=lambda each: each[1])[-_MAX_MARKS:]
        facts = {**row.facts, "marks": {mark: at.isoformat() for mark, at in kept}}
        row.facts = facts if clock_s is None else {**facts, "clock_s": round(clock_s, 1)}
        row.seen_at = now
        session.flush()


def marks_of(launch: Launch, cookies: str = "") -> Iterator[str]:
    """What a launch brings, as marks: "names:no", "custom:user_groups", "unfilled:...", "deployment:1" and the like."""
    yield f"names:{'yes' if launch.name else 'no'}"
    yield f"emails:{'yes' if launch.email else 'no'}"
    yield f"deployment:{launch.deployment_id}"
    yield f"message:{launch.message_type}"
    for name in CUSTOM_PARAMETERS:
        if name in launch.custom_names:
            yield f"{'unfilled' if name in launch.unfilled else 'custom'}:{name}"
    yield from (f"service:{name}" for name in launch.services)
    if cookies:
        yield f"cookies:{cookies}"


def note_refusal(refused: LaunchRefused, *, issuer: str = "", client_id: str = "", state: str = "") -> None:
    """Note why a login or launch of a known platform was refused, in a transaction of its own.

    Call it when the request's own transaction has ended. Anybody can send what is refused, so the room that it takes
    is bounded: one entry a platform and reason, written at most every REFUSALS_EVERY; unknown platforms leave nothing.
    A database that is busy is let be: the refusal is what the person is to see.
    """
    given = (each if claims.is_id(each, _MAX_GIVEN_CHARACTERS) else "" for each in (issuer, client_id, state))
    try:
        with transaction(writing=False) as own:
            found = _platforms(own, *given)
            due = [each for each in found if _is_due(own.get(Sighting, each), refused.reason)]
        for platform_id in due:
            with transaction() as own:
                _add_refusal(own, platform_id, refused)
    except OperationalError as error:
        log.warning("a refused launch was not noted: %s", error.orig)


def _add_refusal(session: Session, platform_id: int, refused: LaunchRefused) -> None:
    row = _held(session, platform_id)
    if row is None or not _is_due(row, refused.reason):
        return
    what = refused.detail.removeprefix(refused.reason).lstrip(": ")[:_MAX_WHAT_CHARACTERS]
    entry = {"at": utcnow().isoformat(), "what": what}
    row.facts = {**row.facts, "refusals": {**row.facts.get("refusals", {}), refused.reason: entry}}


def _platforms(session: Session, issuer: str, client_id: str, state: str) -> list[int]:
    """The platform that a state was begun for, or that a login names; by the issuer alone where its client is new."""
    login = session.get(Login, state) if state else None
    if login is not None:
        return [login.platform_id]
    known = platforms.find(session, issuer, client_id) if issuer else None
    if known is not None:
        return [known.id]
    return list(session.scalars(select(Platform.id).where(Platform.issuer == issuer).limit(_SAME_ISSUER)))


def _is_due(row: Sighting | None, reason: str) -> bool:
    last = row.facts.get("refusals", {}).get(reason) if row else None
    return last is None or datetime.fromisoformat(last["at"]) < utcnow() - REFUSALS_EVERY


def _stale(row: Sighting, marks: set[str], now: datetime) -> bool:
    kept = _marks(row)
    return any(mark not in kept or kept[mark] < now - NOTED_EVERY for mark in marks)


def _marks(row: Sighting) -> dict[str, datetime]:
    return {mark: datetime.fromisoformat(at) for mark, at in row.facts.get("marks", {}).items()}


def _held(session: Session, platform_id: int) -> Sighting | None:
    """The platform's row, made where there is none and held for writing; None while another writes it."""
    query = select(Sighting).where(Sighting.platform_id == platform_id)
    locked = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    row = session.scalars(locked).one_or_none()
    if row is not None or session.scalar(select(exists(query))):
        return row
    made = Sighting(platform_id=platform_id, facts={})
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another launch made it between our look and our insert
        return None
    return made
