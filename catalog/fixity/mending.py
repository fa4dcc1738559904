"""Mending a file that storage lost or damaged, by the very same one from who still has it."""

from __future__ import annotations

import logging

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from catalog import library
from catalog.fixity import damage
from catalog.library import DELETE_OBJECTS
from catalog.models import File, FixityCheck, Outcome, Resource
from catalog.uploads import Stored
from lrc.celery import enqueue
from lrc.db import utcnow
from lrc.errors import BadFile, Conflict, NotAllowed
from lti.viewers import Viewer

log = logging.getLogger(__name__)


def may_mend(viewer: Viewer, resource: Resource) -> bool:
    """Who sent it, and the librarians of its institution."""
    is_theirs = viewer.is_librarian and resource.institution_id == viewer.institution_id
    return is_theirs or resource.owner_id == viewer.person_id


def check_copy(session: Session, viewer: Viewer, resource: Resource, sha256: str) -> File:
    """The damaged file for which bytes of this SHA-256 (hex) may be put.

    NotAllowed to others, Conflict where nothing is wrong, BadFile where they are other bytes.
    """
    if not may_mend(viewer, resource):
        raise NotAllowed(_("Solo quien subió este material o su biblioteca puede hacer esto."))
    file = library.file_of(resource)
    if damage.find(session, file.key) is None:
        raise Conflict(_("Este archivo está intacto: no hace falta reponerlo."))
    if sha256 != file.sha256:
        raise BadFile(
            _("No es el mismo archivo: para reponerlo tiene que ser idéntico al que se subió."),
            advice=_("Busca la copia que se subió. Si ya no la tienes, sube una versión nueva del material."),
        )
    return file


def take_copy(session: Session, viewer: Viewer, resource: Resource, copy: Stored) -> None:
    """Put the same bytes, stored anew, in the place of what was damaged. Refusals as check_copy."""
    file = check_copy(session, viewer, resource, copy.sha256)
    bad = session.get_one(FixityCheck, file.key)
    enqueue(session, DELETE_OBJECTS, [file.key])
    session.delete(bad)
    file.key = copy.key
    session.add(
        FixityCheck(
            key=copy.key,
            file_id=file.id,
            sha256=copy.sha256,
            outcome=Outcome.SOUND,
            found_bytes=copy.size_bytes,
            found_sha256=copy.sha256,
            checked_at=utcnow(),
        )
    )
    session.flush()
    log.warning("file %s of resource %s was mended by person %s", file.id, resource.id, viewer.person_id)
