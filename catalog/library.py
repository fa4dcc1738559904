"""The rules of what the library holds: who may see a resource, taking in a file, replacing it, reading it again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog import indexing
from catalog.availability import embargo
from catalog.merging import leading
from catalog.models import Authorship, File, FileState, Kind, Merge, Resource, ResourceState, Version, VersionState
from catalog.uploads import Stored, title_from
from lrc.celery import enqueue
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lti.viewers import EVERYONE, Viewer, context_audience, institution_audience

TITLE_LIMIT = 500
DESCRIPTION_LIMIT = 5000
LANGUAGES = ("es", "en", "")
"""What an upload may say; empty: another one, to be found by reading."""
LICENSES = (
    "CC BY 4.0",
    "CC BY-SA 4.0",
    "CC BY-NC 4.0",
    "CC BY-NC-SA 4.0",
    "CC BY-NC-ND 4.0",
    "CC0 1.0",
    "Derechos reservados",
)
AUDIENCES = ("everyone", "institution", "course")
READ_FILE, DELETE_OBJECTS = "catalog.read_file", "catalog.delete_objects"
_REPLACEABLE = frozenset({ResourceState.DRAFT, ResourceState.WAITING, ResourceState.RETURNED, ResourceState.WITHDRAWN})


class AlreadyHeld(Conflict):
    """The very same file is already in the library, as ``twin``, which the person may see."""

    title = _("Ya está en la biblioteca")
    message = _("Este mismo archivo ya está en la biblioteca.")

    def __init__(self, twin: Resource) -> None:
        super().__init__(detail=f"the same bytes as resource {twin.id}")
        self.twin = twin


class Withdrawn(NotFound):
    """What the person could once see, and was taken back since: its title is left, and nothing else."""

    status = 410
    title = _("Se retiró de la biblioteca")
    advice = _("Busca en la biblioteca si hay otro que te sirva, o pregunta a quienes la atienden.")

    def __init__(self, resource: Resource) -> None:
        super().__init__(
            _("«%(title)s» estuvo en la biblioteca y ya no está.", title=resource.title),
            detail=f"resource {resource.id} is withdrawn",
        )


@dataclass(frozen=True)
class Details:
    """What a teacher says of a file. ``audience`` is one of AUDIENCES; an empty title is made from the file's name."""

    title: str
    description: str = ""
    language: str = ""
    license: str = LICENSES[0]
    audience: str = "everyone"
    source: str = ""
    """What it is adapted from, as catalog.describing has it."""


def visible_to(viewer: Viewer) -> Select[Resource]:
    """What someone may see: what is published for them, what they made, and for librarians all of their institution."""
    return select(Resource).where(_is_visible(viewer))


def _is_visible(viewer: Viewer) -> ColumnElement[bool]:
    allowed = [
        Resource.owner_id == viewer.person_id,
        Resource.id.in_(select(Authorship.resource_id).where(Authorship.person_id == viewer.person_id)),
    ]
    if viewer.is_librarian:
        allowed.append(Resource.institution_id == viewer.institution_id)
    return or_(
        and_(Resource.state == ResourceState.PUBLISHED, Resource.audience.in_(viewer.audiences)),
        and_(Resource.state != ResourceState.MERGED, or_(*allowed)),
    )


def get(session: Session, viewer: Viewer, resource_id: int) -> Resource:
    """The resource; NotFound also where it exists but is not for this viewer, so as not to reveal it.

    Withdrawn where it was for this viewer; Moved where it was merged into one that they may see.
    """
    found = session.scalar(
        visible_to(viewer)
        .where(Resource.id == resource_id)
        .options(joinedload(Resource.file), joinedload(Resource.owner))
    )
    if found is None:
        raise _absence(session, viewer, Resource.id == resource_id)
    return found


def _absence(session: Session, viewer: Viewer, which: ColumnElement[bool]) -> NotFound:
    query = select(Resource).where(
        which,
        Resource.state == ResourceState.WITHDRAWN,
        Resource.published_at.is_not(None),
        Resource.audience.in_(viewer.audiences),
    )
    kept = session.scalar(visible_to(viewer).where(leading.kept_for(which)))
    if kept is not None:
        return leading.Moved(kept)
    left = session.scalar(query)
    return Withdrawn(left) if left is not None else NotFound()


def get_by_record(session: Session, viewer: Viewer, record_id: str) -> Resource:
    """As get, by the name under which a resource is exchanged."""
    which = Resource.record_id == record_id.replace("\0", "")
    found = session.scalar(visible_to(viewer).where(which))
    if found is None:
        raise _absence(session, viewer, which)
    return found


def get_for_change(session: Session, viewer: Viewer, resource_id: int) -> Resource:
    """As get, and held against others' changes until the transaction ends."""
    found = session.scalar(visible_to(viewer).where(Resource.id == resource_id).with_for_update())
    if found is None:
        raise _absence(session, viewer, Resource.id == resource_id)
    return found


def get_own_for_change(session: Session, viewer: Viewer, resource_id: int) -> Resource:
    """As get_for_change, of a material; NotAllowed where it is somebody else's."""
    found = get_for_change(session, viewer, resource_id)
    if found.kind is not Kind.MATERIAL:
        raise NotFound  # nothing of it is a file
    if found.owner_id != viewer.person_id:
        raise NotAllowed(_("Solo quien subió este material puede hacer esto."))
    return found


def mine(viewer: Viewer) -> Select[Resource]:
    """A person's own materials, newest first; what they write of courses and modules is the study room's to list."""
    return (
        select(Resource)
        .where(Resource.owner_id == viewer.person_id, Resource.kind == Kind.MATERIAL)
        .options(joinedload(Resource.file), selectinload(Resource.remarks))
        .order_by(Resource.created_at.desc(), Resource.id.desc())
    )


def newest(viewer: Viewer, limit: int) -> Select[Resource]:
    """What came last of what is published for the viewer; by id, which follows it closely and needs no sorting."""
    return (
        select(Resource)
        .where(Resource.state == ResourceState.PUBLISHED, Resource.audience.in_(viewer.audiences))
        .options(joinedload(Resource.file))
        .order_by(Resource.id.desc())
        .limit(limit)
    )


def file_of(resource: Resource) -> File:
    """Its file; NotFound where it is a record without one."""
    if resource.file is None:
        raise NotFound(_("Este material no tiene un archivo en la biblioteca."))
    return resource.file


def open_file(viewer: Viewer, resource: Resource) -> File:
    """As file_of, for reading what is in it: Embargoed where it is not for this viewer yet."""
    embargo.check_open(viewer, resource)
    return file_of(resource)


def refuse_twin(session: Session, viewer: Viewer, sha256: str) -> None:
    """Raise AlreadyHeld where a file with the same SHA-256 (hex) is among what the viewer may see."""
    holders = select(File.resource_id).where(File.sha256 == sha256)
    merged_into = select(Merge.into_id).where(or_(Merge.from_id.in_(holders), Merge.file_sha256 == sha256))
    held = or_(Resource.id.in_(holders), Resource.id.in_(merged_into))
    twin = session.scalar(visible_to(viewer).where(held).order_by(Resource.id).limit(1))
    if twin is not None:
        raise AlreadyHeld(twin)


def add(session: Session, viewer: Viewer, details: Details, stored: Stored) -> Resource:
    """Take a stored file in as a draft and have it read. AlreadyHeld, BadInput (an audience that cannot be)."""
    refuse_twin(session, viewer, stored.sha256)
    resource = Resource(
        record_id=f"lrc:{secrets.token_hex(8)}",
        institution_id=viewer.institution_id,
        owner_id=viewer.person_id,
        context_id=viewer.context_id,
        title=details.title.strip()[:TITLE_LIMIT] or title_from(stored.name)[:TITLE_LIMIT],
        creators=[viewer.name] if viewer.name else [],
        description=details.description,
        language=details.language,
        license=details.license,
        date=str(utcnow().year),
        audience=audience_of(viewer, details.audience),
        profile={"sources": [details.source]} if details.source else {},
    )
    session.add(resource)
    _attach(session, resource, stored)
    return resource


def audience_of(viewer: Viewer, choice: str) -> str:
    """A choice of AUDIENCES as the audience stored, which is always one of the viewer's own."""
    if choice == "everyone":
        return EVERYONE
    if choice == "institution":
        return institution_audience(viewer.institution_id)
    if choice == "course" and viewer.context_id is not None:
        return context_audience(viewer.context_id)
    raise BadInput(_("Elige quién podrá verlo."))


def check_replaceable(viewer: Viewer, resource: Resource) -> None:
    """Raise what keeps the viewer from putting another file in the place of the present one."""
    if resource.owner_id != viewer.person_id:
        raise NotAllowed(_("Solo quien subió este material puede hacer esto."))
    if resource.state not in _REPLACEABLE:
        raise Conflict(
            _("Este material ya está publicado y su archivo no se puede cambiar."),
            advice=_("Entrega una versión nueva: la biblioteca la revisará, y mientras tanto sigue la publicada."),
        )


def replace_file(session: Session, viewer: Viewer, resource: Resource, stored: Stored) -> None:
    """Put a corrected file in the place of the present one, which is deleted, and have it read.

    Conflict where the resource is published; AlreadyHeld where the bytes are known, its own present ones included.
    """
    check_replaceable(viewer, resource)
    if resource.state is ResourceState.WITHDRAWN and _has_versions(session, resource):
        raise Conflict(
            _("De este material se guardan versiones: la que tiene ahora no se borra."),
            advice=_("Entrega una versión nueva: la biblioteca la revisará."),
        )
    refuse_twin(session, viewer, stored.sha256)
    if resource.file is not None:
        enqueue(session, DELETE_OBJECTS, keys_of(resource.file))
        session.delete(resource.file)
        resource.file = None
        session.flush()  # one file a resource: the old row must go before the new one comes
    resource.state = ResourceState.DRAFT
    _attach(session, resource, stored)
    indexing.changed(session, resource)


def _has_versions(session: Session, resource: Resource) -> bool:
    found = select(Version.id).where(Version.resource_id == resource.id, Version.state == VersionState.PUBLISHED)
    return session.scalar(found.limit(1)) is not None


def _attach(session: Session, resource: Resource, stored: Stored) -> None:
    file = File(key=stored.key, name=stored.name, size_bytes=stored.size_bytes, sha256=stored.sha256)
    resource.file = file
    session.flush()
    enqueue(session, READ_FILE, file.id)


def keys_of(file: File) -> list[str]:
    """Everything that storage holds for a file."""
    return [key for key in (file.key, file.cover_key, *(each.key for each in file.renditions)) if key]


def retry(session: Session, viewer: Viewer, resource: Resource) -> None:
    """Have a file that could not be read be read again. Conflict where it did not fail.

    NotAllowed to all but its teacher and its institution's librarians: each reading takes minutes of a worker.
    """
    is_in_charge = viewer.is_librarian and resource.institution_id == viewer.institution_id
    if resource.owner_id != viewer.person_id and not is_in_charge:
        raise NotAllowed(_("Solo quien subió este material o su biblioteca puede hacer esto."))
    read_again(session, file_of(resource))


def read_again(session: Session, file: File) -> None:
    """Have a file that could not be read be read again. Conflict where it did not fail."""
    if file.state is not FileState.FAILED:
        raise Conflict(_("Este archivo no está detenido: no hace falta reintentar."))
    file.state, file.failure, file.claim, file.attempts = FileState.RECEIVED, "", "", 0
    file.pages_done = 0
    file.sent_at = utcnow()
    enqueue(session, READ_FILE, file.id)
