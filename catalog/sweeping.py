"""Compares storage with the database: objects that no row names, rows whose object is gone, uploads nobody ended."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.library import DELETE_OBJECTS, keys_of
from catalog.models import Collection, Course, File, Rendition, Upload, Version
from catalog.sending import sendings
from catalog.uploads import COVERS, FILES
from lrc.celery import enqueue
from lrc.db import utcnow
from lrc.storage import MissingFile, Storage

# Bytes come before their row; what is younger may still get one.
ORPHAN_AGE = timedelta(days=1)
_AT_ONCE = 500
_FOLDERS = (FILES, COVERS)
_COLUMNS = (File.key, File.cover_key, Course.cover_key, Collection.cover_key, Rendition.key, Upload.key)
"""What names the objects in them."""
# Once it is a resource's, its file names it; an upload that is told of twice must not keep what was deleted.
_IS_OPEN = Upload.resource_id.is_(None)


@dataclass(frozen=True)
class Comparison:
    """Keys that storage holds and no row names, and keys that a row names and storage lacks."""

    orphans: list[str]
    missing: list[str]


def compare(session: Session, storage: Storage) -> Comparison:
    """Look at everything stored; what came or went meanwhile is never reported."""
    begun_at = utcnow()
    held = set(storage.keys(FILES))
    old = [key for folder in _FOLDERS for key in storage.keys(folder, before=begun_at - ORPHAN_AGE)]
    named = set(_all_named(session))
    settled = [
        *session.scalars(select(File.key).where(File.received_at < begun_at)),
        *session.scalars(select(Rendition.key).where(Rendition.made_at < begun_at)),
        *session.scalars(select(Upload.key).where(_IS_OPEN, Upload.ended_at < begun_at)),
    ]
    return Comparison(
        orphans=sorted(set(old) - named),
        missing=sorted(key for key in settled if key not in held and _is_missing(storage, key)),
    )


def named_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that some row names."""
    named: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        few = keys[start : start + _AT_ONCE]
        for column in _COLUMNS:
            named.update(session.scalars(_of(column).where(column.in_(few))))
    return named


def end_uploads(session: Session) -> set[str]:
    """Forget uploads that nobody ended in time; answers the ids by which storage knows those still on their way."""
    for upload in session.scalars(sendings.expired(utcnow() - sendings.KEPT_FOR)):
        sendings.drop(session, upload)
    return set(session.scalars(select(Upload.storage_id).where(Upload.storage_id != "")))


def drop_unused(session: Session) -> int:
    """Forget files that are neither a material's nor a version's any more, and have their objects deleted; how many."""
    named = exists().where(Version.file_id == File.id)
    unused = session.scalars(select(File).where(File.resource_id.is_(None), ~named).limit(_AT_ONCE)).all()
    for file in unused:
        enqueue(session, DELETE_OBJECTS, keys_of(file))
        session.delete(file)
    return len(unused)


def clear_scratch(folder: Path, prefix: str, idle_s: float) -> None:
    """Remove the folders of killed tasks: those so named that nobody wrote to for so long."""
    for path in folder.glob(f"{prefix}*"):
        if path.stat().st_mtime < time.time() - idle_s:
            shutil.rmtree(path, ignore_errors=True)


def _all_named(session: Session) -> Iterator[str]:
    for column in _COLUMNS:
        yield from session.scalars(_of(column))


def _of(column: InstrumentedAttribute[str]) -> Select[str]:
    return select(column).where(_IS_OPEN) if column is Upload.key else select(column)


def _is_missing(storage: Storage, key: str) -> bool:
    try:
        storage.size_bytes(key)
    except MissingFile:
        return True
    return False
