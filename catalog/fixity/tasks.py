"""The tasks of fixity: a sample every night, a slice at a time, and telling of what it found."""

from __future__ import annotations

import io
import logging
import tempfile
import time
from pathlib import Path
from typing import cast

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.extract.limits import Limits
from catalog.extract.refusal import Unreadable
from catalog.fixity import alarm, covers, held, looking, rounds
from catalog.fixity.looking import Pace
from catalog.models import File, FixityRound
from catalog.sending import proof
from catalog.uploads import COVERS
from lrc.celery import DELIVERY, READING, enqueue, every, task
from lrc.config import Settings
from lrc.db import transaction
from lrc.errors import Unavailable
from lrc.mail import AddressRefused, MailServerAway, post
from lrc.storage import MissingFile, current_storage

log = logging.getLogger(__name__)
CHECK_SAMPLE, CHECK_FILE, TELL = "catalog.check_sample", "catalog.check_file", "catalog.tell_damage"
LOOK_EVERY_S = 900.0
SLICE_S = 60.0
"""A reader is busy with a sample no longer than this, then files that wait to be read have their turn."""
_SCRATCH_PREFIX = "reading-cover-"  # swept with those of the other readings


def schedule(settings: Settings) -> None:
    """Have beat see whether a sample is due, and tell of what was found."""
    every(LOOK_EVERY_S, CHECK_SAMPLE)
    if settings.mail_url and settings.alarm_mail:
        every(LOOK_EVERY_S, TELL)


@task(CHECK_SAMPLE, queue=READING)
def check_sample(round_id: int | None = None) -> None:
    """Begin a sample where one is due, or go on with the one named, for SLICE_S."""
    settings = _settings()
    with transaction() as session:
        sample = session.get(FixityRound, round_id) if round_id else rounds.due_sample(session, settings)
        if sample is not None and round_id is None:
            for file_id in covers.lacking(session):
                enqueue(session, covers.MAKE, file_id)
    if sample is None or sample.ended_at is not None:
        return
    try:
        is_over = _slice(rounds.Scope(sample.id, sample.began_at), settings)
    except Unavailable as error:
        log.warning("the files stored are not compared now, storage does not answer: %s", error.detail)
        return
    with transaction() as session:
        if is_over:
            done = rounds.end(session, sample.id)
            log.info("%s stored objects compared: %s damaged, %s mended", done.objects, done.damaged, done.mended)
        else:
            enqueue(session, CHECK_SAMPLE, sample.id)


def _slice(scope: rounds.Scope, settings: Settings) -> bool:
    """Whether the night's share is done, or everything was looked at."""
    until = time.monotonic() + SLICE_S
    for _each in rounds.walk(current_storage(), scope, Pace(settings.fixity_bytes_per_s)):
        with transaction(writing=False) as session:
            if rounds.is_enough(session.get_one(FixityRound, scope.round_id), settings):
                return True
        if time.monotonic() > until:
            return False
    return True


@task(CHECK_FILE, queue=READING)
def check_file(file_id: int) -> None:
    """Look at one file and all that stands beside it, now."""
    with transaction(writing=False) as session:
        file = session.scalar(select(File).where(File.id == file_id))
        objects = held.of_file(session, file) if file else []
    for each in objects:
        try:
            found = looking.look(current_storage(), each, Pace(_settings().fixity_bytes_per_s))
        except Unavailable as error:
            log.warning("%s is not compared now, storage does not answer: %s", each.key, error.detail)
            return
        with transaction() as session:
            looking.note(session, each, found)


@task(covers.MAKE, queue=READING)
def make_cover_again(file_id: int) -> None:
    """Make the cover of a file that lost it; what cannot be had now is tried again with the next sample."""
    with transaction() as session:
        file = covers.find_lacking(session, file_id)
    if file is None:
        return
    try:
        cover, thumbnail = _cover_of(file)
        key = current_storage().save(io.BytesIO(cover), kind=COVERS, media_type="image/webp") if cover else ""
    except (Unavailable, MissingFile, Unreadable) as error:
        log.warning("the cover of file %s is not made now: %s", file_id, error)
        return
    with transaction() as session:
        is_put = covers.put(session, file, key, thumbnail)
    if key and not is_put:
        current_storage().delete(key)


def _cover_of(file: File) -> tuple[bytes, bytes]:
    settings = _settings()
    with tempfile.TemporaryDirectory(dir=settings.scratch_path, prefix=_SCRATCH_PREFIX) as folder:
        path = Path(folder) / "file"
        current_storage().fetch(file.key, path)
        proof.prove(path, file)
        return covers.made_of(path, file.name, Limits.from_settings(settings))


def check_soon(session: Session, file_id: int) -> None:
    """Have a file looked at after the commit."""
    enqueue(session, CHECK_FILE, file_id)


@task(TELL, queue=DELIVERY)
def tell_damage() -> None:
    """Send mail about damage that no mail told of. What the server does not take waits for the next turn."""
    settings = _settings()
    with transaction(writing=False) as session:
        letter = alarm.untold(session, settings)
    if letter is None:
        return
    try:
        with post(settings) as line:
            line.send(settings.alarm_mail, letter.subject, letter.text)
    except AddressRefused:
        log.error("the mail server does not know the address of LRC_ALARM_MAIL: nobody is told of damaged files")
    except MailServerAway as error:
        log.warning("mail about damaged files waits: %s", error.detail)
        return
    with transaction() as session:
        alarm.told(session, letter)


def _settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])
