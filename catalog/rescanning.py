"""Has the scanner for viruses look at files that came before there was one, some at each sweep."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog import indexing, scanning
from catalog.extract.refusal import Failure, Unreadable
from catalog.failures import NEVER_SERVED
from catalog.models import File, FileState
from lrc.celery import enqueue
from lrc.config import Settings
from lrc.db import transaction, utcnow
from lrc.errors import Unavailable
from lrc.storage import MissingFile, current_storage

log = logging.getLogger(__name__)
SCAN = "catalog.scan_file"
MOST_AT_ONCE = 200
SCRATCH_PREFIX = "scanning-"


_SERVED_UNSEEN = (
    File.scanned_at.is_(None),
    File.state.in_((FileState.READY, FileState.FAILED)),
    File.failure.not_in(NEVER_SERVED),
)


def unscanned() -> Select[int]:
    """The oldest files that are served though no scanner found them clean, by their ids."""
    return select(File.id).where(*_SERVED_UNSEEN).order_by(File.id).limit(MOST_AT_ONCE)


def send(session: Session, settings: Settings) -> None:
    """Have some of them looked at, where there is a scanner."""
    if settings.clamav_address:
        for file_id in session.scalars(unscanned()).all():
            enqueue(session, SCAN, file_id)


def mark(session: Session, file_id: int, settings: Settings) -> None:
    """Note that the scanner, where there is one, just found nothing in a file."""
    if settings.clamav_address:
        session.get_one(File, file_id).scanned_at = utcnow()


def scan(file_id: int, settings: Settings) -> None:
    """Look at one file now, unless that was done. What is harmful, or cannot be looked at, is served no more.

    Where storage or scanner do not answer it is left for the next sweep.
    """
    with transaction(writing=False) as session:
        file = session.scalar(select(File).where(File.id == file_id, *_SERVED_UNSEEN))
    if file is None or not settings.clamav_address:
        return
    try:
        failure = _failure(file.key, settings)
    except (Unavailable, MissingFile) as error:
        log.warning("file %s is not scanned yet: %s", file_id, error)
        return
    with transaction() as session:
        _settle(session, file, failure)


def _failure(key: str, settings: Settings) -> Failure | None:
    with tempfile.TemporaryDirectory(dir=settings.scratch_path, prefix=SCRATCH_PREFIX) as folder:
        path = Path(folder) / "file"
        current_storage().fetch(key, path)
        try:
            scanning.scan(path, settings.clamav_address)
        except scanning.Infected as infected:
            log.error("%s is put into quarantine: %s", key, infected)
            return Failure.QUARANTINED
        except Unreadable as unreadable:
            log.error("%s is served no more: %s", key, unreadable)
            return unreadable.failure
    return None


def _settle(session: Session, seen: File, failure: Failure | None) -> None:
    file = session.scalar(select(File).where(File.id == seen.id, File.key == seen.key).with_for_update())
    if file is None:
        return  # another took its place meanwhile
    file.scanned_at = utcnow()
    if failure is None:
        return
    file.state = FileState.QUARANTINED if failure is Failure.QUARANTINED else FileState.FAILED
    file.failure = failure
    if file.resource is not None:
        indexing.changed(session, file.resource)
