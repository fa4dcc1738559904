"""Which task reads a file: taking it up, signs of life, the end, and giving up; a late finisher writes nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from catalog import indexing, review
from catalog.failures import Failure
from catalog.models import File, FileState, Page, Resource, ResourceState
from catalog.reading import Reading
from lrc.db import utcnow

MAX_ATTEMPTS = 3
# Files that wait behind others were not lost; only after so many stale times is such a one sent again.
_PATIENCE = 10
_PAGES_AT_ONCE = 500


@dataclass(frozen=True)
class Claim:
    """The right to report on one file; void as soon as another task holds the file."""

    file_id: int
    token: str


def take(session: Session, file_id: int, stale_s: float) -> Claim | None:
    """Claim a file that waits, or whose reader went silent ``stale_s`` ago; None where there is nothing to do."""
    claim = Claim(file_id, secrets.token_hex(16))
    taken = _update(
        session,
        and_(
            File.id == file_id, or_(File.state == FileState.RECEIVED, _is_silent(stale_s)), File.attempts < MAX_ATTEMPTS
        ),
        state=FileState.READING,
        claim=claim.token,
        claimed_at=utcnow(),
        attempts=File.attempts + 1,
        pages_done=0,
        page_count=0,
    )
    return claim if taken else None


def report(session: Session, claim: Claim, pages_done: int, page_count: int) -> bool:
    """A sign of life with the progress so far; False where the claim was lost."""
    return _update(session, _is_held(claim), claimed_at=utcnow(), pages_done=pages_done, page_count=page_count)


def release(session: Session, claim: Claim) -> bool:
    """Put the file back among those that wait, without counting this attempt: nothing was wrong with the file."""
    return _update(
        session, _is_held(claim), state=FileState.RECEIVED, claim="", attempts=File.attempts - 1, sent_at=utcnow()
    )


def fail(session: Session, claim: Claim, failure: Failure) -> bool:
    """Record why it cannot be read (a code of catalog.failures)."""
    return _update(session, _is_held(claim), state=FileState.FAILED, claim="", failure=failure)


def quarantine(session: Session, claim: Claim) -> bool:
    """Record that something harmful is in it: it is never served, nor read again."""
    return _update(session, _is_held(claim), state=FileState.QUARANTINED, claim="", failure=Failure.QUARANTINED)


def finish(session: Session, claim: Claim, reading: Reading, cover_key: str) -> bool:
    """Write what was found and, for a draft, ask for review; False, and nothing written, where the claim was lost."""
    held = _update(
        session,
        _is_held(claim),
        state=FileState.READY,
        claim="",
        failure="",
        media_type=reading.media_type,
        page_count=len(reading.pages),
        pages_done=len(reading.pages),
        cover_key=cover_key,
        thumbnail=reading.thumbnail,
        duration_s=reading.about.duration_s,
        is_recognised=reading.is_recognised,
        offered=dict(reading.about.offered),
        findings=[*reading.about.findings],
    )
    if not held:
        return False
    _write_pages(session, claim.file_id, reading)
    resource = session.scalars(select(Resource).join(Resource.file).where(File.id == claim.file_id)).one_or_none()
    if resource is None:  # the file of a version that is not published: found only from then on
        return True
    resource.language = resource.language or reading.language
    if resource.state is ResourceState.DRAFT:
        review.submit(session, resource)
    else:
        indexing.changed(session, resource)
    return True


def _write_pages(session: Session, file_id: int, reading: Reading) -> None:
    session.execute(delete(Page).where(Page.file_id == file_id))
    for start in range(0, len(reading.pages), _PAGES_AT_ONCE):
        rows = [
            {
                "file_id": file_id,
                "number": page.number,
                "label": page.label[:300],
                "text": page.text,
                "start_s": page.start_s,
            }
            for page in reading.pages[start : start + _PAGES_AT_ONCE]
        ]
        session.execute(insert(Page), rows)


def give_up(session: Session, stale_s: float) -> int:
    """Fail the files whose readers died MAX_ATTEMPTS times; how many they were."""
    return _count(
        session,
        and_(_is_silent(stale_s), File.attempts >= MAX_ATTEMPTS),
        state=FileState.FAILED,
        claim="",
        failure=Failure.CRASHED,
    )


def lost(stale_s: float) -> Select[File]:
    """Files to send again: readers gone silent, and those that wait though nobody is busy (or for very long)."""
    now = utcnow()
    other = aliased(File)
    is_anyone_busy = exists().where(
        other.state == FileState.READING, other.claimed_at > now - timedelta(seconds=stale_s)
    )
    waits = and_(
        File.state == FileState.RECEIVED,
        or_(
            and_(File.sent_at < now - timedelta(seconds=stale_s), ~is_anyone_busy),
            File.sent_at < now - timedelta(seconds=stale_s * _PATIENCE),
        ),
    )
    silent = and_(_is_silent(stale_s), File.sent_at < now - timedelta(seconds=stale_s))
    return select(File).where(or_(waits, silent)).order_by(File.id)


def _is_silent(stale_s: float) -> ColumnElement[bool]:
    return and_(File.state == FileState.READING, File.claimed_at < utcnow() - timedelta(seconds=stale_s))


def _is_held(claim: Claim) -> ColumnElement[bool]:
    return and_(File.id == claim.file_id, File.claim == claim.token, File.state == FileState.READING)


def _update(session: Session, condition: ColumnElement[bool], **values: Any) -> bool:
    return _count(session, condition, **values) == 1


def _count(session: Session, condition: ColumnElement[bool], **values: Any) -> int:
    changed = session.execute(
        update(File).where(condition).values(**values).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", changed).rowcount
