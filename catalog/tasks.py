"""The tasks of the catalogue: reading a file, deleting stored objects, and looking for what was left undone."""

from __future__ import annotations

import io
import logging
import tempfile
import time
from pathlib import Path
from typing import cast

from flask import current_app

from catalog import claims, indexing, rescanning, scanning, sweeping
from catalog.claims import Claim
from catalog.keeping import takenout
from catalog.library import DELETE_OBJECTS, READ_FILE
from catalog.lightening.tasks import SCRATCH_PREFIX as LIGHTENING_PREFIX
from catalog.lightening.tasks import lighten_soon
from catalog.models import File
from catalog.reading import Failure, Limits, Reading, Unreadable, read
from catalog.sending import proof
from catalog.uploads import COVERS
from lrc.celery import READING, enqueue, every, task
from lrc.config import Settings
from lrc.db import transaction, utcnow
from lrc.errors import Unavailable
from lrc.storage import MissingFile, current_storage

log = logging.getLogger(__name__)
RECONCILE, SWEEP = "catalog.reconcile", "catalog.sweep"
REPORT_EVERY_S = 2.0
SWEEP_EVERY_S = 3600.0
SCRATCH_PREFIX = "reading-"


class ClaimLost(Exception):
    """Another task holds the file by now; what this one found must not be written."""


class _Signs:
    """Tells of a claim's progress, every REPORT_EVERY_S at most, and stops the reading where the claim was lost."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._told_at = time.monotonic()

    def bytes_came(self, _count: int) -> None:
        self.pages_read(0, 0)

    def pages_read(self, done: int, total: int) -> None:
        if time.monotonic() - self._told_at < REPORT_EVERY_S:
            return
        with transaction() as session:
            if not claims.report(session, self._claim, done, total):
                raise ClaimLost
        self._told_at = time.monotonic()


def schedule(settings: Settings) -> None:
    """Have beat look for what was left undone."""
    every(settings.reconcile_every_s, RECONCILE)
    every(SWEEP_EVERY_S, SWEEP)


@task(READ_FILE, queue=READING)
def read_file(file_id: int) -> None:
    """Read a file's text, language and cover, unless another task does so already or nothing is left to do."""
    with transaction() as session:
        claim = claims.take(session, file_id, _settings().reading_stale_s)
        file = session.get(File, file_id) if claim else None
    if claim is None or file is None:
        log.info("file %s: nothing to read, or another reads it", file_id)
        return
    try:
        reading = _read(claim, file)
        _finish(claim, reading)
    except Unreadable as unreadable:
        log.info("file %s cannot be read: %s", file_id, unreadable)
        with transaction() as session:
            claims.fail(session, claim, unreadable.failure)
    except scanning.Infected as infected:
        log.warning("file %s is put into quarantine: %s", file_id, infected)
        with transaction() as session:
            claims.quarantine(session, claim)
    except Unavailable as error:
        log.warning("file %s waits again: %s", file_id, error.detail)
        with transaction() as session:
            claims.release(session, claim)
    except ClaimLost:
        log.warning("file %s was taken over by another task", file_id)


def _read(claim: Claim, file: File) -> Reading:
    settings = _settings()
    signs = _Signs(claim)
    with tempfile.TemporaryDirectory(dir=settings.scratch_path, prefix=SCRATCH_PREFIX) as folder:
        path = Path(folder) / "file"
        try:
            current_storage().fetch(file.key, path, signs.bytes_came)
        except MissingFile as error:
            raise Unreadable(Failure.STORAGE_MISSING, error.detail) from error
        proof.prove(path, file)
        scanning.scan(path, settings.clamav_address, on_bytes=signs.bytes_came)
        return read(path, name=file.name, limits=Limits.from_settings(settings), on_progress=signs.pages_read)


def _finish(claim: Claim, reading: Reading) -> None:
    """Save the cover, then write everything in one transaction; a cover that no row names is deleted again."""
    storage = current_storage()
    cover_key = storage.save(io.BytesIO(reading.cover), kind=COVERS, media_type="image/webp") if reading.cover else ""
    is_written = False
    try:
        with transaction() as session:
            is_written = claims.finish(session, claim, reading, cover_key)
            if is_written:
                rescanning.mark(session, claim.file_id, _settings())
                lighten_soon(session, claim.file_id)
    finally:
        if cover_key and not is_written:
            storage.delete(cover_key)
    if not is_written:
        raise ClaimLost


@task(rescanning.SCAN, queue=READING)
def scan_file(file_id: int) -> None:
    """Have the scanner look at a file that came before it, unless it did."""
    rescanning.scan(file_id, _settings())


@task(DELETE_OBJECTS, queue=READING)
def delete_objects(keys: list[str]) -> None:
    """Delete stored objects that no row names any more; those still named are kept."""
    with transaction(writing=False) as session:
        free = set(keys) - sweeping.named_keys(session, keys)
    for key in free:
        current_storage().delete(key)


@task(RECONCILE, queue=READING)
def reconcile() -> None:
    """Send what a dying process or an absent broker left unsent, and give up on files that kill their readers."""
    stale_s = _settings().reading_stale_s
    with transaction() as session:
        given_up = claims.give_up(session, stale_s)
        again = session.scalars(claims.lost(stale_s)).all()
        for file in again:
            file.sent_at = utcnow()
            enqueue(session, READ_FILE, file.id)
        indexing.reconcile(session)
    if given_up or again:
        log.warning("reconciled: %s files sent again, %s given up", len(again), given_up)


@task(SWEEP, queue=READING)
def sweep() -> None:
    """Delete stored objects without a row, and report rows without an object; clear what was begun and never ended."""
    with transaction() as session:
        on_their_way = sweeping.end_uploads(session)
        sweeping.drop_unused(session)
        takenout.forget_old(session)
        rescanning.send(session, _settings())
    current_storage().drop_unfinished(before=utcnow() - sweeping.ORPHAN_AGE, kept=on_their_way)
    with transaction(writing=False) as session:
        found = sweeping.compare(session, current_storage())
    for key in found.orphans:
        current_storage().delete(key)
    for key in found.missing:
        log.error("storage does not hold %s, though a file names it", key)
    longest_s = _settings().read_time_limit_s + _settings().recognition_time_limit_s
    for prefix in (SCRATCH_PREFIX, LIGHTENING_PREFIX, rescanning.SCRATCH_PREFIX):
        sweeping.clear_scratch(_settings().scratch_path, prefix, idle_s=SWEEP_EVERY_S + longest_s)
    log.info("sweep: %s orphans deleted, %s objects missing", len(found.orphans), len(found.missing))


def _settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])
