"""Where somebody stopped in a resource, to go on there; told to nobody else."""

from __future__ import annotations

import math
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog import recordings
from catalog.extract.about import LONGEST_S
from catalog.models import File, Place, Resource
from lrc.db import utcnow
from lrc.errors import BadInput
from lti.viewers import Viewer

KEPT = timedelta(days=365)
"""As long as what is opened in a history."""
_BARELY_BEGUN, _BARELY_BEGUN_S = 0.1, 10.0
_NEARLY_DONE = 0.95


def find(session: Session, viewer: Viewer, resource: Resource) -> Place | None:
    """Where the viewer may go on; None where they barely began, or came to the end, or the file is another by now."""
    return find_in(session, viewer, resource, resource.file)


def find_in(session: Session, viewer: Viewer, resource: Resource, file: File | None) -> Place | None:
    """As find, in a file of the resource: its present one, or that of a version."""
    place = _find(session, viewer, resource) if file is not None and not viewer.is_choosing else None
    if file is None or place is None or place.file_key != file.key:
        return None
    return None if _has_barely_begun(place, file) or _is_nearly_done(place, file) else place


def keep(session: Session, viewer: Viewer, resource: Resource, number: int, offset: float) -> None:
    """Keep that the viewer is at ``offset`` of the page ``number``, as Place counts them.

    BadInput for what the file does not have. Who is choosing for a course only looks: nothing is kept.
    """
    keep_in(session, viewer, resource, resource.file, (number, offset))


def keep_in(session: Session, viewer: Viewer, resource: Resource, file: File | None, at: tuple[int, float]) -> None:
    """As keep, in a file of the resource: its present one, or that of a version."""
    number, offset = at
    if viewer.is_choosing or file is None:
        return
    if not (1 <= number <= max(file.page_count, 1) and 0 <= offset <= _most(file)):  # also refuses what is no number
        raise BadInput(_("Este documento no tiene esa página."))
    place = _find(session, viewer, resource) or _made(session, viewer, resource)
    place.page, place.offset, place.file_key, place.left_at = number, round(offset, 4), file.key, utcnow()


def count(session: Session, viewer: Viewer) -> int:
    """In how many resources it is kept where the viewer stopped."""
    return session.scalar(select(func.count()).select_from(Place).where(Place.person_id == viewer.person_id)) or 0


def forget_all(session: Session, viewer: Viewer) -> None:
    session.execute(delete(Place).where(Place.person_id == viewer.person_id))


def _most(file: File) -> float:
    """The greatest offset; the end of a recording is not known to the second."""
    if not recordings.is_recording(file):
        return 1.0
    return math.ceil(file.duration_s) + 1.0 if file.duration_s else LONGEST_S


def _has_barely_begun(place: Place, file: File) -> bool:
    if recordings.is_recording(file):
        return place.offset < min(_BARELY_BEGUN_S, file.duration_s * _BARELY_BEGUN or _BARELY_BEGUN_S)
    return place.page == 1 and place.offset < _BARELY_BEGUN


def _is_nearly_done(place: Place, file: File) -> bool:
    if recordings.is_recording(file):
        return 0 < file.duration_s * _NEARLY_DONE < place.offset
    return place.page == file.page_count and place.offset > _NEARLY_DONE


def _find(session: Session, viewer: Viewer, resource: Resource) -> Place | None:
    return session.scalar(select(Place).where(Place.person_id == viewer.person_id, Place.resource_id == resource.id))


def _made(session: Session, viewer: Viewer, resource: Resource) -> Place:
    """A new place; the viewer's that were left longer ago than KEPT go."""
    session.execute(delete(Place).where(Place.person_id == viewer.person_id, Place.left_at < utcnow() - KEPT))
    made = Place(person_id=viewer.person_id, resource_id=resource.id)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another page of the same person made it at the same moment
        return session.scalars(
            select(Place).where(Place.person_id == viewer.person_id, Place.resource_id == resource.id)
        ).one()
    return made
