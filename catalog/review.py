"""The rules of review: what a librarian and a teacher may do with a resource, and the conversation that this leaves."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from catalog import adopting, indexing, recordings, remarking, takings, versions
from catalog.availability import schedules
from catalog.describing import editing
from catalog.models import Kind, Remark, RemarkKind, Resource, ResourceState, Version, VersionState
from lrc.db import utcnow
from lrc.errors import Conflict, NotAllowed
from lti.viewers import Viewer

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
    ResourceState.MERGED: _("Este material se unió con otro: primero hay que separarlos."),
}
_OBJECTIONS = (RemarkKind.RETURNED, RemarkKind.WITHDRAWN)
_NOTHING_WAITS = _("Ya no hay una versión en espera de ese paso: alguien lo dio antes.")

# The steps that a version takes by itself while its resource stays published or withdrawn.
_VERSION_STEPS: dict[RemarkKind, tuple[VersionState, VersionState]] = {
    RemarkKind.PUBLISHED: (VersionState.WAITING, VersionState.PUBLISHED),
    RemarkKind.RETURNED: (VersionState.WAITING, VersionState.RETURNED),
    RemarkKind.ANSWERED: (VersionState.RETURNED, VersionState.WAITING),
}


def may_review(session: Session, viewer: Viewer, resource: Resource) -> bool:
    """Librarians review what their own institution's people made, but not what they made themselves."""
    return _is_in_charge(viewer, resource) and viewer.person_id not in _makers(session, resource)


def may_withdraw(viewer: Viewer, resource: Resource) -> bool:
    """Librarians may take back whatever is their institution's, also their own."""
    return _is_in_charge(viewer, resource)


def last_objection(resource: Resource) -> Remark | None:
    """With which it was last returned or withdrawn; its text may be empty where single fields are remarked."""
    return next((each for each in reversed(resource.remarks) if each.kind in _OBJECTIONS), None)


def fingerprint(session: Session, resource: Resource) -> str:
    """What tells what is reviewed from any other that takes its place; "" where it has nothing.

    Of a material its file's SHA-256 (hex) and, where there are any, the number of the last change of its description
    and the keys of its captions; of a course or a module the number of its version.
    """
    if resource.kind is Kind.MATERIAL:
        held = resource.file.sha256 if resource.file else ""
        # Its teacher may change what is said of it, and its captions, until it is published.
        changed = editing.last_edit(session, resource)
        captions = [each.key for each in recordings.captions(resource.file)] if resource.file else []
        return " ".join([held, *([str(changed)] if changed else []), *captions])
    version = versions.under_review(session, resource)
    return str(version.number) if version else ""


def _is_in_charge(viewer: Viewer, resource: Resource) -> bool:
    return viewer.is_librarian and resource.institution_id == viewer.institution_id


def _makers(session: Session, resource: Resource) -> frozenset[int | None]:
    """Those who must not review it: its teacher, or its authors and who handed in the version."""
    if resource.kind is Kind.MATERIAL:
        waiting = versions.waiting(session, resource.id)
        return frozenset({resource.owner_id, waiting.author_id if waiting else None})
    version = versions.under_review(session, resource)
    return frozenset({*versions.authors(session, resource), version.author_id if version else None})


def can(step: RemarkKind, resource: Resource, newest: Version | None = None) -> bool:
    """Is this step open in the state in which the resource, or the newest version of it, is?"""
    is_of_resource = step in _STEPS and resource.state in _STEPS[step][0]  # merging is no step of a review
    return is_of_resource or _can_by_itself(step, newest)


def _can_by_itself(step: RemarkKind, newest: Version | None) -> bool:
    return newest is not None and step in _VERSION_STEPS and newest.state is _VERSION_STEPS[step][0]


def take(session: Session, viewer: Viewer, resource: Resource) -> None:
    """Look after a review, also in the place of who did before. NotAllowed to who may not do it."""
    check_reviewer(session, viewer, resource)
    takings.put(session, viewer, resource)


def let_go(session: Session, viewer: Viewer, resource: Resource) -> None:
    """Let others look after a review. NotAllowed to who may not do it."""
    check_reviewer(session, viewer, resource)
    takings.let_go(session, resource)


def submit(session: Session, resource: Resource) -> None:
    """Put a resource whose file was read among those that wait."""
    _take(session, resource, Remark(kind=RemarkKind.SUBMITTED, author_id=resource.owner_id))


def publish(
    session: Session, viewer: Viewer, resource: Resource, text: str = "", *, reviewed: str | None = None
) -> None:
    """Let its audience find it. NotAllowed to those who made it; Conflict where it does not wait.

    ``reviewed`` is the ``fingerprint`` that the reviewer saw: Conflict where another file was put in the place of
    that one, its description was changed, or a newer version was handed in, which nobody has looked at yet.
    """
    check_reviewer(session, viewer, resource)
    _check_same(session, resource, reviewed)
    _publish(session, resource, viewer.person_id, remarking.checked(text))


def publish_reviewed(session: Session, resource: Resource, reviewer_id: int | None, reviewed: str) -> None:
    """As publish, on the day that its reviewer chose; Conflict where it is not what they reviewed any more."""
    _check_same(session, resource, reviewed)
    _publish(session, resource, reviewer_id, "")


def check_publishable(session: Session, viewer: Viewer, resource: Resource, *, reviewed: str) -> None:
    """Raise what publish would raise."""
    check_reviewer(session, viewer, resource)
    _check_same(session, resource, reviewed)
    _check_can(session, resource, RemarkKind.PUBLISHED)


def publish_as_operator(session: Session, resource: Resource) -> None:
    """As publish, by a command of whoever runs the library's machine, in nobody's name."""
    _publish(session, resource, None, "")


def _publish(session: Session, resource: Resource, author_id: int | None, text: str) -> None:
    # A newer version of a material is published by itself: catalog.editions.
    version = None if resource.kind is Kind.MATERIAL else versions.under_review(session, resource)
    _take(session, resource, Remark(kind=RemarkKind.PUBLISHED, author_id=author_id, text=text))
    resource.published_at = utcnow()
    if version is not None:
        adopting.adopt(session, resource, version)


def send_back(
    session: Session,
    viewer: Viewer,
    resource: Resource,
    text: str,
    *,
    reviewed: str | None = None,
    fields: Mapping[str, str] | None = None,
) -> None:
    """Return it to those who made it with a remark on the whole, or on ``fields`` of its description.

    One of them is required (BadInput); ``reviewed`` as for publish. What is published of a course or a module stays
    so: its newer version is returned.
    """
    check_reviewer(session, viewer, resource)
    _check_same(session, resource, reviewed)
    said, told = remarking.required_of(text, fields)
    _take(session, resource, Remark(kind=RemarkKind.RETURNED, author_id=viewer.person_id, text=said, fields=told))


def withdraw(session: Session, viewer: Viewer, resource: Resource, text: str) -> None:
    """Take a published resource back, with a reason, which is required (BadInput).

    A module keeps its place in courses, which go on without it until it is published again.
    """
    if not _is_in_charge(viewer, resource):
        raise NotAllowed
    said = remarking.required(text)
    _take(session, resource, Remark(kind=RemarkKind.WITHDRAWN, author_id=viewer.person_id, text=said))
    for course in session.scalars(versions.courses_with(resource)).all():
        indexing.changed(session, course)  # it was found by the module's title too


def answer(session: Session, viewer: Viewer, resource: Resource, text: str) -> None:
    """Those who made it answer what was remarked, which asks for review again."""
    if viewer.person_id not in _writers(session, resource):
        raise NotAllowed(_("Solo quien subió este material puede responder."))
    said = remarking.required(text)
    _take(session, resource, Remark(kind=RemarkKind.ANSWERED, author_id=viewer.person_id, text=said))


def _writers(session: Session, resource: Resource) -> frozenset[int | None]:
    is_material = resource.kind is Kind.MATERIAL
    return frozenset({resource.owner_id} if is_material else versions.authors(session, resource))


def check_reviewer(session: Session, viewer: Viewer, resource: Resource) -> None:
    """NotAllowed to all but the librarians in charge, and to those who made it."""
    if not _is_in_charge(viewer, resource):
        raise NotAllowed
    if viewer.person_id not in _makers(session, resource):
        return
    if resource.kind is Kind.MATERIAL:
        raise NotAllowed(
            _("Tú subiste este material, así que debe revisarlo otra persona."),
            advice=_("Pide a otra persona de la biblioteca que lo revise."),
        )
    raise NotAllowed(
        _("Tú escribes en esto, así que debe revisarlo otra persona."),
        advice=_("Pide a otra persona de la biblioteca que lo revise."),
    )


def _check_same(session: Session, resource: Resource, reviewed: str | None) -> None:
    if reviewed is None or reviewed == fingerprint(session, resource):
        return
    if resource.kind is Kind.MATERIAL:
        is_file_same = resource.file is not None and reviewed.partition(" ")[0] == resource.file.sha256
        raise Conflict(None if is_file_same else _("El archivo ya no es el que revisaste."))
    raise Conflict(
        _("Ya no es la versión que revisaste: llegó otra, o esta ya se resolvió."),
        advice=_("Vuelve a abrir la revisión para ver cómo está ahora."),
    )


def _take(session: Session, resource: Resource, remark: Remark) -> None:
    """Take the step that a remark is with the resource, and with its newest version where that has one to take."""
    step = remark.kind
    newest = _check_can(session, resource, step)
    allowed, leads_to = _STEPS[step]
    if newest is not None and _can_by_itself(step, newest) and step is not RemarkKind.PUBLISHED:
        newest.state = _VERSION_STEPS[step][1]  # publishing it is catalog.adopting's
    if resource.state in allowed:
        resource.state = leads_to
    if step not in (RemarkKind.SUBMITTED, RemarkKind.ANSWERED):
        takings.let_go(session, resource)
        schedules.drop(session, resource)
    resource.remarks.append(remark)
    if resource.kind is Kind.MATERIAL or step in (RemarkKind.PUBLISHED, RemarkKind.WITHDRAWN):
        indexing.changed(session, resource)


def _check_can(session: Session, resource: Resource, step: RemarkKind) -> Version | None:
    """Conflict where the step is not open; answers the newest version, where it is no material."""
    newest = None if resource.kind is Kind.MATERIAL else versions.newest(session, resource.id)
    if not can(step, resource, newest):
        raise Conflict(_NOW[resource.state] if resource.kind is Kind.MATERIAL else _NOTHING_WAITS)
    return newest
