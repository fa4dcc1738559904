"""Ways out of a visit, and on from one that has ended: back to the platform's course, or to another open visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from lrc.db import utcnow
from lti import passes, visits
from lti.models import Context, Platform, StoredLaunch
from lti.platforms import is_page_of, origin_of

_MOODLE = "moodle"
_IN_FRAME = "iframe"
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class OpenVisit:
    """Another visit that is open in the same browser."""

    handle: str
    context_id: int | None
    title: str
    """Of its course; empty without one."""


def course_page(platform: Platform, context_id: str = "") -> str:
    """Where the platform shows the course with this id of its own: known for Moodle, else its first page."""
    if not origin_of(platform.issuer):
        return ""
    home = platform.issuer.rstrip("/")
    if platform.product == _MOODLE and context_id:
        return f"{home}/course/view.php?{urlencode({'id': context_id})}"
    return f"{home}/"


def way_back(session: Session, handle: str) -> str:
    """The platform's page from which a visit with this handle began, also once it has ended; "" where unknown."""
    if visits.is_bearer(handle):
        query = select(StoredLaunch).where(StoredLaunch.bearer_hash == passes.fingerprint(handle))
        launch = session.scalars(query).one_or_none()
        handle = visits.lasting_handle(launch) if launch else ""
    if (context_id := visits.context_of(handle)) is not None:
        context = session.get(Context, context_id, options=[joinedload(Context.platform)])
        return course_page(context.platform, context.context_id) if context else ""
    if (platform_id := visits.platform_of(handle)) is not None:
        platform = session.get(Platform, platform_id)
        return course_page(platform) if platform else ""
    return ""


def open_visits(session: Session, cookie: Mapping[str, Any]) -> list[OpenVisit]:
    """The visits of this browser that have not ended, the newest first."""
    known = visits.all_in(cookie)
    query = (
        select(StoredLaunch.id, StoredLaunch.context_id, Context.title)
        .outerjoin(StoredLaunch.context)
        .where(StoredLaunch.id.in_(known.values()), StoredLaunch.expires_at > utcnow())
    )
    found = {row.id: row for row in session.execute(query)} if known else {}
    return [
        OpenVisit(handle, found[launch_id].context_id, found[launch_id].title or "")
        for handle, launch_id in reversed(known.items())
        if launch_id in found
    ]


def return_url(launch: StoredLaunch) -> str:
    """Where the platform wants people to return to (launch_presentation), if it is a page of its own; else "".

    Empty in a frame too: there the course is around us.
    """
    address, platform = launch.claims.get("return_url", ""), launch.person.platform
    if not address or launch.claims.get("document_target") == _IN_FRAME:
        return ""
    return address if is_page_of(platform, address) else ""


def with_message(address: str, message: str) -> str:
    """The same return_url, with a message that the platform shows (LTI 1.3, 5.3.5: lti_errormsg)."""
    before, hash_sign, fragment = address.partition("#")
    joint = "&" if "?" in before else "?"
    return f"{before}{joint}{urlencode({'lti_errormsg': message[:_LONGEST_MESSAGE]})}{hash_sign}{fragment}"


def end_bearer(session: Session, handle: str) -> None:
    """End a visit without cookies."""
    session.execute(delete(StoredLaunch).where(StoredLaunch.bearer_hash == passes.fingerprint(handle)))
