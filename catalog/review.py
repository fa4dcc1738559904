"""The rules of review: what a librarian and a teacher may do with a resource, and the conversation that this leaves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from catalog import indexing
from catalog.models import Remark, RemarkKind, Resource, ResourceState
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed
from lti.viewers import Viewer

REMARK_LIMIT = 2000

# Which step may be taken from which states, and where it leads.
_STEPS: dict[RemarkKind, tuple[frozenset[ResourceState], ResourceState]] = {
    RemarkKind.SUBMITTED: (frozenset({ResourceState.DRAFT}), ResourceState.WAITING),
    RemarkKind.PUBLISHED: (frozenset({ResourceState.WAITING, ResourceState.WITHDRAWN}), ResourceState.PUBLISHED),
    RemarkKind.RETURNED: (frozenset({ResourceState.WAITING}), ResourceState.RETURNED),
    RemarkKind.ANSWERED: (frozenset({ResourceState.RETURNED, ResourceState.WITHDRAWN}), ResourceState.WAITING),
    RemarkKind.WITHDRAWN: (frozenset({ResourceState.PUBLISHED}), ResourceState.WITHDRAWN),
}
_NOW = {
    ResourceState.DRAFT: _("Este material todavía no está listo para revisar."),
    ResourceState.WAITING: _("Este material está esperando revisión."),
    ResourceState.RETURNED: _("Este material ya fue devuelto a quien lo subió."),
    ResourceState.PUBLISHED: _("Este material ya está publicado."),
    ResourceState.WITHDRAWN: _("Este material ya fue retirado."),
}


def queue(viewer: Viewer) -> Select[Resource]:
    """What waits for a librarian of the viewer's institution, oldest first."""
    return (
        select(Resource)
        .where(Resource.institution_id == viewer.institution_id, Resource.state == ResourceState.WAITING)
        .options(joinedload(Resource.file), joinedload(Resource.owner), joinedload(Resource.context))
        .order_by(Resource.created_at, Resource.id)
    )


def may_review(viewer: Viewer, resource: Resource) -> bool:
    """Librarians review what their own institution's teachers uploaded, but not what they uploaded themselves."""
    return _is_in_charge(viewer, resource) and resource.owner_id != viewer.person_id


def may_withdraw(viewer: Viewer, resource: Resource) -> bool:
    """Librarians may take back whatever is their institution's, also their own."""
    return _is_in_charge(viewer, resource)


def last_said(resource: Resource) -> Remark | None:
    """The last remark that says something."""
    return next((each for each in reversed(resource.remarks) if each.text), None)


def fingerprint(resource: Resource) -> str:
    """What tells the file of a resource from any other that takes its place; "" where it has none."""
    return resource.file.sha256 if resource.file else ""


def _is_in_charge(viewer: Viewer, resource: Resource) -> bool:
    return viewer.is_librarian and resource.institution_id == viewer.institution_id


def can(step: RemarkKind, resource: Resource) -> bool:
    """Is this step open in the state in which the resource is?"""
    return resource.state in _STEPS[step][0]


def submit(session: Session, resource: Resource) -> None:
    """Put a resource whose file was read among those that wait."""
    _take(session, resource, RemarkKind.SUBMITTED, resource.owner_id)


def publish(
    session: Session, viewer: Viewer, resource: Resource, text: str = "", *, reviewed: str | None = None
) -> None:
    """Let its audience find it. NotAllowed to its own teacher; Conflict where it does not wait.

    ``reviewed`` is the SHA-256 (hex) of the file that the reviewer saw, "" where there is none: Conflict where the
    teacher put another in its place meanwhile, which nobody has looked at yet.
    """
    _check_reviewer(viewer, resource)
    if reviewed is not None and reviewed != fingerprint(resource):
        raise Conflict(_("El archivo ya no es el que revisaste."))
    _take(session, resource, RemarkKind.PUBLISHED, viewer.person_id, _checked(text))
    resource.published_at = utcnow()


def send_back(session: Session, viewer: Viewer, resource: Resource, text: str) -> None:
    """Return it to its teacher with a remark, which is required (BadInput)."""
    _check_reviewer(viewer, resource)
    _take(session, resource, RemarkKind.RETURNED, viewer.person_id, _required(text))


def withdraw(session: Session, viewer: Viewer, resource: Resource, text: str) -> None:
    """Take a published resource back, with a reason, which is required (BadInput)."""
    if not _is_in_charge(viewer, resource):
        raise NotAllowed
    _take(session, resource, RemarkKind.WITHDRAWN, viewer.person_id, _required(text))


def answer(session: Session, viewer: Viewer, resource: Resource, text: str) -> None:
    """A teacher answers what was remarked, which asks for review again."""
    if resource.owner_id != viewer.person_id:
        raise NotAllowed(_("Solo quien subió este material puede responder."))
    _take(session, resource, RemarkKind.ANSWERED, viewer.person_id, _required(text))


def _check_reviewer(viewer: Viewer, resource: Resource) -> None:
    if not _is_in_charge(viewer, resource):
        raise NotAllowed
    if resource.owner_id == viewer.person_id:
        raise NotAllowed(
            _("Tú subiste este material, así que debe revisarlo otra persona."),
            advice=_("Pide a otra persona de la biblioteca que lo revise."),
        )


def _take(session: Session, resource: Resource, step: RemarkKind, author_id: int | None, text: str = "") -> None:
    allowed, leads_to = _STEPS[step]
    if resource.state not in allowed:
        raise Conflict(_NOW[resource.state])
    resource.state = leads_to
    resource.remarks.append(Remark(author_id=author_id, kind=step, text=text))
    indexing.changed(session, resource)


def _required(text: str) -> str:
    if not text.replace("\0", "").strip():
        raise BadInput(_("Escribe una observación para que la otra persona sepa qué hacer."))
    return _checked(text)


def _checked(text: str) -> str:
    text = text.replace("\0", "")  # which PostgreSQL keeps in no text
    if len(text) > REMARK_LIMIT:
        raise BadInput(_("La observación es demasiado larga: usa hasta %(limit)s caracteres.", limit=REMARK_LIMIT))
    return text.strip()
