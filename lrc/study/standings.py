"""How far what somebody writes has come: written, under review, returned, published, changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Resource, ResourceState, Version, VersionState
from lrc.study.models import Draft


class Standing(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"
    RETURNED = "returned"
    PUBLISHED = "published"
    CHANGED = "changed"  # published, and the draft has what was not handed in
    RENEWING = "renewing"  # published, and a newer version waits
    RENEWAL_RETURNED = "renewal-returned"  # published, and a newer version was returned
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Progress:
    """A standing, and the number of the published version (0: none)."""

    standing: Standing
    number: int


def of(session: Session, resources: Sequence[Resource]) -> dict[int, Progress]:
    """How each stands, by its id."""
    ids = [each.id for each in resources]
    drafts = dict(session.execute(select(Draft.resource_id, Draft.saved_at).where(Draft.resource_id.in_(ids))).all())
    newest = _newest(session, ids)
    numbers = dict(
        session.execute(
            select(Version.resource_id, Version.number).where(
                Version.resource_id.in_(ids), Version.state == VersionState.PUBLISHED
            )
        ).all()
    )
    made: dict[int, Progress] = {}
    for each in resources:
        state, made_at = newest.get(each.id, (None, None))
        is_changed = made_at is not None and each.id in drafts and drafts[each.id] > made_at
        made[each.id] = Progress(_standing(each.state, state, is_changed=is_changed), numbers.get(each.id, 0))
    return made


def _newest(session: Session, ids: list[int]) -> dict[int, tuple[VersionState, datetime]]:
    last = select(Version.resource_id, func.max(Version.number)).where(Version.resource_id.in_(ids))
    query = select(Version.resource_id, Version.number, Version.state, Version.made_at).where(
        Version.resource_id.in_(ids)
    )
    numbers = dict(session.execute(last.group_by(Version.resource_id)).all())
    return {
        resource_id: (state, made_at)
        for resource_id, number, state, made_at in session.execute(query)
        if numbers[resource_id] == number
    }


def _standing(state: ResourceState, newest: VersionState | None, *, is_changed: bool) -> Standing:
    match state:
        case ResourceState.PUBLISHED if newest is VersionState.WAITING:
            return Standing.RENEWING
        case ResourceState.PUBLISHED if newest is VersionState.RETURNED:
            return Standing.RENEWAL_RETURNED
        case ResourceState.PUBLISHED if is_changed:
            return Standing.CHANGED
        case _:
            return Standing(state.value)
