"""What is known to be lost or damaged in storage: who reads of it, and what readers are told instead of the file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from catalog.models import Collection, File, FixityCheck, Outcome, Rendition, Resource, Version
from lrc.errors import Conflict
from lti.viewers import Viewer

_MESSAGES = {
    Outcome.MISSING: _("El archivo se perdió en nuestro almacén."),
    Outcome.CHANGED: _("El archivo se dañó en nuestro almacén, y no lo mostramos para no darte algo que no es."),
    Outcome.UNREADABLE: _("Nuestro almacén no logra entregar este archivo."),
}
_ADVICE = _("La biblioteca ya lo sabe. Lo que leímos de él sigue aquí como texto.")
NAMES: dict[Outcome, LazyString] = {
    Outcome.SOUND: _("Intacto"),
    Outcome.MISSING: _("Perdido"),
    Outcome.CHANGED: _("Dañado"),
    Outcome.UNREADABLE: _("No se puede leer"),
}
"""How what was found is called."""


def find(session: Session, key: str) -> FixityCheck | None:
    """What is wrong with a stored object; None where nothing is known to be."""
    return session.scalar(select(FixityCheck).where(FixityCheck.key == key, FixityCheck.damaged_at.is_not(None)))


def check_sound(session: Session, stored: File | Rendition) -> None:
    """Conflict, in words for its reader, where the bytes of a file or of what stands beside it are known to be bad."""
    if found := find(session, stored.key):
        raise Conflict(_MESSAGES[found.outcome], advice=_ADVICE, detail=f"{stored.key} is {found.outcome}")


def sentence(check: FixityCheck) -> LazyString:
    """What is wrong, for its reader."""
    return _MESSAGES[check.outcome]


def everything() -> Select[FixityCheck]:
    """All that is damaged, the newest first, with the resources concerned."""
    return (
        select(FixityCheck)
        .outerjoin(FixityCheck.file)
        .outerjoin(File.resource)
        .where(FixityCheck.damaged_at.is_not(None))
        .options(
            joinedload(FixityCheck.file).joinedload(File.resource).joinedload(Resource.owner),
            joinedload(FixityCheck.rendition),
            joinedload(FixityCheck.collection),
            joinedload(FixityCheck.resource).joinedload(Resource.owner),
        )
        .order_by(FixityCheck.damaged_at.desc(), FixityCheck.key)
    )


def of_institution(viewer: Viewer) -> Select[FixityCheck]:
    """What of it belongs to the viewer's institution, the files of earlier versions among it."""
    theirs = Resource.institution_id == viewer.institution_id
    of_versions = select(Version.file_id).join(Resource, Resource.id == Version.resource_id).where(theirs)
    own = aliased(Resource)
    with_images = select(own.id).where(own.institution_id == viewer.institution_id)
    collections = select(Collection.id).where(Collection.institution_id == viewer.institution_id)
    return everything().where(
        or_(
            theirs,
            FixityCheck.file_id.in_(of_versions),
            FixityCheck.resource_id.in_(with_images),
            FixityCheck.collection_id.in_(collections),
        )
    )


def resource_of(check: FixityCheck) -> Resource | None:
    """The resource whose file, captions or image it is; None where it is of an earlier version, or a collection's."""
    return check.file.resource if check.file is not None else check.resource


def title_of(check: FixityCheck) -> str:
    """How what it belongs to is called, for people."""
    resource = resource_of(check)
    if resource is not None:
        return resource.title
    return check.collection.title if check.collection is not None else check.file.name if check.file else check.key


def forget(session: Session, key: str) -> bool:
    """Forget that an object is damaged, as another one takes its place; whether it was."""
    found = find(session, key)
    if found is not None:
        session.delete(found)
        session.flush()
    return found is not None


def count(session: Session, query: Select[FixityCheck]) -> int:
    """How much there is of ``everything`` or ``of_institution``."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
