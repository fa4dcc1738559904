"""The tasks of lighter versions: making those of one file, and looking for files that lack them."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from catalog.extract.limits import Limits
from catalog.extract.refusal import Unreadable
from catalog.fixity import damage
from catalog.lightening import claims, films, keeping
from catalog.lightening.claims import LIGHTEN_FILE
from catalog.lightening.making import Made, NotMade, Order, make
from catalog.models import File
from catalog.sending import proof
from lrc.celery import READING, enqueue, every, task
from lrc.config import Settings
from lrc.db import transaction
from lrc.errors import Unavailable
from lrc.storage import MissingFile, current_storage

log = logging.getLogger(__name__)
LIGHTEN = "catalog.lighten"
LOOK_EVERY_S = 120.0
AT_ONCE = 5
SCRATCH_PREFIX = "lightening-"
_MARGIN_S = 300
"""Fetching and saving take time, too."""


def schedule() -> None:
    """Have beat look for files that lack their lighter versions."""
    every(LOOK_EVERY_S, LIGHTEN)


def lighten_soon(session: Session, file_id: int) -> None:
    """Have the lighter versions of a file that was just read made after the commit, where it is of a fitting kind."""
    file = session.get(File, file_id, populate_existing=True)
    if file is not None and claims.is_fit(file, films=bool(_ffmpeg())):
        enqueue(session, LIGHTEN_FILE, file_id)


@task(LIGHTEN, queue=READING)
def lighten() -> None:
    """Send a few files that lack their lighter versions, while no reader is needed for what comes before."""
    stale_s = _stale_s()
    with transaction() as session:
        given_up = claims.give_up(session, stale_s)
        if not claims.is_anyone_busy(session, stale_s):
            for file in session.scalars(claims.lacking(films=bool(_ffmpeg()), stale_s=stale_s).limit(AT_ONCE)):
                enqueue(session, LIGHTEN_FILE, file.id)
    if given_up:
        log.warning("%s files end without lighter versions: their tasks died", given_up)


@task(LIGHTEN_FILE, queue=READING)
def lighten_file(file_id: int) -> None:
    """Make the lighter versions of a file, unless another task does so, or did; not of one known to be damaged."""
    with transaction() as session:
        claim = claims.take(session, file_id, films=bool(_ffmpeg()), stale_s=_stale_s())
        file = session.get(File, file_id) if claim else None
        if claim is None or file is None or damage.find(session, file.key):
            return
    try:
        with _made(file) as made:
            keeping.keep(claim, file, made)
    except (NotMade, Unreadable, MissingFile) as reason:
        log.warning("file %s has no lighter version: %s", file_id, reason)
        with transaction() as session:
            claims.fail(session, claim, str(reason), for_good=not isinstance(reason, NotMade))
    except Unavailable as error:
        log.warning("file %s waits for its lighter version: %s", file_id, error.detail)
        with transaction() as session:
            claims.release(session, claim)


@contextmanager
def _made(file: File) -> Iterator[Made]:
    """What could be made of the bytes that storage holds, which are the very ones that were looked at when read."""
    settings = _settings()
    with tempfile.TemporaryDirectory(dir=settings.scratch_path, prefix=SCRATCH_PREFIX) as folder:
        path = Path(folder) / "original"
        current_storage().fetch(file.key, path)
        proof.prove(path, file)
        made_in = Path(folder) / "made"
        made_in.mkdir()
        order = Order(path, file.media_type, file.duration_s, not file.cover_key, _ffmpeg())
        yield make(order, made_in, _limits(settings))


def _limits(settings: Settings) -> Limits:
    return Limits(
        read_time_limit_s=settings.lighten_time_limit_s,
        recognition_time_limit_s=0,
        read_memory_bytes=settings.read_memory_bytes,
    )


def _ffmpeg() -> str:
    return films.program(_settings().ffmpeg)


def _stale_s() -> float:
    return _settings().lighten_time_limit_s + _MARGIN_S


def _settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])
