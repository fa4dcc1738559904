"""What teachers put into their courses with the picker: kept, and found again to be offered first."""

from __future__ import annotations

import hashlib

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lti import linksettings, picks
from lti.linksettings import Manner
from lti.models import Pick, Placement, ResourceLink, StoredLaunch

_ITEM_CHARACTERS = 32


def item_of(pick: Pick) -> str:
    """Our id of the placement that a pick becomes: nobody can guess it, and it is the same when it is sent again."""
    told = f"{pick.launch_id} {pick.kind} {pick.target}"
    return hashlib.sha256(told.encode()).hexdigest()[:_ITEM_CHARACTERS]


def record(session: Session, launch: StoredLaunch, picks: list[Pick]) -> None:
    """Keep what goes into the course; what was sent before in the same visit is brought up to date."""
    items = {item_of(each): each for each in picks}
    known = {each.item: each for each in session.scalars(select(Placement).where(Placement.item.in_(items)))}
    for item, pick in items.items():
        kept = known.get(item)
        if kept is None:
            kept = Placement(item=item, person_id=launch.person_id, context_id=launch.context_id)
            kept.kind, kept.target = pick.kind, pick.target
            session.add(kept)
        kept.title, kept.maximum, kept.version = pick.title, pick.maximum, pick.version
    session.flush()


def recent(person_id: int, limit: int) -> Select[str, str]:
    """Kind and target of what the person has placed, each once, the last used first."""
    return (
        select(Placement.kind, Placement.target)
        .where(Placement.person_id == person_id)
        .group_by(Placement.kind, Placement.target)
        .order_by(func.max(Placement.placed_at).desc(), func.max(Placement.id).desc())
        .limit(limit)
    )


def set_up(session: Session, link: ResourceLink, *, is_copy: bool) -> None:
    """Give a link, which has just become known, the maximum with which it was placed; in a copied course too.

    It stays with the version that was chosen then; a copy is set up as the link of which it is one.
    """
    placed = session.scalar(select(Placement).where(Placement.item == link.item)) if link.item else None
    if placed is not None:
        link.is_graded = placed.maximum is not None
        link.maximum = float(placed.maximum or picks.GREATEST_MAXIMUM)
        if placed.version and not is_copy and not link.settings:
            linksettings.set_manner(link, Manner(version=placed.version))
