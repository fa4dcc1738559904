"""Keeps the table of addresses in step with what resources say: with each flush, and past it by slow rounds."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, String, Table, bindparam, delete, event, insert, inspect, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from catalog.models import Kind, Resource, ResourceState, WebLink, WebLinkState
from catalog.weblinks import addresses
from lrc.celery import enqueue
from lrc.db import utcnow

ROUND = "catalog.check_weblinks"
SPREAD = timedelta(days=60)
"""Over so long addresses that came with an import are asked for the first time."""
_TABLE = cast(Table, WebLink.__table__)


def keep(session: Session, urls: Mapping[int, str], due_at: Mapping[int, datetime]) -> bool:
    """Have these resources, by their ids, lead to these addresses ("": to none); whether that changed any.

    What is known of an address that changed is forgotten; it is asked when it is due.
    """
    if not urls:
        return False
    rows = session.execute(select(_TABLE.c.resource_id, _TABLE.c.url).where(_TABLE.c.resource_id.in_(urls)))
    held = {row.resource_id: row.url for row in rows}
    gone = [each for each in held if not urls[each]]
    new = [_row(each, url, due_at[each]) for each, url in urls.items() if url and each not in held]
    other = [_row(each, url, due_at[each]) for each, url in urls.items() if url and held.get(each, url) != url]
    if gone:
        session.execute(delete(_TABLE).where(_TABLE.c.resource_id.in_(gone)))
    if new:
        session.execute(insert(_TABLE), new)
    if other:
        which = update(_TABLE).where(_TABLE.c.resource_id == bindparam("of"))
        session.execute(which, [{"of": each.pop("resource_id"), **each} for each in other])
    return bool(new or other)


def _row(resource_id: int, url: str, due_at: datetime) -> dict[str, Any]:
    return {
        "resource_id": resource_id,
        "url": url,
        "fingerprint": addresses.same(url),
        "host": addresses.host_of(url),
        "state": WebLinkState.UNKNOWN,
        "since": utcnow(),
        "status": 0,
        "failure": "",
        "tries": 0,
        "failing_at": None,
        "moved_to": "",
        "checked_at": None,
        "due_at": due_at,
        "is_to_be_read": False,
        "offered": {},
    }


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    written = [each for each in (*session.new, *session.dirty) if isinstance(each, Resource) and _leads_elsewhere(each)]
    if not written:
        return
    now = utcnow()
    if keep(session, {each.id: addresses.of(each) for each in written}, {each.id: now for each in written}):
        enqueue(session, ROUND)


def _leads_elsewhere(resource: Resource) -> bool:
    """Did it begin to lead to another address, or to none? Of a new one only where it leads to any."""
    if resource.kind not in (Kind.MATERIAL, None):
        return False
    history = inspect(resource).attrs.identifiers.history
    return bool(history.has_changes()) and any(
        addresses.find(each or ()) for each in (*history.added, *history.deleted)
    )


def lacking(after: int, most: int) -> Select[int, list[str]]:
    """Resources beyond this id that came past the session (by an import), name an address and are in no row yet."""
    names_one = as_type(Resource.identifiers, String).ilike('%"http%')
    is_there = Resource.state == ResourceState.PUBLISHED
    query = select(Resource.id, Resource.identifiers).outerjoin(WebLink, WebLink.resource_id == Resource.id)
    query = query.where(WebLink.resource_id.is_(None), Resource.kind == Kind.MATERIAL, is_there, names_one)
    return query.where(Resource.id > after).order_by(Resource.id).limit(most)


def enrol(session: Session, found: Sequence[tuple[int, list[str]]]) -> None:
    """Have these be asked for now and then, each for the first time at some moment within SPREAD."""
    now = utcnow()
    later = {each: now + SPREAD * random.random() for each, _told in found}  # noqa: S311 (no secret)
    keep(session, {each: addresses.find(told) for each, told in found}, later)
