"""Deciding on a version of a material: publishing it in the place of the present one, or returning it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from catalog import indexing, recordings, remarking, review, takings, versions
from catalog.availability import schedules
from catalog.describing import description, editing
from catalog.editions import handing
from catalog.models import Edit, EditWay, Kind, Remark, RemarkKind, Resource, ResourceState, Version, VersionState
from lrc.db import utcnow
from lrc.errors import Conflict
from lti.viewers import Viewer

_NONE_WAITS = _("Ya no hay una versión en espera: alguien decidió antes, o se retiró.")


def is_next(session: Session, resource: Resource) -> bool:
    """Whether what a reviewer decides on next is a version of a material, not the resource as it stands."""
    return resource.kind is Kind.MATERIAL and versions.waiting(session, resource.id) is not None


def fingerprint(session: Session, resource: Resource, version: Version) -> str:
    """What tells the version that a reviewer saw from what it may have become since."""
    changes = json.dumps(version.content, sort_keys=True).encode()
    told = [str(version.number), version.file.sha256 if version.file else ""]
    told += [each.key for each in recordings.captions(version.file)] if version.file else []
    return " ".join([*told, hashlib.sha256(changes).hexdigest()[:16], str(editing.last_edit(session, resource))])


def publish(
    session: Session, viewer: Viewer, resource: Resource, text: str = "", *, reviewed: str | None = None
) -> Version:
    """Put the version that waits in force; the one before stays readable to those who may.

    NotAllowed to all but librarians in charge who had no part in it; Conflict where it is not what they ``reviewed``
    (a ``fingerprint``), or its file was not read. The resource is to be held.
    """
    review.check_reviewer(session, viewer, resource)
    return _publish(session, resource, _publishable(session, resource, reviewed), viewer.person_id, text)


def publish_reviewed(session: Session, resource: Resource, reviewer_id: int | None, reviewed: str) -> Version:
    """As publish, on the day that its reviewer chose; Conflict where it is not what they reviewed any more."""
    if not handing.takes_versions(session, resource):
        raise Conflict(_NONE_WAITS)
    return _publish(session, resource, _publishable(session, resource, reviewed), reviewer_id, "")


def check_publishable(session: Session, viewer: Viewer, resource: Resource, *, reviewed: str) -> None:
    """Raise what publish would raise."""
    review.check_reviewer(session, viewer, resource)
    _publishable(session, resource, reviewed)


def send_back(
    session: Session,
    viewer: Viewer,
    resource: Resource,
    text: str,
    *,
    reviewed: str | None = None,
    fields: Mapping[str, str] | None = None,
) -> Version:
    """Return the version that waits, with a remark on the whole or on single ``fields``; what is published stays."""
    review.check_reviewer(session, viewer, resource)
    version = _waiting(session, resource, reviewed)
    said, told = remarking.required_of(text, fields)
    remark = _remark(viewer.person_id, RemarkKind.RETURNED, version, said)
    remark.fields = told
    version.state = VersionState.RETURNED
    takings.let_go(session, resource)
    schedules.drop(session, resource)
    resource.remarks.append(remark)
    session.flush()
    return version


def _publish(session: Session, resource: Resource, version: Version, author_id: int | None, text: str) -> Version:
    said = remarking.checked(text)
    _keep_present(session, resource)
    _put_in_force(session, resource, version)
    takings.let_go(session, resource)
    schedules.drop(session, resource)
    resource.remarks.append(_remark(author_id, RemarkKind.PUBLISHED, version, said))
    session.flush()
    indexing.changed(session, resource)
    return version


def _publishable(session: Session, resource: Resource, reviewed: str | None) -> Version:
    version = _waiting(session, resource, reviewed)
    if not handing.is_ready(version):
        raise Conflict(
            _("El archivo de esta versión todavía no se leyó, o no se pudo leer."),
            advice=_("Espera a que termine, o devuélvela a quien la entregó."),
        )
    return version


def _waiting(session: Session, resource: Resource, reviewed: str | None) -> Version:
    version = versions.waiting(session, resource.id)
    if version is None:
        raise Conflict(_NONE_WAITS)
    if reviewed is not None and reviewed != fingerprint(session, resource, version):
        raise Conflict(
            _("Esta versión cambió mientras la revisabas."),
            advice=_("Vuelve a abrir la revisión para ver cómo está ahora."),
        )
    return version


def _keep_present(session: Session, resource: Resource) -> None:
    """Note what is in force as it stands, the first time as version 1, before another takes its place."""
    now = versions.published(session, resource.id)
    if now is None:
        now = Version(resource_id=resource.id, number=1, texts=[], author_id=resource.owner_id)
        now.made_at, now.published_at = resource.created_at, resource.published_at or resource.created_at
        session.add(now)
    now.content = {"description": description.plain(description.of(resource))}
    now.state = VersionState.REPLACED
    now.file = resource.file
    session.flush()  # at most one is in force: this one must have gone before the next one comes


def _put_in_force(session: Session, resource: Resource, version: Version) -> None:
    _describe(session, resource, version)
    if version.file is not None:
        resource.file = None
        session.flush()  # one file a resource: the old one must have gone before the new one comes
        resource.file = version.file
        resource.language = resource.language or str(version.file.offered.get("language", ""))
    version.file = resource.file
    version.state = VersionState.PUBLISHED
    version.published_at = utcnow()
    if resource.state is not ResourceState.PUBLISHED:
        resource.state, resource.published_at = ResourceState.PUBLISHED, version.published_at


def _describe(session: Session, resource: Resource, version: Version) -> None:
    said = handing.described(resource, version)
    changed = description.difference(description.of(resource), said)
    if not changed:
        return
    description.write(resource, said)
    edit = Edit(resource_id=resource.id, author_id=version.author_id, way=EditWay.VERSION)
    edit.before, edit.after = changed.before, changed.after
    session.add(edit)


def _remark(author_id: int | None, step: RemarkKind, version: Version, text: str) -> Remark:
    return Remark(author_id=author_id, kind=step, text=text, version_number=version.number)
