"""The rules of uploads in parts: who may begin one, going on with it, describing it, and what becomes of it."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog import library
from catalog.library import Details
from catalog.models import Resource, Upload
from catalog.sending import replacing
from catalog.uploads import Stored, clean_name
from lrc.celery import enqueue
from lrc.config import MIB
from lrc.db import utcnow
from lrc.errors import BadFile, BadInput, Conflict, NotAllowed, NotFound, TooLarge
from lti.viewers import Viewer

PART_BYTES = 5 * MIB
"""The least that S3 takes for a part that is not the last: what a connection that drops costs to send again."""
MOST_PARTS = 10_000
MOST_OPEN = 30
MOST_OPEN_TIMES = 8
"""What one person has open weighs so many times the largest file at most."""
KEPT_FOR = timedelta(days=7)
"""How long one may take to end an upload, and to describe it."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class TooManyOpen(Conflict):
    """Somebody has so much on its way that nothing more may begin."""

    title = _("Termina primero los que empezaste")
    message = _("Tienes muchos archivos a medio subir o sin describir.")
    advice = _("Descríbelos o quítalos en la página «Subir un material», y después sube los demás.")


@dataclass(frozen=True)
class Announced:
    """What a browser says of a file before sending it. ``sha256`` is in hex."""

    name: str
    size_bytes: int
    sha256: str
    replaces_id: int | None = None
    """The material that it is for; None: it makes a new one."""

    @classmethod
    def of(cls, told: dict[str, Any]) -> Announced:
        """As told in JSON: name, size, sha256, and perhaps replaces. BadInput where it cannot be."""
        name, size_bytes, sha256 = told.get("name"), told.get("size"), told.get("sha256")
        is_sound = isinstance(name, str) and type(size_bytes) is int and size_bytes >= 0 and isinstance(sha256, str)
        if not is_sound or not _SHA256.fullmatch(str(sha256)):
            raise BadInput(detail="a file announced without name, size or SHA-256")
        replaces_id = told.get("replaces")
        if replaces_id is not None and not (type(replaces_id) is int and 0 < replaces_id < 2**31):
            raise BadInput(detail="a file announced for no material")
        return cls(clean_name(str(name)), int(str(size_bytes)), str(sha256), replaces_id)


def check(session: Session, viewer: Viewer, file: Announced, limit_bytes: int) -> Upload | None:
    """The viewer's upload of these very bytes that never ended, to go on with it; None where one may begin.

    BadFile where it is empty, TooLarge, AlreadyHeld with its twin, TooManyOpen; NotAllowed to who neither makes
    materials nor may change the one that it is for.
    """
    if file.size_bytes == 0:
        raise BadFile(_("El archivo está vacío."))
    if file.size_bytes > limit_bytes:
        raise TooLarge
    if file.replaces_id is not None:
        replacing.check(session, viewer, file.replaces_id)
    elif not viewer.is_teacher:
        raise NotAllowed
    library.refuse_twin(session, viewer, file.sha256)
    same = open_of(viewer).where(
        Upload.sha256 == file.sha256, Upload.size_bytes == file.size_bytes, Upload.replaces_id == file.replaces_id
    )
    if known := session.scalars(same.limit(1)).one_or_none():
        return known
    count, size_bytes = session.execute(
        select(func.count(), func.coalesce(func.sum(Upload.size_bytes), 0)).where(
            Upload.person_id == viewer.person_id, Upload.resource_id.is_(None)
        )
    ).one()
    if count >= MOST_OPEN or int(size_bytes) + file.size_bytes > limit_bytes * MOST_OPEN_TIMES:
        raise TooManyOpen
    return None


def begin(session: Session, viewer: Viewer, file: Announced, begun: tuple[str, str]) -> Upload:
    """Note an upload that storage has ``begun`` (its key there, and its id)."""
    upload = Upload(
        token=secrets.token_hex(16),
        person_id=viewer.person_id,
        key=begun[0],
        storage_id=begun[1],
        name=file.name,
        size_bytes=file.size_bytes,
        part_bytes=max(PART_BYTES, -(-file.size_bytes // MOST_PARTS)),
        sha256=file.sha256,
        replaces_id=file.replaces_id,
    )
    session.add(upload)
    session.flush()
    return upload


def open_of(viewer: Viewer) -> Select[Upload]:
    """The uploads of a person that have not become a resource, the newest first."""
    query = select(Upload).where(Upload.person_id == viewer.person_id, Upload.resource_id.is_(None))
    return query.order_by(Upload.id.desc())


def open_count(session: Session, viewer: Viewer) -> int:
    """How many uploads of a person wait to be ended or described."""
    query = select(func.count()).where(Upload.person_id == viewer.person_id, Upload.resource_id.is_(None))
    return session.scalars(query).one()


def get_own(session: Session, viewer: Viewer, token: str) -> Upload:
    """The viewer's upload of this name; NotFound also where it is somebody else's."""
    return _found(session.scalars(_own(viewer, token)).one_or_none())


def get_own_for_change(session: Session, viewer: Viewer, token: str) -> Upload:
    """As get_own, as it is now, and held against others' changes until the transaction ends."""
    query = _own(viewer, token).with_for_update().execution_options(populate_existing=True)
    return _found(session.scalars(query).one_or_none())


def _own(viewer: Viewer, token: str) -> Select[Upload]:
    return select(Upload).where(Upload.token == token, Upload.person_id == viewer.person_id)


def _found(upload: Upload | None) -> Upload:
    if upload is None:
        raise NotFound(_("Ya no tenemos lo que se envió de este archivo."), advice=_("Elígelo y súbelo otra vez."))
    return upload


def has_arrived(upload: Upload) -> bool:
    """Whether storage holds it whole, under its key."""
    return upload.ended_at is not None


def arrive(session: Session, upload: Upload) -> None:
    """Note that storage holds it whole."""
    upload.storage_id = ""
    upload.ended_at = upload.ended_at or utcnow()
    session.flush()


def describe(session: Session, viewer: Viewer, upload: Upload, details: Details) -> None:
    """Keep what its teacher says of it. Conflict where it is a resource already."""
    _check_open(upload)
    upload.typed = {**asdict(details), "context_id": viewer.context_id}
    session.flush()


def tell(session: Session, upload: Upload, note: str) -> None:
    """Keep what is said to be new in the file for a material that is there. Conflict where it is taken in already."""
    _check_open(upload)
    upload.typed = {"note": note}
    session.flush()


def _check_open(upload: Upload) -> None:
    if upload.resource_id is not None:
        raise Conflict(_("Este archivo ya está entre tus materiales."))


def said_of(viewer: Viewer, upload: Upload) -> Details | None:
    """What its teacher said of it; None where nothing, or it was for the course of another visit: to be said anew."""
    said = dict(upload.typed)
    context_id = said.pop("context_id", None)
    if not said or (said["audience"] == "course" and context_id != viewer.context_id):
        return None
    return Details(**said)


def take_in(session: Session, viewer: Viewer, upload: Upload) -> Resource | None:
    """Make the resource of what has arrived and is described; None while either is missing.

    AlreadyHeld where its very bytes came by another way meanwhile, BadInput for an audience that cannot be (any more).
    """
    if upload.resource_id is not None:
        return session.get(Resource, upload.resource_id)
    if upload.replaces_id is not None:
        return replacing.take_in(session, viewer, upload)
    said = said_of(viewer, upload)
    if not has_arrived(upload) or said is None:
        return None
    stored = Stored(upload.key, upload.name, upload.size_bytes, upload.sha256)
    resource = library.add(session, viewer, said, stored)
    upload.resource_id = resource.id
    session.flush()
    return resource


def drop(session: Session, upload: Upload) -> None:
    """Forget an upload, and have the bytes that it brought deleted; of one that became a resource nothing is lost."""
    if upload.resource_id is None:
        enqueue(session, library.DELETE_OBJECTS, [upload.key])
    session.delete(upload)
    session.flush()


def expired(before: datetime) -> Select[Upload]:
    """Those that began ``before`` and became nothing, or of which nobody asks any more."""
    return select(Upload).where(Upload.began_at < before).order_by(Upload.id)
