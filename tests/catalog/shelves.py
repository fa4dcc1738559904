"""Resources for the tests of importing and indexing, and what a search finds of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from catalog.models import File, FileState, Page, Resource, ResourceState
from search.documents import Query
from search.engine import Index


def resource(session: Session, title: str, state: ResourceState = ResourceState.PUBLISHED, **fields: Any) -> Resource:
    """A resource that the index does not hold yet."""
    made = Resource(title=title, state=state, **{"record_id": f"t:{secrets.token_hex(8)}", **fields})
    session.add(made)
    session.flush()
    return made


def file(
    session: Session, of: Resource, texts: Sequence[str], state: FileState = FileState.READY, **fields: Any
) -> File:
    """A file with one page for each text."""
    made = File(
        key=f"files/{secrets.token_hex(8)}",
        name="libro.pdf",
        size_bytes=1000,
        sha256=secrets.token_hex(32),
        media_type="application/pdf",
        state=state,
        page_count=len(texts),
        pages=[Page(number=n, text=text, label=f"Parte {n}") for n, text in enumerate(texts, 1)],
        **fields,
    )
    of.file = made
    session.flush()
    return made


def titles(index: Index, words: str, *audiences: str) -> list[str]:
    """Titles that a search finds, in the alphabet's order."""
    hits = index.search(Query(words, frozenset(audiences or ("everyone",)), limit=1000)).hits
    return sorted(hit.title.text for hit in hits)
