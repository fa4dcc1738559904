"""Files of vocabularies on their way in: they wait for a worker, and tell what they bring or why they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from catalog.models import Vocabulary, VocabularyFile, VocabularyFileState, VocabularyUse
from catalog.uploads import Received
from catalog.vocabularies import taking
from catalog.vocabularies.reading import MOST_BYTES
from catalog.vocabularies.scheme import Scheme
from catalog.vocabularies.taking import Wanted
from lrc.celery import enqueue
from lrc.db import utcnow
from lrc.errors import Conflict, NotFound, TooLarge
from lti.viewers import Viewer

READ = "catalog.read_vocabulary"
KEPT = timedelta(days=30)
STALE = timedelta(minutes=3)
"""A file that was not read by then is sent again: the longest takes half of it."""
MOST_ATTEMPTS = 3
MOST_UNDER_WAY = 10
_UNDER_WAY = (VocabularyFileState.WAITING, VocabularyFileState.READING)


@dataclass(frozen=True)
class Claim:
    """A file that is to be read now; ``attempt`` tells this reading from later ones."""

    file_id: int
    attempt: int
    content: bytes


def receive(
    session: Session, viewer: Viewer, file: Received, use: VocabularyUse | None, *, is_to_take: bool
) -> VocabularyFile:
    """Keep a file until a worker has compared it with what is here, or taken it in where ``is_to_take``.

    TooLarge for more than a file of a vocabulary may have; Conflict where many wait already.
    """
    if file.size_bytes > MOST_BYTES:
        raise TooLarge(_("El archivo pesa demasiado: el máximo es %(limit)s MB.", limit=MOST_BYTES // 1_000_000))
    waiting = select(func.count()).select_from(VocabularyFile).where(VocabularyFile.state.in_(_UNDER_WAY))
    if (session.scalar(waiting) or 0) >= MOST_UNDER_WAY:
        raise Conflict(_("Ya esperan varios archivos: envía este cuando los hayamos leído."))
    made = VocabularyFile(author_id=viewer.person_id, name=file.name, sha256=file.sha256, use=use)
    made.content = file.stream.read()
    session.add(made)
    session.flush()
    _send(session, made, is_to_take=is_to_take)
    return made


def _send(session: Session, file: VocabularyFile, *, is_to_take: bool) -> None:
    file.is_to_take, file.attempts = is_to_take, 0
    _move(file, VocabularyFileState.WAITING)
    enqueue(session, READ, file.id)


def _move(file: VocabularyFile, state: VocabularyFileState) -> None:
    file.state, file.moved_at = state, utcnow()


def recent() -> Select[VocabularyFile]:
    """Those of the last days, the newest first, with who sent them."""
    return select(VocabularyFile).options(joinedload(VocabularyFile.author)).order_by(VocabularyFile.id.desc())


def get(session: Session, file_id: int) -> VocabularyFile:
    """One of ``recent``; NotFound."""
    found = session.scalar(recent().where(VocabularyFile.id == file_id))
    if found is None:
        raise NotFound
    return found


def vocabulary_of(session: Session, file: VocabularyFile) -> Vocabulary | None:
    """The vocabulary that a file held, where it is here."""
    return session.scalar(select(Vocabulary).where(Vocabulary.uri == file.told.get("uri", "")))


def is_under_way(file: VocabularyFile) -> bool:
    return file.state in _UNDER_WAY


def take_in(session: Session, file_id: int) -> None:
    """Have a file that was looked at be taken in. Conflict where it is not one that waits for that."""
    get(session, file_id)
    held = select(VocabularyFile).where(VocabularyFile.id == file_id).with_for_update()
    file = session.scalars(held.execution_options(populate_existing=True)).one()
    if file.state is not VocabularyFileState.LOOKED:
        raise Conflict(_("Este archivo ya se trajo, o todavía lo estamos leyendo."))
    _send(session, file, is_to_take=True)


def claim(session: Session, file_id: int) -> Claim | None:
    """Begin to read a file; None where nothing is left to do, or where others read it just now.

    One that was begun so often that it must be what ends its readers is refused.
    """
    held = select(VocabularyFile).where(VocabularyFile.id == file_id).options(undefer(VocabularyFile.content))
    file = session.scalar(held.with_for_update())
    if file is None or not is_under_way(file) or (file.attempts and file.moved_at > utcnow() - STALE):
        return None
    if file.attempts >= MOST_ATTEMPTS:
        _refuse(file, "too_heavy")
        return None
    file.attempts += 1
    _move(file, VocabularyFileState.READING)
    return Claim(file.id, file.attempts, file.content)


def refuse(session: Session, claimed: Claim, code: str) -> None:
    """It cannot be read, for the reason that has this code (catalog.vocabularies.wording.REFUSALS)."""
    if file := _held(session, claimed):
        _refuse(file, code)


def _refuse(file: VocabularyFile, code: str) -> None:
    file.refusal, file.content = code, b""
    _move(file, VocabularyFileState.REFUSED)


def finish(session: Session, claimed: Claim, told: Scheme) -> None:
    """Compare what was read with what is here, or take it in, as was asked; nothing where another reading took over."""
    file = _held(session, claimed)
    if file is None:
        return
    wanted = Wanted(use=file.use, digest=file.sha256)
    report = taking.take(session, told, wanted, only_look=not file.is_to_take)
    file.told = report.summary() | {"uri": told.uri}
    if file.is_to_take:
        file.content = b""
    _move(file, VocabularyFileState.TAKEN if file.is_to_take else VocabularyFileState.LOOKED)


def _held(session: Session, claimed: Claim) -> VocabularyFile | None:
    query = select(VocabularyFile).where(
        VocabularyFile.id == claimed.file_id,
        VocabularyFile.state == VocabularyFileState.READING,
        VocabularyFile.attempts == claimed.attempt,
    )
    return session.scalar(query.with_for_update())


def forsaken(session: Session) -> Sequence[int]:
    """The ids of those whose task was lost, or died."""
    query = select(VocabularyFile.id).where(
        VocabularyFile.state.in_(_UNDER_WAY), VocabularyFile.moved_at < utcnow() - STALE
    )
    return session.scalars(query).all()


def forget_old(session: Session) -> None:
    """Let go of what nobody will ask for any more."""
    session.execute(delete(VocabularyFile).where(VocabularyFile.moved_at < utcnow() - KEPT))
