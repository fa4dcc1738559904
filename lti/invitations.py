"""Invitations: leave to register platforms of one institution, given as an address with a secret in it."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, Select, select, update
from sqlalchemy.orm import Session, selectinload

from lrc.db import utcnow
from lrc.errors import BadInput, NotFound
from lti import passes, platforms
from lti.models import Institution, Invitation
from lti.registering.refusals import Reason, refuse

DEFAULT_USES, DEFAULT_DAYS = 1, 7
MOST_USES, MOST_DAYS = 100, 90
_REASONS = {
    "revoked": Reason.REVOKED_INVITATION,
    "used up": Reason.USED_INVITATION,
    "expired": Reason.EXPIRED_INVITATION,
}


def invite(
    session: Session, institution_name: str, *, uses: int = DEFAULT_USES, days: int = DEFAULT_DAYS, note: str = ""
) -> tuple[Invitation, str]:
    """A new invitation and its token, which is kept nowhere; makes the institution where it is new.

    Raises BadInput for no name, for uses outside 1 to 100, days outside 1 to 90, or a note over 200 characters.
    """
    if not 1 <= uses <= MOST_USES or not 1 <= days <= MOST_DAYS or len(note) > Invitation.note.type.length:
        raise BadInput(detail=f"uses must be 1 to {MOST_USES}, days 1 to {MOST_DAYS}, the note 200 characters at most")
    token = passes.new()
    made = Invitation(
        token_hash=passes.fingerprint(token),
        institution=platforms.institution_named(session, institution_name),
        note=" ".join("".join(each if each.isprintable() else " " for each in note).split()),
        uses_left=uses,
        expires_at=utcnow() + timedelta(days=days),
    )
    session.add(made)
    session.flush()
    return made, token


def address_of(token: str, tool_url: str) -> str:
    """What an administrator pastes into the platform."""
    return f"{tool_url}/lti/register/{token}"


def invitations() -> Select[Invitation]:
    """All of them with their institutions, the newest first."""
    return select(Invitation).options(selectinload(Invitation.institution)).order_by(Invitation.id.desc())


def open_ones() -> Select[Invitation]:
    """Those that still let somebody register."""
    return invitations().where(
        Invitation.uses_left > 0, Invitation.revoked_at.is_(None), Invitation.expires_at > utcnow()
    )


def get(session: Session, invitation_id: int) -> Invitation:
    found = session.get(Invitation, invitation_id)
    if found is None:
        raise NotFound(detail=f"there is no invitation {invitation_id}")
    return found


def get_open(session: Session, token: str) -> Invitation:
    """The invitation of this token; raises RegistrationRefused where it is unknown, or why it no longer serves."""
    query = select(Invitation).where(Invitation.token_hash == passes.fingerprint(token))
    return check_open(session.scalars(query).one_or_none())


def check_open(found: Invitation | None) -> Invitation:
    """The same invitation; raises RegistrationRefused where there is none, or why it no longer serves."""
    if found is None:
        raise refuse(Reason.UNKNOWN_INVITATION)
    if state_of(found) in _REASONS:
        raise refuse(_REASONS[state_of(found)])
    return found


def state_of(invitation: Invitation) -> str:
    """ "open", "revoked", "used up" or "expired"."""
    if invitation.revoked_at is not None:
        return "revoked"
    if invitation.uses_left <= 0:
        return "used up"
    return "open" if invitation.expires_at > utcnow() else "expired"


def revoke(session: Session, invitation_id: int) -> Invitation:
    """End it; again changes nothing."""
    found = get(session, invitation_id)
    found.revoked_at = found.revoked_at or utcnow()
    session.flush()
    return found


def use(session: Session, invitation_id: int) -> Institution:
    """Count one use, together with what else ``session`` commits; of two at once for the last use one is refused.

    Raises RegistrationRefused where it no longer serves.
    """
    now = utcnow()
    counted = (
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.uses_left > 0,
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(uses_left=Invitation.uses_left - 1, last_used_at=now)
    )
    is_counted = cast("CursorResult[object]", session.execute(counted)).rowcount == 1
    found = session.get(Invitation, invitation_id, populate_existing=True)
    return (found if is_counted and found else check_open(found)).institution
