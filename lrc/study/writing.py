"""Writing courses and modules: beginning one, who may write it, what it says of itself, and the draft as a whole."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from catalog import library
from catalog.models import Authorship, Kind, Resource, ResourceState
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lrc.study import drafts, firstlesson, images, parts
from lrc.study.content import Course, Lesson, Module, changed, new_key
from lrc.study.models import Draft
from lti.viewers import Role, Viewer

WRITERS = (Role.TEACHER, Role.LIBRARIAN)
Head = TypeVar("Head", Module, Course)
_KINDS = (Kind.COURSE, Kind.MODULE)


def create_module(session: Session, viewer: Viewer, title: str) -> Resource:
    """Begin a module: a draft of the viewer's own with a first lesson that shows what a good one has.

    NotAllowed to who is neither teacher nor librarian; BadInput for a title that is empty or too long.
    """
    head = Module(title=title, creators=(viewer.name,) if viewer.name else ())
    first = Lesson(new_key(), firstlesson.TITLE, firstlesson.TEXT, firstlesson.MINUTES)
    module = create(session, viewer, head)
    parts.add(session, viewer, module, first)
    return module


def create(session: Session, viewer: Viewer, head: Module | Course) -> Resource:
    """Begin a course, or a module without parts, that says this of itself. Raises as create_module does."""
    if not viewer.roles.intersection(WRITERS):
        raise NotAllowed(_("Solo docentes y personal de la biblioteca escriben cursos y módulos."))
    head = changed(head, title=checked_title(head.title))
    resource = Resource(
        record_id=f"lrc:{secrets.token_hex(8)}",
        kind=Kind.MODULE if isinstance(head, Module) else Kind.COURSE,
        institution_id=viewer.institution_id,
        owner_id=viewer.person_id,
        context_id=viewer.context_id,
        title=head.title,
        creators=list(head.creators),
        state=ResourceState.DRAFT,
    )
    session.add(resource)
    session.flush()
    draft = Draft(resource_id=resource.id, head={}, revision=0)
    drafts.put_head(viewer, resource, draft, head)
    session.add(draft)
    session.flush()
    return resource


def take_in(session: Session, viewer: Viewer, module: Module, pictures: Mapping[str, bytes]) -> Resource:
    """A whole module as a new draft, with the images (by the names that its lessons use) sent to storage.

    Raises as create_module does; BadInput where two parts have the same key, BadFile for what is no image.
    """
    resource = create(session, viewer, changed(module, parts=()))
    named = {name: images.add(session, viewer, resource, content, name).name for name, content in pictures.items()}
    for each in module.parts:
        parts.add(session, viewer, resource, images.renamed(each, named))
    return resource


def checked_title(title: str) -> str:
    """A title on one line. BadInput where it is empty or too long."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    if not plain:
        raise BadInput(_("Escribe un título."))
    if len(plain) > library.TITLE_LIMIT:
        raise BadInput(_("El título es demasiado largo: usa hasta %(limit)s caracteres.", limit=library.TITLE_LIMIT))
    return plain


def mine(viewer: Viewer) -> Select[Resource]:
    """The courses and modules that somebody writes, their own and others', what was begun last first."""
    return (
        select(Resource)
        .where(Resource.kind.in_(_KINDS), _is_written_by(viewer.person_id))
        .order_by(Resource.created_at.desc(), Resource.id.desc())
    )


def _is_written_by(person_id: int) -> ColumnElement[bool]:
    added = select(Authorship.resource_id).where(Authorship.person_id == person_id)
    return or_(Resource.owner_id == person_id, Resource.id.in_(added))


def writes(session: Session, viewer: Viewer, resource: Resource) -> bool:
    """Whether the viewer is among those who write it."""
    query = select(Resource.id).where(Resource.id == resource.id, _is_written_by(viewer.person_id))
    return session.scalar(query) is not None


def get_for_writing(session: Session, viewer: Viewer, resource_id: int, kind: Kind | None = None) -> Resource:
    """A course or a module (or only one of the ``kind``) that the viewer writes.

    NotAllowed where they may see but not write it, NotFound where it is not for them at all.
    """
    kinds = _KINDS if kind is None else (kind,)
    query = select(Resource).where(Resource.id == resource_id, Resource.kind.in_(kinds))
    found = session.scalar(query.where(_is_written_by(viewer.person_id)))
    if found is not None and viewer.roles.intersection(WRITERS):
        return found
    if found is None and session.scalar(library.visible_to(viewer).where(Resource.id == resource_id)) is None:
        raise NotFound
    raise NotAllowed(_("Solo quienes escriben esto pueden cambiarlo."))


def get_head(session: Session, resource: Resource, kind: type[Head]) -> Head:
    """What its draft says of itself: a Course, or a Module without its parts. NotFound where it is of another kind."""
    head = drafts.head_of(resource, drafts.get(session, resource))
    if not isinstance(head, kind):
        raise NotFound
    return head


def head_fingerprint(session: Session, resource: Resource) -> str:
    """What a form that shows the head carries along, for save_head to see whether it was changed meanwhile."""
    return drafts.fingerprint(drafts.get(session, resource).head)


def save_head(session: Session, viewer: Viewer, resource: Resource, head: Module | Course, based_on: str) -> None:
    """Keep what a draft says of itself, written on the head whose fingerprint is ``based_on``.

    Conflict, changing nothing, where it is another by now; BadInput for what cannot be kept.
    """
    draft = drafts.hold(session, resource.id)
    if drafts.fingerprint(draft.head) != based_on:
        raise Conflict(
            _("Otra persona, u otra pestaña tuya, guardó estos datos mientras los escribías."),
            advice=_("Lo que escribiste sigue aquí: compáralo con lo guardado y guarda otra vez."),
        )
    drafts.put_head(viewer, resource, draft, changed(head, title=checked_title(head.title)))


def manuscript(session: Session, module: Resource) -> Module:
    """A module's draft as a whole."""
    said = get_head(session, module, Module)
    contents = [parts.content_of(each.content) for each in session.scalars(parts.of_module(module))]
    return changed(said, parts=tuple(contents))


def set_audience(session: Session, viewer: Viewer, resource: Resource, choice: str) -> None:
    """Say for whom it is, by a choice of library.AUDIENCES. BadInput for another.

    Conflict once it is published: who may see it was reviewed with it.
    """
    if resource.published_at is not None:
        raise Conflict(
            _("Quién puede verlo se decidió al publicarlo."), advice=_("Pide a la biblioteca que lo retire antes.")
        )
    resource.audience = library.audience_of(viewer, choice)
