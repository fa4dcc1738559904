"""Handing in a new version of a published material: a file, another description or both, until it is decided on.

The ``content`` of a version that is open is {"description": {field: value}}, only of the fields that it changes, so
that what librarians correct meanwhile stays; of one that another took the place of, all that was said then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from catalog import library, remarking, versions
from catalog.availability import schedules
from catalog.describing import description
from catalog.describing.description import Description
from catalog.models import File, FileState, Kind, Remark, RemarkKind, Resource, ResourceState, Version, VersionState
from catalog.uploads import Stored
from lrc.celery import enqueue
from lrc.errors import BadInput, Conflict, NotAllowed
from lti.viewers import Viewer

OPEN = (VersionState.WAITING, VersionState.RETURNED)
_UNANSWERED = _("Responde a las observaciones: di qué cambiaste, o por qué debería quedar como está.")


@dataclass(frozen=True)
class News:
    """What a version brings: what is new, in words, and a stored file, another description or both."""

    note: str = ""
    file: Stored | None = None
    said: Description | None = None


def is_involved(viewer: Viewer, resource: Resource) -> bool:
    """Its teacher, and the librarians of its institution."""
    in_charge = viewer.is_librarian and resource.institution_id == viewer.institution_id
    return in_charge or resource.owner_id == viewer.person_id


def takes_versions(session: Session, resource: Resource) -> bool:
    """Whether what is new in it comes as a version: it is published, or was withdrawn and has versions already.

    What is neither is changed as it stands (catalog.library, catalog.describing), unless a version of it is open.
    """
    if resource.kind is not Kind.MATERIAL:
        return False
    if resource.state is ResourceState.WITHDRAWN:
        return versions.published(session, resource.id) is not None
    return resource.state is ResourceState.PUBLISHED


def check_involved(viewer: Viewer, resource: Resource) -> None:
    """NotAllowed to all but those involved."""
    if not is_involved(viewer, resource):
        raise NotAllowed(_("Una versión nueva la entrega quien subió el material, o su biblioteca."))


def needs_note(version: Version | None) -> bool:
    """Whether what is handed in must come with words: it begins a version, or answers what was returned."""
    return version is None or version.state is VersionState.RETURNED


def find_open(session: Session, resource: Resource) -> Version | None:
    """The version that waits, or was returned; there is one at most."""
    query = select(Version).where(Version.resource_id == resource.id, Version.state.in_(OPEN))
    return session.scalars(query.order_by(Version.number.desc()).limit(1)).one_or_none()


def open_of(session: Session, resource_ids: Collection[int]) -> dict[int, Version]:
    """The open versions, by resource, by one query; without what they say."""
    query = select(Version).where(Version.resource_id.in_(resource_ids), Version.state.in_(OPEN))
    query = query.options(defer(Version.content), defer(Version.texts))
    return {each.resource_id: each for each in session.scalars(query)} if resource_ids else {}


def described(resource: Resource, version: Version) -> Description:
    """What is said of the material in this version: once it is published, or as long as it was."""
    if version.state is VersionState.PUBLISHED:
        return description.of(resource)
    now = description.plain(description.of(resource))
    return description.from_plain(now | version.content.get("description", {}))


def check(session: Session, viewer: Viewer, resource: Resource, note: str) -> Version | None:
    """The open version to which more may be brought; None where one may begin.

    NotAllowed to those not involved; Conflict where nothing is published; BadInput where the note does not say what is
    new, or what was done with what was returned.
    """
    check_involved(viewer, resource)
    version = find_open(session, resource)
    if version is None and not takes_versions(session, resource):
        raise Conflict(_("Este material no está publicado: puedes cambiarlo tal como está."))
    if not remarking.checked(note) and needs_note(version):
        raise BadInput(_("Di qué hay de nuevo en esta versión.") if version is None else _UNANSWERED)
    return version


def hand_in(session: Session, viewer: Viewer, resource: Resource, news: News) -> Version:
    """Hand in a new version, or bring more to the one that is open; what was returned waits again.

    The resource is to be held. Refusals as check; BadInput where a new one brings nothing new; AlreadyHeld where the
    bytes are known.
    """
    version = check(session, viewer, resource, news.note)
    note = remarking.checked(news.note)
    changes = _changes(resource, news)
    is_answer = version is not None and version.state is VersionState.RETURNED
    if version is None:
        if not news.file and not changes:
            raise BadInput(_("Elige un archivo nuevo o cambia algún dato: una versión tiene que traer algo nuevo."))
        version = _begin(session, viewer, resource)
    if news.said is not None:
        version.content = {"description": changes}
    if news.file is not None:
        _put_file(session, viewer, version, news.file)
    version.note = version.note if is_answer else note or version.note
    version.state = VersionState.WAITING
    kind = RemarkKind.ANSWERED if is_answer else RemarkKind.SUBMITTED
    remark = Remark(author_id=viewer.person_id, kind=kind, text=note, version_number=version.number)
    resource.remarks.append(remark)
    session.flush()
    return version


def bring_back(session: Session, viewer: Viewer, resource: Resource, earlier: Version, note: str) -> Version:
    """Hand in what an earlier version said and its file, to take the place of the present one once it is reviewed.

    Refusals as check; Conflict for the version that is open; BadInput where that is what is published now.
    """
    version = check(session, viewer, resource, note)
    if earlier.state in OPEN:
        raise Conflict(_("Esa versión todavía no se publicó: no hay a qué volver."))
    changes = description.difference(description.of(resource), described(resource, earlier)).after
    file = earlier.file if earlier.file is not resource.file else None
    if not changes and file is None:
        raise BadInput(_("Esa versión dice lo mismo que la publicada, y su archivo es el mismo."))
    version = version or _begin(session, viewer, resource)
    _drop_file(session, version)
    version.content, version.file, version.author_id = {"description": changes}, file, viewer.person_id
    version.note, version.state = remarking.checked(note), VersionState.WAITING
    step = Remark(author_id=viewer.person_id, kind=RemarkKind.SUBMITTED, text=version.note)
    step.version_number = version.number
    resource.remarks.append(step)
    session.flush()
    return version


def take_back(session: Session, viewer: Viewer, resource: Resource) -> None:
    """Give up the open version: its file goes, what is published stays. NotAllowed, Conflict as hand_in."""
    if not is_involved(viewer, resource):
        raise NotAllowed
    version = find_open(session, resource)
    if version is None:
        raise Conflict(_("Esa versión ya no está en espera."))
    version.state = VersionState.REPLACED
    schedules.drop(session, resource)
    _drop_file(session, version)
    remark = Remark(author_id=viewer.person_id, kind=RemarkKind.WITHDRAWN, version_number=version.number)
    resource.remarks.append(remark)
    session.flush()


def retry(session: Session, viewer: Viewer, resource: Resource) -> Version:
    """Have the file of the open version that could not be read be read again. Conflict where it did not fail."""
    version = find_open(session, resource)
    if not is_involved(viewer, resource) or version is None or version.file is None:
        raise NotAllowed
    library.read_again(session, version.file)
    return version


def _changes(resource: Resource, news: News) -> dict[str, object]:
    return description.difference(description.of(resource), news.said).after if news.said is not None else {}


def _begin(session: Session, viewer: Viewer, resource: Resource) -> Version:
    # The first is noted when the second is published: until then it is what stands.
    last = session.scalar(select(func.max(Version.number)).where(Version.resource_id == resource.id)) or 1
    made = Version(resource_id=resource.id, number=last + 1, content={"description": {}}, texts=[])
    made.author_id = viewer.person_id
    session.add(made)
    session.flush()
    return made


def _put_file(session: Session, viewer: Viewer, version: Version, stored: Stored) -> None:
    library.refuse_twin(session, viewer, stored.sha256)
    _drop_file(session, version)
    version.file = File(key=stored.key, name=stored.name, size_bytes=stored.size_bytes, sha256=stored.sha256)
    version.author_id = viewer.person_id
    session.flush()
    enqueue(session, library.READ_FILE, version.file.id)


def _drop_file(session: Session, version: Version) -> None:
    """Let go of the file that a version brought; it is deleted unless an earlier version has it, too."""
    file = version.file
    if file is None:
        return
    version.file = None
    session.flush()
    if session.scalar(select(Version.id).where(Version.file_id == file.id).limit(1)) is None:
        enqueue(session, library.DELETE_OBJECTS, library.keys_of(file))
        session.delete(file)
        session.flush()


def is_ready(version: Version) -> bool:
    """Whether everything that it brings was read, so that it can be published."""
    return version.file is None or version.file.state is FileState.READY


def field_remarks(resource: Resource) -> dict[str, str]:
    """What was said of single fields when it, or its open version, was returned; nothing once that was answered."""
    last = resource.remarks[-1] if resource.remarks else None
    return last.fields if last is not None and last.kind is RemarkKind.RETURNED else {}
