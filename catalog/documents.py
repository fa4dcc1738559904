"""Makes the documents of the index from rows of the catalogue, a bounded amount of text at a time."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, takewhile

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from catalog import usecounts
from catalog.availability import embargo
from catalog.describing import description
from catalog.models import (
    Course,
    CourseModule,
    File,
    FileState,
    Kind,
    Page,
    Resource,
    ResourceState,
    Version,
    VersionState,
)
from catalog.vocabularies import terms
from catalog.vocabularies.terms import NONE, Terms
from lrc.config import MIB
from search import documents
from search.documents import ASIDE, Document

TEXT_AT_ONCE = 16 * MIB
PAGES_AT_ONCE = 5_000
_LABEL_CHARACTERS = 300
_ADDRESS = re.compile("https?://", re.IGNORECASE)


def document_of(
    resource: Resource,
    pages: Sequence[documents.Page],
    *,
    gives_certificate: bool = False,
    uses: int = 0,
    meant: Terms = NONE,
) -> Document:
    """The resource as the index sees it, with the pages of its file (none while it is not read), or its lessons."""
    file = resource.file
    return replace(
        _described(resource, meant),
        size_bytes=file.size_bytes if file else 0,
        media_type=file.media_type if file else "",
        thumbnail=file.thumbnail if file else b"",
        page_count=file.page_count if file else len(pages),
        pages=pages,
        effort_minutes=resource.effort_minutes or _minutes_of(file),
        gives_certificate=gives_certificate,
        access=_access(resource),
        added=int((resource.published_at or resource.created_at).timestamp()),
        uses=uses,
        revision=resource.revision,
    )


def _described(resource: Resource, meant: Terms) -> Document:
    """What its description tells."""
    sought_by = [*description.sought_by(resource), *meant.also_called(resource)]
    return Document(
        id=str(resource.id),
        record_id=resource.record_id,
        title=resource.title,
        description=ASIDE.join((resource.description, "; ".join(sought_by))) if sought_by else resource.description,
        creators=tuple(resource.creators),
        subjects=meant.subjects_of(resource),
        language=resource.language,
        type=meant.type_of(resource),
        date=resource.date,
        publisher=resource.publisher,
        license=resource.license,
        audience=resource.audience,
        kind=resource.kind.value,
        level=resource.level,
        institution=str(resource.institution_id or ""),
    )


def _minutes_of(file: File | None) -> int:
    """How long a recording takes, rounded up; 0 for what is none."""
    return math.ceil(file.duration_s / 60) if file else 0


def _access(resource: Resource) -> str:
    """One of search.facets.ACCESS: courses and modules open here, as does a file; a record may name an address."""
    if resource.kind is not Kind.MATERIAL or resource.file is not None:
        return "here"
    return "elsewhere" if any(_ADDRESS.match(each) for each in resource.identifiers) else "record"


def load(session: Session, resources: Sequence[Resource]) -> list[Document]:
    """The documents of the first of the resources: as many as hold TEXT_AT_ONCE characters or PAGES_AT_ONCE pages.

    At least one, whatever its length, so that who asks again with the others comes to an end. The few lessons of a
    course or a module count by their text alone. Each resource is to come with its file loaded.
    """
    few = _first(resources, [_pages_to_read(resource) for resource in resources], PAGES_AT_ONCE)
    written = [resource.id for resource in few if resource.kind is not Kind.MATERIAL]
    read = _text_lengths(session, [resource.id for resource in few if _pages_to_read(resource)])
    lengths = {**read, **_lengths_of_versions(session, written)}
    chosen = _first(few, [lengths.get(resource.id, 0) for resource in few], TEXT_AT_ONCE)
    in_hand = {resource.id for resource in chosen}
    pages = {**_pages(session, in_hand & set(read)), **_lessons(session, in_hand & set(written))}
    courses = _courses(session, in_hand & {resource.id for resource in few if resource.kind is Kind.COURSE})
    pages.update({each.resource_id: _about(each, titles) for each, titles in courses.values()})
    uses = usecounts.of(session, in_hand)
    meant = terms.of_many(session, chosen)
    return [
        document_of(
            resource,
            pages.get(resource.id, ()),
            gives_certificate=_certifies(courses, resource),
            uses=uses.get(resource.id, 0),
            meant=meant,
        )
        for resource in chosen
    ]


def _pages_to_read(resource: Resource) -> int:
    # While a file is read, or read again, its pages are neither complete nor promised to stay.
    file = resource.file
    if file is None or file.state is not FileState.READY or embargo.is_closed(resource):
        return 0
    return file.page_count


def _first(resources: Sequence[Resource], sizes: Iterable[int], limit: int) -> Sequence[Resource]:
    count = sum(1 for _ in takewhile(lambda total: total <= limit, accumulate(sizes)))
    return resources[: max(1, count)]


def _text_lengths(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    if not ids:
        return {}
    total = func.sum(func.length(Page.text))
    query = select(File.resource_id, total).join(Page).where(File.resource_id.in_(ids)).group_by(File.resource_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _pages(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[documents.Page]]:
    found: dict[int, list[documents.Page]] = defaultdict(list)
    if not ids:
        return found
    query = (
        select(File.resource_id, Page.number, Page.label, Page.text)
        .join(Page)
        .where(File.resource_id.in_(ids))
        .order_by(File.resource_id, Page.number)
    )
    for row in session.execute(query):
        found[row.resource_id].append(documents.Page(row.number, row.text, row.label))
    return found


def _lengths_of_versions(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    if not ids:
        return {}
    query = select(Version.resource_id, func.length(cast(Version.texts, String))).where(*_in_force(ids))
    return {row[0]: row[1] for row in session.execute(query)}


def _lessons(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[documents.Page]]:
    """The texts of the versions in force: of each its title is the label, and its place (from 1) the number."""
    if not ids:
        return {}
    query = select(Version.resource_id, Version.texts).where(*_in_force(ids))
    return {
        resource_id: [
            documents.Page(number, text, label[:_LABEL_CHARACTERS])
            for number, (label, _, text) in enumerate((each.partition("\n") for each in texts), 1)
        ]
        for resource_id, texts in session.execute(query)
    }


def _courses(session: Session, ids: Collection[int]) -> Mapping[int, tuple[Course, list[str]]]:
    """What courses say of themselves, with the titles of their modules."""
    if not ids:
        return {}
    titles: dict[int, list[str]] = defaultdict(list)
    query = (
        select(CourseModule.course_id, Resource.title)
        .join(CourseModule.module)
        .where(CourseModule.course_id.in_(ids), Resource.state == ResourceState.PUBLISHED)
        .order_by(CourseModule.course_id, CourseModule.position)
    )
    for course_id, title in session.execute(query):
        titles[course_id].append(title)
    found = session.scalars(select(Course).where(Course.resource_id.in_(ids)))
    return {each.resource_id: (each, titles[each.resource_id]) for each in found}


def _about(course: Course, titles: Sequence[str]) -> Sequence[documents.Page]:
    """What a search finds in a course beside its description, as one page: what one learns, for whom, its modules."""
    said = [*course.objectives, course.for_whom, course.prerequisites, *titles]
    return [documents.Page(1, text)] if (text := "\n\n".join(filter(None, said))) else []


def _certifies(courses: Mapping[int, tuple[Course, list[str]]], resource: Resource) -> bool:
    return resource.id in courses and courses[resource.id][0].gives_certificate


def _in_force(ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return Version.resource_id.in_(ids), Version.state == VersionState.PUBLISHED
