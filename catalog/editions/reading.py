"""Which versions a material has, who may read an earlier one, and which one is in force."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from catalog import library
from catalog.availability import embargo
from catalog.editions.handing import is_involved
from catalog.links import RESOURCE
from catalog.models import File, Kind, Resource, Version, VersionState
from lrc.errors import NotFound
from lti.linksettings import manner_of
from lti.models import ResourceLink
from lti.viewers import Viewer

FIRST = 1
"""The number of what is in force while no other version was ever published."""


def of_material(resource: Resource) -> Select[Version]:
    """All of a material's versions, the newest first, with who handed each in and its file."""
    query = select(Version).where(Version.resource_id == resource.id).order_by(Version.number.desc())
    return query.options(joinedload(Version.author), joinedload(Version.file))


def get(session: Session, viewer: Viewer, resource: Resource, number: int) -> Version:
    """The version of this number, of a resource that the viewer may see.

    NotFound where there is none, or it is not for them: those involved read every one; the people of a course read
    the published one to which a link of the course is pinned.
    """
    found = find(session, resource, number) if resource.kind is Kind.MATERIAL else None
    is_theirs = is_involved(viewer, resource) or (
        found is not None and found.published_at is not None and is_pinned_for(session, viewer, resource, number)
    )
    if found is None or not is_theirs:
        raise NotFound(_("Esa versión no está, o ya no se puede leer."))
    return found


def file_of(session: Session, viewer: Viewer, resource: Resource, number: int | None) -> File:
    """The file to read: of the version of this number, else of what is in force. Embargoed, NotFound as get."""
    if number is None:
        return library.open_file(viewer, resource)
    embargo.check_open(viewer, resource)
    found = get(session, viewer, resource, number).file
    if found is None:
        raise NotFound(_("Esta versión no tiene un archivo en la biblioteca."))
    return found


def find(session: Session, resource: Resource, number: int) -> Version | None:
    """A version of a material by its number (from 1), whoever may read it."""
    return session.scalars(of_material(resource).where(Version.number == number)).one_or_none()


def in_force(session: Session, resource_ids: Collection[int]) -> dict[int, int]:
    """The numbers of the versions in force, by resource, by one query."""
    query = select(Version.resource_id, Version.number).where(
        Version.resource_id.in_(resource_ids), Version.state == VersionState.PUBLISHED
    )
    numbers = dict(session.execute(query).all()) if resource_ids else {}
    return {each: numbers.get(each, FIRST) for each in resource_ids}


def last_number(session: Session, resource: Resource) -> int:
    """The number of the version handed in last; FIRST where there never was another."""
    query = select(func.max(Version.number)).where(Version.resource_id == resource.id)
    return session.scalar(query) or FIRST


def is_pinned_for(session: Session, viewer: Viewer, resource: Resource, number: int) -> bool:
    """Whether a link of the viewer's course leads to this very version."""
    return any(manner_of(each.settings).version == number for each in links_of_course(session, viewer, resource))


def links_of_course(session: Session, viewer: Viewer, resource: Resource) -> list[ResourceLink]:
    """The links to the material in the viewer's course."""
    if viewer.context_id is None:
        return []
    query = select(ResourceLink).where(
        ResourceLink.kind == RESOURCE,
        ResourceLink.target == resource.record_id,
        ResourceLink.context_id == viewer.context_id,
        ResourceLink.hidden_at.is_(None),
    )
    return list(session.scalars(query))


def pinned(session: Session, resource: Resource, number: int | None) -> Version | None:
    """The version to which a link is pinned, where it is another than the one in force; else None: that one opens."""
    found = find(session, resource, number) if number else None
    if found is None or found.published_at is None or found.state is VersionState.PUBLISHED:
        return None
    return found
