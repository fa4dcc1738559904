"""Who is in a course: asking its platform for the list, and keeping what it says beside what launches said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.celery import enqueue
from lrc.db import utcnow
from lti.models import Context, Membership, RosterState
from lti.people import fold
from lti.rosters import Member, Roster

FETCH_ROSTER = "lti.fetch_roster"
FRESH_FOR = timedelta(minutes=15)
AWAITED_FOR = timedelta(minutes=2)
"""How long an answer is waited for; whoever asks afterwards asks again, so that a task lost on the way does no harm."""
ASKED_EVERY = timedelta(seconds=20)
"""At most, however often somebody presses the button."""
_MAX_FAILURE_CHARACTERS = 500


def find(session: Session, context_id: int, sub: str) -> Membership | None:
    """Somebody of a course, by the platform's id of them."""
    query = select(Membership).where(Membership.context_id == context_id, Membership.sub == sub)
    return session.scalars(query).one_or_none()


def is_awaited(context: Context) -> bool:
    """Whether the list was asked for a moment ago and did not come yet."""
    asked_at = context.roster_asked_at
    return context.roster_state is RosterState.ASKED and asked_at is not None and utcnow() - asked_at < AWAITED_FOR


def is_stale(context: Context) -> bool:
    """Whether the list should be asked for: the platform offers one, and nobody has asked lately."""
    if not context.memberships_url or is_awaited(context):
        return False
    asked_at = context.roster_asked_at
    return asked_at is None or context.roster_state is RosterState.ASKED or utcnow() - asked_at >= FRESH_FOR


def ask(session: Session, context: Context) -> bool:
    """Have the list fetched; False where the platform offers none or it was asked for a moment ago."""
    asked_at = context.roster_asked_at
    if not context.memberships_url or is_awaited(context):
        return False
    if asked_at is not None and utcnow() - asked_at < ASKED_EVERY:
        return False
    context.roster_state, context.roster_asked_at = RosterState.ASKED, utcnow()
    session.flush()
    enqueue(session, FETCH_ROSTER, context.id)
    return True


def take_in(session: Session, context_id: int, roster: Roster, began_at: datetime) -> None:
    """Keep what came of a list that was fetched from ``began_at`` on, unless a later one came whole meanwhile.

    Only a whole list that names somebody tells that the others have left.
    """
    context = session.get(Context, context_id, with_for_update=True)
    if context is None or (context.roster_fetched_at is not None and context.roster_fetched_at > began_at):
        return
    # The course's row first, as launches do, so that neither waits for the other in turn.
    _note(context, roster, utcnow())
    session.flush()
    known = {each.sub: each for each in session.scalars(select(Membership).where(Membership.context_id == context_id))}
    for member in roster.members.values():
        _keep(session, context_id, known.get(member.sub), member)
    if roster.shortfall is None and roster.members:
        _mark_gone(each for sub, each in known.items() if sub not in roster.members)
    session.flush()


def name_groups(session: Session, context_id: int, names: dict[str, str]) -> None:
    """Keep the names of the course's groups, by the platform's id."""
    context = session.get(Context, context_id, with_for_update=True)
    if context is not None and context.groups != names:
        context.groups = names
        session.flush()


def _note(context: Context, roster: Roster, now: datetime) -> None:
    if roster.shortfall is None:
        context.roster_state, context.roster_fetched_at, context.roster_failure = RosterState.READY, now, ""
    else:
        context.roster_state = RosterState.FAILED
        context.roster_failure = str(roster.shortfall)[:_MAX_FAILURE_CHARACTERS]


def _keep(session: Session, context_id: int, membership: Membership | None, member: Member) -> None:
    now = utcnow()
    if membership is None:
        if not member.is_active:
            return  # nobody of this course that we ever knew
        membership = Membership(context_id=context_id, sub=member.sub, name="", launch_roles=[], groups=[])
        session.add(membership)
    # Names may be withheld: what came once, by a launch or an earlier list, stays.
    membership.name = member.name or membership.name
    membership.folded_name = fold(membership.name)
    membership.roster_roles = list(member.roles)
    membership.groups = membership.groups if member.groups is None else list(member.groups)
    membership.listed_at = now
    membership.left_at = None if member.is_active else membership.left_at or now


def _mark_gone(memberships: Iterable[Membership]) -> None:
    """Since now for those whom a list had named. Who came by a launch only may never have been enrolled (managers)."""
    now = utcnow()
    for each in memberships:
        if each.listed_at is not None and each.left_at is None:
            each.left_at = now
