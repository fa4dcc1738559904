"""Covers are made of their files: one that storage lost or damaged is made again, and nobody is alarmed."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update
from sqlalchemy.orm import Session

from catalog.bounded import asking
from catalog.extract.limits import Limits
from catalog.lightening import claims
from catalog.models import File, FileState, FixityCheck
from lrc.celery import enqueue

log = logging.getLogger(__name__)
MAKE = "catalog.make_cover_again"
_AT_ONCE = 50
_TIME_LIMIT_S = 60


def make_again(session: Session, file_id: int, key: str) -> None:
    """Take the cover with this key from its file, which keeps its thumbnail meanwhile, and have another one made."""
    taken = update(File).where(File.id == file_id, File.cover_key == key).values(cover_key="")
    session.execute(taken.execution_options(synchronize_session="fetch"))
    session.execute(delete(FixityCheck).where(FixityCheck.key == key))
    enqueue(session, "catalog.delete_objects", [key])
    enqueue(session, MAKE, file_id)
    log.warning("the cover %s of file %s is lost or damaged, and is made again", key, file_id)


def _lacks() -> ColumnElement[bool]:
    """Of a file, whether it had a cover once, and another one can be made of it: it is sound."""
    damaged = exists().where(FixityCheck.key == File.key, FixityCheck.damaged_at.is_not(None))
    had_one = and_(File.cover_key == "", func.length(File.thumbnail) > 0)
    return and_(had_one, File.state == FileState.READY, ~damaged)


def lacking(session: Session) -> Sequence[int]:
    """The ids of some files whose covers are still to be made again: their tasks were lost, or they were damaged."""
    return session.scalars(select(File.id).where(_lacks()).order_by(File.id).limit(_AT_ONCE)).all()


def find_lacking(session: Session, file_id: int) -> File | None:
    """The file of which a cover is to be made now; None where there is nothing to do.

    The poster of a film is made with its lighter version, by what decodes films.
    """
    file = session.scalar(select(File).where(File.id == file_id, _lacks()).with_for_update())
    if file is None or not file.media_type.startswith(claims.FILMS):
        return file
    claims.wait_again(session, file.id)
    file.thumbnail = b""
    return None


def made_of(path: Path, name: str, limits: Limits) -> tuple[bytes, bytes]:
    """The cover and the thumbnail of a file that was uploaded as ``name``, as WebP; empty where none can be made."""
    short = replace(limits, read_time_limit_s=_TIME_LIMIT_S, recognition_time_limit_s=0)
    order = {"path": str(path.absolute()), "ending": Path(name).suffix}
    told = asking.ask("catalog.extract.coverchild", order, short)
    if "cover" not in told:
        log.warning("no cover is made of %s: %s", name, told["detail"])
        return b"", b""
    return base64.b64decode(told["cover"]), base64.b64decode(told["thumbnail"])


def put(session: Session, file: File, key: str, thumbnail: bytes) -> bool:
    """Give a file the cover stored under ``key``, or none where it is empty; False where it has another by now."""
    present = session.get(File, file.id, with_for_update=True, populate_existing=True)
    if present is None or present.cover_key or present.key != file.key:
        return False
    present.cover_key, present.thumbnail = key, thumbnail
    return True
