"""The versions of a course or a module: handing one in for review, who its authors are, and which one is in force.

What is in a version is the study room's affair; here it is plain data with the names of its manuscript.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, defer

from catalog.models import (
    Authorship,
    CourseModule,
    Kind,
    Remark,
    RemarkKind,
    Resource,
    ResourceState,
    Version,
    VersionState,
)
from lrc.errors import BadInput, NotAllowed
from lti.viewers import Viewer

NOTE_LIMIT = 2000


def submit(
    session: Session, viewer: Viewer, resource: Resource, content: dict[str, Any], texts: list[str], note: str = ""
) -> Version:
    """Hand in what was written of a course or a module; the version that waited before is replaced.

    What is published of it stays so, and is found and studied, until a librarian publishes this version. NotAllowed
    to who is not among its authors; BadInput for a note of more than NOTE_LIMIT characters.
    """
    if resource.kind is Kind.MATERIAL:
        raise ValueError(f"resource {resource.id} is a material, which has no versions")
    if viewer.person_id not in authors(session, resource):
        raise NotAllowed(_("Solo quienes escriben esto pueden entregarlo a revisión."))
    note = note.replace("\0", "").strip()
    if len(note) > NOTE_LIMIT:
        raise BadInput(_("La nota es demasiado larga: usa hasta %(limit)s caracteres.", limit=NOTE_LIMIT))
    number = _next_number(session, resource)
    session.execute(
        update(Version)
        .where(Version.resource_id == resource.id, Version.state == VersionState.WAITING)
        .values(state=VersionState.REPLACED)
    )
    made = Version(
        resource_id=resource.id, number=number, content=content, texts=texts, note=note, author_id=viewer.person_id
    )
    session.add(made)
    if resource.state is not ResourceState.PUBLISHED:
        resource.state = ResourceState.WAITING
    resource.remarks.append(Remark(author_id=viewer.person_id, kind=RemarkKind.SUBMITTED, text=note))
    session.flush()
    return made


def published(session: Session, resource_id: int) -> Version | None:
    """The version that is in force: found and studied, or, of what was withdrawn, the last one that was."""
    return session.scalar(_in_state(resource_id, VersionState.PUBLISHED))


def waiting(session: Session, resource_id: int) -> Version | None:
    """The version that waits for a librarian."""
    return session.scalar(_in_state(resource_id, VersionState.WAITING))


def waiting_of(session: Session, resources: Collection[Resource]) -> dict[int, Version]:
    """The versions that wait, by resource, by one query."""
    ids = [each.id for each in resources]
    query = select(Version).where(Version.resource_id.in_(ids), Version.state == VersionState.WAITING)
    query = query.options(defer(Version.content), defer(Version.texts))
    return {each.resource_id: each for each in session.scalars(query)} if ids else {}


def newest(session: Session, resource_id: int) -> Version | None:
    """The version handed in last, whatever became of it."""
    return session.scalar(of_resource(resource_id).limit(1))


def under_review(session: Session, resource: Resource) -> Version | None:
    """What a librarian has to look at: what waits, or, of what was withdrawn, what was published before."""
    return waiting(session, resource.id) or (
        published(session, resource.id) if resource.state is not ResourceState.PUBLISHED else None
    )


def of_resource(resource_id: int) -> Select[Version]:
    """All that was ever handed in, the newest first."""
    return select(Version).where(Version.resource_id == resource_id).order_by(Version.number.desc())


def courses_with(module: Resource) -> Select[Resource]:
    """The published courses in which a module has its place, by title."""
    query = select(Resource).join(CourseModule, CourseModule.course_id == Resource.id)
    query = query.where(CourseModule.module_id == module.id, Resource.state == ResourceState.PUBLISHED)
    return query.order_by(Resource.title, Resource.id)


def authors(session: Session, resource: Resource) -> frozenset[int]:
    """The people who may write a course or a module: its owner and those added to it."""
    added = session.scalars(select(Authorship.person_id).where(Authorship.resource_id == resource.id))
    return frozenset({*added, resource.owner_id} - {None})


def part_key(version: Version, number: int) -> str:
    """The key of the part in which the text of this number (from 1) stands; "" where there is none."""
    parts = version.content.get("parts", [])
    if len(version.texts) != len(parts):  # quizzes may have no text of their own
        parts = [part for part in parts if part.get("type") == "lesson"]
    return str(parts[number - 1]["key"]) if 0 < number <= len(parts) else ""


def _in_state(resource_id: int, state: VersionState) -> Select[Version]:
    query = select(Version).where(Version.resource_id == resource_id, Version.state == state)
    return query.order_by(Version.number.desc()).limit(1)


def _next_number(session: Session, resource: Resource) -> int:
    """Numbers count from 1 without gaps: the resource is held against others who hand in at the same moment."""
    session.execute(select(Resource.id).where(Resource.id == resource.id).with_for_update())
    session.expire(resource, ["state"])
    last = session.scalar(select(func.max(Version.number)).where(Version.resource_id == resource.id))
    return (last or 0) + 1
