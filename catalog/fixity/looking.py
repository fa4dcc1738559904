"""Looks at one stored object, by reading it whole, and writes down what was found."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.fixity import covers
from catalog.fixity.held import Held, is_named
from catalog.lightening import claims
from catalog.models import FixityCheck, Outcome
from lrc.db import utcnow
from lrc.errors import Unavailable
from lrc.storage import MissingFile, Storage

log = logging.getLogger(__name__)
OnBytes = Callable[[int], None]
_TRIES = 2
_PAUSE_S = 0.2


@dataclass(frozen=True)
class Found:
    """What storage holds of an object: ``size_bytes`` None where it told none, ``sha256`` empty where none was read."""

    outcome: Outcome
    size_bytes: int | None = None
    sha256: str = ""


@dataclass(frozen=True)
class News:
    """What a look changed of what was known."""

    is_damaged: bool = False
    is_mended: bool = False


class Pace:
    """Lets no more bytes pass than so many a second, on average since it began."""

    def __init__(self, bytes_per_s: int) -> None:
        self._bytes_per_s = bytes_per_s
        self._passed, self._began_at = 0, time.monotonic()

    def __call__(self, count: int) -> None:
        self._passed += count
        ahead_s = self._passed / self._bytes_per_s - (time.monotonic() - self._began_at)
        if ahead_s > 0:
            time.sleep(ahead_s)


def look(storage: Storage, held: Held, on_bytes: OnBytes) -> Found:
    """Read an object from storage; ``on_bytes(how many more)`` is called as they come.

    Raises Unavailable where storage gives nothing at all, which says nothing of this object.
    """
    for left in reversed(range(_TRIES)):
        try:
            return _read(storage, held, on_bytes)
        except Unavailable as error:
            log.warning("storage does not give %s: %s", held.key, error.detail)
            if not left:
                storage.try_out()  # Unavailable: it is not the object's fault
            time.sleep(_PAUSE_S)
    return Found(Outcome.UNREADABLE)


def _read(storage: Storage, held: Held, on_bytes: OnBytes) -> Found:
    try:
        size_bytes = storage.size_bytes(held.key)
        if held.size_bytes is not None and size_bytes != held.size_bytes:
            return Found(Outcome.CHANGED, size_bytes)
        digest = hashlib.sha256()
        for chunk in storage.stream(held.key):
            digest.update(chunk)
            on_bytes(len(chunk))
    except MissingFile:
        return Found(Outcome.MISSING)
    sha256 = digest.hexdigest()
    is_same = not held.sha256 or sha256 == held.sha256
    return Found(Outcome.SOUND if is_same else Outcome.CHANGED, size_bytes, sha256)


def note(session: Session, held: Held, found: Found) -> News:
    """Write down what was found, and have made anew what can be; no news of what no row names any more."""
    if not is_named(session, held.key):
        return News()
    if held.is_cover and held.file_id is not None and found.outcome is not Outcome.SOUND:
        covers.make_again(session, held.file_id, held.key)
        return News()
    check = session.get(FixityCheck, held.key, with_for_update=True)
    if check is None:
        check = FixityCheck(key=held.key, file_id=held.file_id, sha256=held.sha256 or found.sha256, name=held.name)
        check.rendition_id, check.collection_id = held.rendition_id, held.collection_id
        check.resource_id = held.resource_id
        session.add(check)
    was_damaged = check.damaged_at is not None
    check.outcome, check.checked_at = found.outcome, utcnow()
    check.found_bytes, check.found_sha256 = found.size_bytes, found.sha256
    if found.outcome is Outcome.SOUND:
        check.damaged_at = check.told_at = None
    else:
        check.damaged_at = check.damaged_at or check.checked_at
    session.flush()
    news = News(
        is_damaged=not was_damaged and check.damaged_at is not None,
        is_mended=was_damaged and check.damaged_at is None,
    )
    _log(check, held, news)
    if check.damaged_at is not None and check.rendition is not None:
        claims.make_again(session, check.rendition)
    return news


def _log(check: FixityCheck, held: Held, news: News) -> None:
    if news.is_damaged:
        log.error(
            "stored object %s of %s is %s: %s bytes with SHA-256 %s, not %s with %s",
            *(held.key, _whose(held), check.outcome, check.found_bytes, check.found_sha256 or "unknown"),
            *(held.size_bytes or "unknown", check.sha256 or "unknown"),
        )
    elif news.is_mended:
        log.warning("stored object %s of %s is sound again", held.key, _whose(held))


def _whose(held: Held) -> str:
    if held.file_id is not None:
        return f"file {held.file_id}"
    return f"resource {held.resource_id}" if held.resource_id is not None else f"collection {held.collection_id}"
