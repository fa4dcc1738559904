"""How lighter versions come into storage and beside their file: the bytes first, then all rows at once."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import update
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.lightening import claims
from catalog.lightening.claims import Claim
from catalog.lightening.films import SOUND_TYPE
from catalog.lightening.making import Made
from catalog.models import File, FixityCheck, Outcome, Rendition, RenditionKind
from catalog.uploads import COVERS, FILES, NAME_LIMIT
from lrc.db import transaction, utcnow
from lrc.storage import current_storage


@dataclass(frozen=True)
class _Kept:
    """What storage holds already; keys are empty where nothing was made."""

    light_key: str = ""
    size_bytes: int = 0
    sha256: str = ""
    cover_key: str = ""


def keep(claim: Claim, file: File, made: Made) -> None:
    """Save what was made, and write that it is there; where the claim was lost meanwhile, the bytes go again."""
    kept = _saved(made)
    is_written = False
    try:
        with transaction() as session:
            is_written = _write(session, claim, file, made, kept)
    finally:
        if not is_written:
            for key in filter(None, (kept.light_key, kept.cover_key)):
                current_storage().delete(key)


def _saved(made: Made) -> _Kept:
    storage = current_storage()
    cover_key = storage.save(io.BytesIO(made.cover), kind=COVERS, media_type="image/webp") if made.cover else ""
    if made.light is None:
        return _Kept(cover_key=cover_key)
    with made.light.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        key = storage.save(stream, kind=FILES)
    return _Kept(key, made.light.stat().st_size, sha256, cover_key)


def _write(session: Session, claim: Claim, file: File, made: Made, kept: _Kept) -> bool:
    present = session.get(File, file.id, with_for_update=True)
    # Deleted meanwhile, or its bytes were put in another place: then another task finds it.
    if present is None or present.key != file.key or not claims.finish(session, claim, made.detail):
        return False
    if kept.light_key:
        _add(session, present, kept)
    if kept.cover_key:
        taken = update(File).where(File.id == file.id, File.cover_key == "")
        session.execute(taken.values(cover_key=kept.cover_key, thumbnail=made.thumbnail))
        if present.resource is not None:
            indexing.changed(session, present.resource)
    return True


def _add(session: Session, file: File, kept: _Kept) -> None:
    for old in claims.light_of(session, file.id):
        claims.drop(session, old)
    is_pdf = file.media_type == claims.PDFS
    made = Rendition(
        file_id=file.id,
        kind=RenditionKind.PDF if is_pdf else RenditionKind.SOUND,
        key=kept.light_key,
        name=_name(file.name, ".pdf" if is_pdf else ".m4a"),
        media_type=claims.PDFS if is_pdf else SOUND_TYPE,
        size_bytes=kept.size_bytes,
    )
    session.add(made)
    session.flush()
    session.add(
        FixityCheck(
            key=made.key,
            file_id=file.id,
            rendition_id=made.id,
            sha256=kept.sha256,
            outcome=Outcome.SOUND,
            checked_at=utcnow(),
        )
    )


def _name(name: str, ending: str) -> str:
    stem = PurePosixPath(name).stem
    return f"{stem[: NAME_LIMIT - 20]}-ligero{ending}"
