"""Makes the documents of the index from rows of the catalogue, a bounded amount of text at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, takewhile

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import File, FileState, Page, Resource
from lrc.config import MIB
from search import documents
from search.documents import Document

TEXT_AT_ONCE = 16 * MIB
PAGES_AT_ONCE = 5_000


def document_of(resource: Resource, pages: Sequence[documents.Page]) -> Document:
    """The resource as the index sees it, with the pages of its file (none while it is not read)."""
    file = resource.file
    return Document(
        id=str(resource.id),
        record_id=resource.record_id,
        title=resource.title,
        description=resource.description,
        creators=tuple(resource.creators),
        subjects=tuple(resource.subjects),
        language=resource.language,
        type=resource.type,
        date=resource.date,
        publisher=resource.publisher,
        license=resource.license,
        audience=resource.audience,
        size_bytes=file.size_bytes if file else 0,
        media_type=file.media_type if file else "",
        thumbnail=file.thumbnail if file else b"",
        page_count=file.page_count if file else 0,
        pages=pages,
    )


def load(session: Session, resources: Sequence[Resource]) -> list[Document]:
    """The documents of the first of the resources: as many as hold TEXT_AT_ONCE characters or PAGES_AT_ONCE pages.

    At least one, whatever its length, so that who asks again with the others comes to an end. Each resource is to
    come with its file loaded.
    """
    few = _first(resources, [_pages_to_read(resource) for resource in resources], PAGES_AT_ONCE)
    lengths = _text_lengths(session, [resource.id for resource in few if _pages_to_read(resource)])
    chosen = _first(few, [lengths.get(resource.id, 0) for resource in few], TEXT_AT_ONCE)
    pages = _pages(session, [resource.id for resource in chosen if resource.id in lengths])
    return [document_of(resource, pages.get(resource.id, ())) for resource in chosen]


def _pages_to_read(resource: Resource) -> int:
    # While a file is read, or read again, its pages are neither complete nor promised to stay.
    file = resource.file
    return file.page_count if file is not None and file.state is FileState.READY else 0


def _first(resources: Sequence[Resource], sizes: Iterable[int], limit: int) -> Sequence[Resource]:
    count = sum(1 for _ in takewhile(lambda total: total <= limit, accumulate(sizes)))
    return resources[: max(1, count)]


def _text_lengths(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    if not ids:
        return {}
    total = func.sum(func.length(Page.text))
    query = select(File.resource_id, total).join(Page).where(File.resource_id.in_(ids)).group_by(File.resource_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _pages(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[documents.Page]]:
    found: dict[int, list[documents.Page]] = defaultdict(list)
    if not ids:
        return found
    query = (
        select(File.resource_id, Page.number, Page.label, Page.text)
        .join(Page)
        .where(File.resource_id.in_(ids))
        .order_by(File.resource_id, Page.number)
    )
    for resource_id, number, label, text in session.execute(query):
        found[resource_id].append(documents.Page(number, text, label))
    return found
