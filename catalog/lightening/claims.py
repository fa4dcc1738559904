"""Which task makes the lighter versions of a file: taking it up, the end, giving up, and what waits to be made."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.models import File, FileState, FixityCheck, Lightening, LighteningState, Outcome, Rendition, RenditionKind
from lrc.celery import enqueue
from lrc.db import utcnow

LIGHTEN_FILE = "catalog.lighten_file"
MAX_ATTEMPTS = 3
WAIT = timedelta(minutes=10)
"""Between attempts."""
LIGHT = frozenset({RenditionKind.PDF, RenditionKind.SOUND})
"""What is made by itself, and can be made again."""
PDFS, FILMS = "application/pdf", "video/"


@dataclass(frozen=True)
class Claim:
    """The right to report on one file; void as soon as another task holds it."""

    file_id: int
    token: str


def is_fit(file: File, *, films: bool) -> bool:
    """Whether lighter versions of it can be made: it was read, and is a PDF, or (``films``) a film."""
    kinds = (PDFS, FILMS) if films else (PDFS,)
    return file.state is FileState.READY and file.media_type.startswith(kinds)


def take(session: Session, file_id: int, *, films: bool, stale_s: float) -> Claim | None:
    """Claim a file of which nothing lighter was made; None where another task does, did, or cannot."""
    file = session.get(File, file_id)
    if file is None or not is_fit(file, films=films):
        return None
    _ensure_row(session, file_id)
    claim = Claim(file_id, secrets.token_hex(16))
    taken = _update(
        session,
        and_(Lightening.file_id == file_id, _is_open(stale_s), Lightening.attempts < MAX_ATTEMPTS),
        state=LighteningState.WORKING,
        claim=claim.token,
        attempts=Lightening.attempts + 1,
        moved_at=utcnow(),
    )
    return claim if taken else None


def finish(session: Session, claim: Claim, detail: str) -> bool:
    """Note that what helps is there; False where the claim was lost, and nothing may be written."""
    return _update(session, _is_held(claim), state=LighteningState.DONE, claim="", detail=detail, moved_at=utcnow())


def fail(session: Session, claim: Claim, detail: str, *, for_good: bool) -> None:
    """Note why it could not be made; it waits for another attempt, unless there is no hope or were too many."""
    held = session.scalar(select(Lightening.attempts).where(_is_held(claim))) or 0
    is_over = for_good or held >= MAX_ATTEMPTS
    state = LighteningState.FAILED if is_over else LighteningState.WAITING
    _update(session, _is_held(claim), state=state, claim="", detail=detail[:500], moved_at=utcnow())


def release(session: Session, claim: Claim) -> None:
    """Put it among those that wait, without counting this attempt: nothing was wrong with the file."""
    attempts = Lightening.attempts - 1
    _update(session, _is_held(claim), state=LighteningState.WAITING, claim="", attempts=attempts, moved_at=utcnow())


def make_again(session: Session, rendition: Rendition) -> None:
    """Take a lighter version that is of no use away, to be made anew; others, made by people, are left."""
    if rendition.kind not in LIGHT:
        return
    wait_again(session, rendition.file_id)
    drop(session, rendition)


def wait_again(session: Session, file_id: int) -> None:
    """Have what is lighter of a file be made anew, as if it had never been tried."""
    again = update(Lightening).where(Lightening.file_id == file_id)
    session.execute(again.values(state=LighteningState.WAITING, attempts=0, claim="", moved_at=utcnow() - WAIT))


def drop(session: Session, rendition: Rendition) -> None:
    """Take away what stands beside a file, its bytes after the commit."""
    enqueue(session, "catalog.delete_objects", [rendition.key])
    session.delete(rendition)
    session.flush()


def light_of(session: Session, file_id: int) -> Sequence[Rendition]:
    """The lighter versions that there are of a file."""
    return session.scalars(select(Rendition).where(Rendition.file_id == file_id, Rendition.kind.in_(LIGHT))).all()


def lacking(*, films: bool, stale_s: float) -> Select[File]:
    """Files of which lighter versions are to be made, the newest first: somebody may be reading them."""
    kinds = [File.media_type == PDFS, *[File.media_type.startswith(FILMS)] * films]
    damaged = exists().where(FixityCheck.key == File.key, FixityCheck.outcome != Outcome.SOUND)
    return (
        select(File)
        .outerjoin(Lightening, Lightening.file_id == File.id)
        .where(File.state == FileState.READY, or_(*kinds), ~damaged)
        .where(or_(Lightening.file_id.is_(None), and_(_is_open(stale_s), Lightening.attempts < MAX_ATTEMPTS)))
        .order_by(File.id.desc())
    )


def give_up(session: Session, stale_s: float) -> int:
    """Fail those whose tasks died MAX_ATTEMPTS times; how many they were."""
    silent = and_(_is_silent(stale_s), Lightening.attempts >= MAX_ATTEMPTS)
    return _count(session, silent, state=LighteningState.FAILED, claim="", detail="its tasks died")


def is_anyone_busy(session: Session, stale_s: float) -> bool:
    """Whether a task is at one, or files wait to be read, which come first."""
    working = exists().where(Lightening.state == LighteningState.WORKING, ~_is_silent(stale_s))
    reading = exists().where(File.state.in_((FileState.RECEIVED, FileState.READING)))
    return bool(session.scalar(select(or_(working, reading))))


def _ensure_row(session: Session, file_id: int) -> None:
    if session.get(Lightening, file_id) is not None:
        return
    try:
        with session.begin_nested():
            session.add(Lightening(file_id=file_id, state=LighteningState.WAITING, moved_at=utcnow() - WAIT))
    except IntegrityError:  # another task made it at the same moment
        session.expire_all()


def _is_open(stale_s: float) -> ColumnElement[bool]:
    waits = and_(Lightening.state == LighteningState.WAITING, Lightening.moved_at <= utcnow() - WAIT)
    return or_(waits, _is_silent(stale_s))


def _is_silent(stale_s: float) -> ColumnElement[bool]:
    return and_(
        Lightening.state == LighteningState.WORKING, Lightening.moved_at < utcnow() - timedelta(seconds=stale_s)
    )


def _is_held(claim: Claim) -> ColumnElement[bool]:
    return and_(Lightening.file_id == claim.file_id, Lightening.claim == claim.token)


def _update(session: Session, condition: ColumnElement[bool], **values: Any) -> bool:
    return _count(session, condition, **values) == 1


def _count(session: Session, condition: ColumnElement[bool], **values: Any) -> int:
    changed = session.execute(
        update(Lightening).where(condition).values(**values).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", changed).rowcount
