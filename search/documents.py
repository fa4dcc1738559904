"""What goes into the index and what comes out of it: plain dataclasses that know no engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

KINDS = ("material", "module", "course")
"""What a document is, in the order in which counts of each are told."""


@dataclass(frozen=True)
class Page:
    """A piece of a document that a hit can point to. ``number`` counts from 1."""

    number: int
    text: str
    label: str = ""


@dataclass(frozen=True)
class Document:
    """A resource as the index sees it. ``id`` is unique in the index; indexing it again replaces it, pages and all."""

    id: str
    record_id: str
    title: str
    description: str = ""
    creators: Sequence[str] = ()
    subjects: Sequence[str] = ()
    language: str = ""
    type: str = ""
    date: str = ""
    publisher: str = ""
    license: str = ""
    audience: str = "everyone"
    size_bytes: int = 0
    media_type: str = ""
    thumbnail: bytes = b""
    page_count: int = 0
    pages: Sequence[Page] = ()
    kind: str = KINDS[0]
    """One of KINDS."""
    level: str = ""
    effort_minutes: int = 0
    gives_certificate: bool = False


@dataclass(frozen=True)
class Query:
    """What is asked. ``audiences`` is who asks: nothing outside them is found, counted or suggested."""

    text: str
    audiences: frozenset[str]
    offset: int = 0
    limit: int = 10
    kind: str = ""
    """One of KINDS: hits of that kind alone; empty: of all."""


@dataclass(frozen=True)
class Snippet:
    """Text of a hit as runs of (text, is it a match?); joined they are plain text, to be escaped by who shows them."""

    runs: Sequence[tuple[str, bool]]

    @property
    def text(self) -> str:
        return "".join(run for run, _ in self.runs)


@dataclass(frozen=True)
class Hit:
    """A document that was found, with the page that answers best (None where only its description does)."""

    document_id: str
    record_id: str
    title: Snippet
    score: float
    page: int | None
    page_label: str
    snippet: Snippet
    creators: Sequence[str] = ()
    type: str = ""
    date: str = ""
    language: str = ""
    license: str = ""
    media_type: str = ""
    size_bytes: int = 0
    page_count: int = 0
    thumbnail: bytes = b""
    other_pages: Sequence[int] = ()
    """Further pages of the same document that match, best first."""
    kind: str = KINDS[0]
    level: str = ""
    effort_minutes: int = 0
    gives_certificate: bool = False


@dataclass(frozen=True)
class Results:
    """A stretch of the ranked hits, best first, and how many there are in all."""

    hits: Sequence[Hit] = ()
    total: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    """How many there are of each kind, whichever kind was asked for; those of which there are none are left out."""
    searched_for: Sequence[str] = ()
    """Words, as the texts write them, that stood in for misspelt ones ("buscamos también")."""
    suggestion: str = ""
    """Where nothing was found: the query with the nearest words that have hits, or empty."""
    elapsed_s: float = field(default=0.0, compare=False)
