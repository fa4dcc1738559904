"""Sending in parts a file for a material that is there: a new version of what is published, or in the place of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from catalog import library
from catalog.editions import handing
from catalog.editions.handing import News
from catalog.models import Kind, Resource, Upload
from catalog.uploads import Stored
from lrc.errors import NotFound
from lti.viewers import Viewer


def check(session: Session, viewer: Viewer, resource_id: int) -> None:
    """Raise what keeps the viewer from sending a file for this material: NotFound, NotAllowed, Conflict."""
    resource = library.get(session, viewer, resource_id)
    if resource.kind is not Kind.MATERIAL:
        raise NotFound
    if is_version(session, resource):
        handing.check_involved(viewer, resource)
    else:
        library.check_replaceable(viewer, resource)


def is_version(session: Session, resource: Resource) -> bool:
    """Whether a file for it is a new version, or comes to one that is open."""
    return handing.takes_versions(session, resource) or handing.find_open(session, resource) is not None


def needs_note(session: Session, resource: Resource) -> bool:
    """Whether one has to say what is new, or how what was returned was mended."""
    return is_version(session, resource) and handing.needs_note(handing.find_open(session, resource))


def take_in(session: Session, viewer: Viewer, upload: Upload) -> Resource | None:
    """Put what has arrived and is told of where it belongs; None while either is missing. AlreadyHeld, Conflict."""
    if upload.replaces_id is None or upload.ended_at is None or "note" not in upload.typed:
        return None
    resource = library.get_for_change(session, viewer, upload.replaces_id)
    stored = Stored(upload.key, upload.name, upload.size_bytes, upload.sha256)
    if is_version(session, resource):
        handing.hand_in(session, viewer, resource, News(upload.typed["note"], stored))
    else:
        library.check_replaceable(viewer, resource)
        library.replace_file(session, viewer, resource, stored)
    upload.resource_id = resource.id
    session.flush()
    return resource
