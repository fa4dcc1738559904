"""The files that imported records bring along: found beside the import, sent to storage, in the place of older ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from catalog.models import NEVER, File, Resource
from catalog.records import BadRecord, Record
from catalog.uploads import FILES, Stored, clean_name
from lrc.storage import current_storage


def held(session: Session, record_ids: Sequence[str]) -> Mapping[str, str]:
    """SHA-256 in hex of the files that records have now, by the record's id."""
    if not record_ids:
        return {}
    query = select(Resource.record_id, File.sha256).join(File).where(Resource.record_id.in_(record_ids))
    return {row.record_id: row.sha256 for row in session.execute(query)}


def store(folder: Path, record: Record, held_sha256: str | None, limit_bytes: int) -> Stored | None:
    """Send a record's file to storage; None where it names none, or its bytes are held already.

    Raises BadRecord where the file cannot be taken, and Unavailable where storage does not answer.
    """
    if not record.file:
        return None
    try:
        return _store(_inside(folder, record.file), held_sha256, limit_bytes)
    except OSError as error:
        raise BadRecord(f'file "{record.file}" cannot be read: {error.strerror or error}') from error


def _inside(folder: Path, given: str) -> Path:
    """The path of a file, which must lie in the import's folder: a record from elsewhere may not publish others."""
    path = (folder / given).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BadRecord(f'file "{given}" lies outside the folder of the import')
    if not path.is_file():
        raise BadRecord(f'file "{given}" is missing')
    return path


def _store(path: Path, held_sha256: str | None, limit_bytes: int) -> Stored | None:
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise BadRecord(f'file "{path.name}" is empty')
    if size_bytes > limit_bytes:
        raise BadRecord(f'file "{path.name}" has {size_bytes} bytes, more than LRC_MAX_UPLOAD_BYTES ({limit_bytes})')
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if sha256 == held_sha256:
            return None
        stream.seek(0)
        key = current_storage().save(stream, kind=FILES)
    return Stored(key, clean_name(path.name), size_bytes, sha256)


def attach(session: Session, files: Mapping[str, Stored]) -> list[str]:
    """Give records their new files, to be read by a worker; returns the keys of the files that they replace."""
    if not files:
        return []
    known = session.execute(select(Resource.record_id, Resource.id).where(Resource.record_id.in_(files)))
    ids = {row.record_id: row.id for row in known}
    old = session.execute(select(File.key, File.cover_key).where(File.resource_id.in_(ids.values()))).all()
    session.execute(delete_rows(File).where(File.resource_id.in_(ids.values())))
    rows = [
        {
            "resource_id": ids[record_id],
            "key": file.key,
            "name": file.name,
            "size_bytes": file.size_bytes,
            "sha256": file.sha256,
            "sent_at": NEVER,
        }
        for record_id, file in files.items()
    ]
    session.execute(insert(File), rows)
    return [key for keys in old for key in keys if key]


def delete(keys: Sequence[str]) -> None:
    """Delete from storage what no record has any more."""
    for key in keys:
        current_storage().delete(key)
