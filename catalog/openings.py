"""Who opened what is linked in their course, and who says to have read it, which may earn a grade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from flask_babel import to_user_timezone
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.links import RESOURCE
from catalog.merging import leading
from catalog.models import Opening, Resource, ResourceState
from lrc.db import utcnow
from lrc.errors import Conflict
from lti import grades
from lti.models import ResourceLink, Score
from lti.viewers import Role, Viewer

NOTED_EVERY = timedelta(minutes=10)
"""Rows are not written at every turn of a page."""
_STAFF = frozenset({Role.TEACHER, Role.LIBRARIAN, Role.ADMINISTRATOR})


class NoGradeHere(Conflict):
    """Nothing is earned by reading this here, or not by who asks."""

    title = _("Aquí no hay nota")


@dataclass(frozen=True)
class Mark:
    """A link of the viewer's course that gives a grade for reading a resource, and what the viewer earned by it."""

    link: ResourceLink
    score: Score | None
    may_earn: bool
    """Whether the viewer is a student; teachers get no grade."""


def is_due(session: Session, viewer: Viewer, resource: Resource) -> bool:
    """Whether the opening is to be noted: by a student, of what is linked in their course, not noted a moment ago."""
    if viewer.context_id is None or viewer.roles & _STAFF:
        return False
    noted = session.scalar(
        select(Opening.last_opened_at).where(
            Opening.context_id == viewer.context_id,
            Opening.person_id == viewer.person_id,
            Opening.resource_id == resource.id,
        )
    )
    if noted is not None:
        return utcnow() - noted > NOTED_EVERY
    return session.scalar(_links(viewer, resource).limit(1)) is not None


def note(session: Session, viewer: Viewer, resource: Resource) -> None:
    """Note that the viewer opened the resource now, as is_due says; Opening.times counts the days."""
    opening = _opening(session, viewer, resource.id)
    now = utcnow()
    if _day(opening.last_opened_at) != _day(now):
        opening.times += 1
    opening.last_opened_at = now


def find_mark(session: Session, viewer: Viewer, resource: Resource) -> Mark | None:
    """The grade for reading the resource in the viewer's course; None where there is none."""
    if viewer.is_choosing:
        return None
    link = _graded_link(session, viewer, resource)
    if link is None:
        return None
    may_earn = Role.STUDENT in viewer.roles and not viewer.roles & _STAFF
    score = grades.find_newest(session, link.id, viewer.person_id) if may_earn else None
    return Mark(link, score, may_earn)


def mark_read(session: Session, viewer: Viewer, resource: Resource) -> Score:
    """Keep that the viewer has read it, and owe the platform the full grade, once; it is not taken back.

    NoGradeHere where no link of the course gives a grade for it, or to who is no student.
    """
    mark = find_mark(session, viewer, resource)
    if mark is None:
        raise NoGradeHere(_("En tu curso no hay una nota por leer este material."))
    if not mark.may_earn:
        raise NoGradeHere(_("Los docentes no reciben notas: solo tus estudiantes pueden marcarlo como leído."))
    opening = _opening(session, viewer, resource.id)
    opening.read_at = opening.read_at or utcnow()
    full = mark.link.maximum
    return grades.owe(session, mark.link, viewer.person_id, full, full, origin=f"read:{resource.id}")


def of_person(context_id: int, person_id: int, limit: int) -> Select[Opening, Resource]:
    """What somebody opened in a course, with the resources, latest first."""
    return (
        select(Opening, Resource)
        .join(Resource, Resource.id == Opening.resource_id)
        .where(Opening.context_id == context_id, Opening.person_id == person_id)
        .where(Resource.state != ResourceState.MERGED)
        .order_by(Opening.last_opened_at.desc(), Opening.id.desc())
        .limit(limit)
    )


def _links(viewer: Viewer, resource: Resource) -> Select[ResourceLink]:
    """The links to the resource in the viewer's course, the one launched last first."""
    return (
        select(ResourceLink)
        .where(
            ResourceLink.kind == RESOURCE,
            ResourceLink.target.in_(leading.names_of(resource)),
            ResourceLink.context_id == viewer.context_id,
            ResourceLink.hidden_at.is_(None),
        )
        .order_by(ResourceLink.last_launched_at.desc(), ResourceLink.id.desc())
    )


def _graded_link(session: Session, viewer: Viewer, resource: Resource) -> ResourceLink | None:
    """The one that the viewer came by, else the one launched last: an older one's activity may be gone."""
    if viewer.context_id is None:
        return None
    found = session.scalars(_links(viewer, resource).where(ResourceLink.is_graded)).all()
    return next((each for each in found if each.id == viewer.link_id), found[0] if found else None)


def _opening(session: Session, viewer: Viewer, resource_id: int) -> Opening:
    """The viewer's opening of the resource in their course, made where there is none."""
    query = select(Opening).where(
        Opening.context_id == viewer.context_id,
        Opening.person_id == viewer.person_id,
        Opening.resource_id == resource_id,
    )
    found = session.scalars(query).one_or_none()
    if found is not None:
        return found
    made = Opening(context_id=viewer.context_id, person_id=viewer.person_id, resource_id=resource_id)
    made.times, made.last_opened_at = 1, utcnow()
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another request of the same person made it at the same moment
        return session.scalars(query).one()
    return made


def _day(moment: datetime) -> object:
    return to_user_timezone(moment).date()
