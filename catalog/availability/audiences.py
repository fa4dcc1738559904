"""For whom a material is, and from which day it can be opened: who may say so, and saying it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.days import today
from catalog.models import Collection, Kind, Resource, ResourceState
from lrc.errors import BadInput, NotAllowed
from lti import groups
from lti.models import Institution
from lti.viewers import EVERYONE, Viewer, context_audience, group_audience, institution_audience

CHOICES = ("everyone", "institution", "institutions", "course")
FURTHEST = timedelta(days=20 * 366)


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for: a code of CHOICES, the institutions of "institutions", and the day of opening."""

    choice: str
    institution_ids: frozenset[int] = frozenset()
    embargo_until: date | None = None


def may_set(viewer: Viewer, resource: Resource) -> bool:
    """The librarians of its institution; who uploaded it, until it is published."""
    if resource.kind is not Kind.MATERIAL or resource.institution_id != viewer.institution_id:
        return False
    return viewer.is_librarian or (
        resource.owner_id == viewer.person_id and resource.state is not ResourceState.PUBLISHED
    )


def choices(resource: Resource) -> tuple[str, ...]:
    """Which of CHOICES there are for a material: a course only where it came from one."""
    return CHOICES if resource.context_id is not None else CHOICES[:-1]


def choice_of(meant: Resource | Collection) -> str:
    """The one of CHOICES that stands now."""
    kind = meant.audience.partition(":")[0]
    return {"everyone": "everyone", "institution": "institution", "group": "institutions"}.get(kind, "course")


def institutions(session: Session) -> list[Institution]:
    """All that can be chosen, by name."""
    return list(session.scalars(select(Institution).order_by(Institution.name)))


def set_for(session: Session, viewer: Viewer, resource: Resource, wanted: Wanted) -> None:
    """Let a material be for these from now on, and be opened from this day (None: at once).

    NotAllowed as ``may_set`` says; BadInput where nobody is chosen, or for a day that is too far away. The resource
    is to be held against others' changes.
    """
    if not may_set(viewer, resource):
        raise NotAllowed(_("Esto lo decide quien subió el material o la biblioteca."))
    until = wanted.embargo_until if wanted.embargo_until and wanted.embargo_until > today() else None
    if until is not None and until > today() + FURTHEST:
        raise BadInput(_("Elige un día que no esté a más de veinte años."))
    audience = _audience(session, resource, wanted)
    if (audience, until) == (resource.audience, resource.embargo_until):
        return
    resource.audience, resource.embargo_until = audience, until
    indexing.changed(session, resource)


def _audience(session: Session, resource: Resource, wanted: Wanted) -> str:
    if wanted.choice == "everyone":
        return EVERYONE
    if wanted.choice == "institution" and resource.institution_id is not None:
        return institution_audience(resource.institution_id)
    if wanted.choice == "course" and resource.context_id is not None:
        return context_audience(resource.context_id)
    if wanted.choice == "institutions" and resource.institution_id is not None:
        return of_chosen(session, resource.institution_id, wanted.institution_ids)
    raise BadInput(_("Elige quién podrá verlo."))


def of_chosen(session: Session, own: int, chosen: frozenset[int]) -> str:
    """The audience of chosen institutions. BadInput where they are none but its own.

    Its own institution always belongs to them: its librarians look after it.
    """
    known = set(session.scalars(select(Institution.id).where(Institution.id.in_(chosen))))
    if known <= {own}:
        raise BadInput(_("Elige al menos otra universidad, o «Solo mi universidad»."))
    return group_audience(groups.of(session, {*known, own}).id)
