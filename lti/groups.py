"""Groups of institutions that something is meant for: each set of them is kept once, and is an audience."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti.models import Institution, InstitutionGroup
from lti.viewers import EVERYONE, group_audience, institution_audience


def of(session: Session, institution_ids: Collection[int]) -> InstitutionGroup:
    """The group of exactly these institutions, made where there is none. ValueError where one of them does not exist.

    Who belongs to a group is noted at each institution too, where a visit reads it with everything else.
    """
    wanted = sorted(set(institution_ids))
    fingerprint = hashlib.sha256(",".join(map(str, wanted)).encode()).hexdigest()
    query = select(InstitutionGroup).where(InstitutionGroup.fingerprint == fingerprint)
    found = session.scalar(query)
    if found is not None:
        return found
    # Held in one order, so that two groups made at the same moment lose neither's note.
    members = session.scalars(
        select(Institution).where(Institution.id.in_(wanted)).order_by(Institution.id).with_for_update()
    ).all()
    if len(members) != len(wanted):
        raise ValueError(f"not all of the institutions {wanted} exist")
    made = InstitutionGroup(fingerprint=fingerprint, institution_ids=wanted)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another request made it at the same moment
        return session.scalars(query).one()
    for each in members:
        session.refresh(each, ["group_ids"])
        each.group_ids = [*each.group_ids, made.id]
    session.flush()
    return made


def members(session: Session, audience: str) -> list[Institution]:
    """The institutions of a group's audience, by name; none where it is not a group's."""
    kind, _, number = audience.partition(":")
    group = session.get(InstitutionGroup, int(number)) if kind == "group" and number.isdecimal() else None
    if group is None:
        return []
    query = select(Institution).where(Institution.id.in_(group.institution_ids)).order_by(Institution.name)
    return list(session.scalars(query))


def audiences_of(session: Session, institution_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """By institution the audiences that everybody of it belongs to; one query."""
    wanted = set(institution_ids)
    query = select(Institution.id, Institution.group_ids).where(Institution.id.in_(wanted))
    return {
        id_: frozenset({EVERYONE, institution_audience(id_), *map(group_audience, group_ids)})
        for id_, group_ids in session.execute(query)
    }


def shared_by(session: Session, audience: str, institution_id: int | None) -> frozenset[str]:
    """The audiences that everybody of an audience belongs to, of what is an institution's."""
    is_within_one = audience.partition(":")[0] in ("institution", "context")
    if institution_id is None or not is_within_one:
        return frozenset({EVERYONE, audience})
    return frozenset({audience, *audiences_of(session, [institution_id])[institution_id]})
