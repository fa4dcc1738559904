"""What goes into the index and what comes out of it: plain dataclasses that know no engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from search.dictionary import EMPTY, Dictionary

KINDS = ("material", "module", "course")
"""What a document is, in the order in which counts of each are told."""


@dataclass(frozen=True)
class Page:
    """A piece of a document that a hit can point to. ``number`` counts from 1."""

    number: int
    text: str
    label: str = ""


ASIDE = "\x1f"
"""Parts what a description tells from what is only to be found by: names in other languages are not read out."""


@dataclass(frozen=True)
class Document:
    """A resource as the index sees it. ``id`` is unique in the index; indexing it again replaces it, pages and all."""

    id: str
    record_id: str
    title: str
    description: str = ""
    """What is told of it, and after ASIDE what it may be sought by beside that."""
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
    institution: str = ""
    """The id, as text, of the institution that it comes from; empty: of nobody in particular."""
    access: str = ""
    """How one comes to the whole text: one of search.facets.ACCESS."""
    added: int = 0
    """When it came into the library: seconds since 1970, UTC; 0 where unknown."""
    uses: int = 0
    """How often it was opened, for sorting; brought up to date now and then."""
    revision: int = 0
    """Which state of the database's row this is; the index tells it back (``Index.holds``)."""


SORTS = ("relevance", "newest", "oldest", "title", "uses", "added")
"""In which order hits come: by how well they answer, by their own date, by title, by use, by arrival (newest first)."""


@dataclass(frozen=True)
class Query:
    """What is asked. ``audiences`` is who asks: nothing outside them is found, counted or suggested.

    Without words everything that the choices leave is found, by ``added`` where relevance is asked for.
    """

    text: str
    audiences: frozenset[str]
    offset: int = 0
    limit: int = 10
    kind: str = ""
    """One of KINDS: hits of that kind alone; empty: of all."""
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Facet (search.facets.FACETS) -> values of which a hit has one; several facets must all be met."""
    years: tuple[int | None, int | None] = (None, None)
    """First and last year of the date of a hit, both included; None: open. With either, what has no year is out."""
    added_since: int = 0
    """Only what came into the library after this moment (seconds since 1970)."""
    sort: str = SORTS[0]
    counted: Sequence[str] = ()
    """Facets whose values are to be counted over all hits; "year" among them for the years."""
    most_values: int = 12
    """How many values of each facet are told, the most frequent ones and those chosen; 0: all."""
    dictionary: Dictionary = EMPTY
    """What librarians taught the search."""


class Snippet(NamedTuple):
    """Text of a hit as runs of (text, is it a match?); joined they are plain text, to be escaped by who shows them."""

    runs: Sequence[tuple[str, bool]]

    @property
    def text(self) -> str:
        return "".join(run for run, _ in self.runs)


class Hit(NamedTuple):
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
    institution: str = ""
    access: str = ""
    added: int = 0
    is_pinned: bool = False
    """Whether librarians put it first for this query."""


@dataclass(frozen=True)
class FacetCounts:
    """How many hits have each value of a facet, if everything chosen but this facet's own values holds."""

    values: Sequence[tuple[str, int]] = ()
    """The most frequent first, then in order of the value; those chosen are always among them."""
    total: int = 0
    """How many different values there are in all."""


@dataclass(frozen=True)
class Completion:
    """What somebody may be about to type, and what it is: "title", "subject" or "creator"."""

    text: str
    kind: str
    document_id: str = ""
    """Of a title: the document that has it."""


@dataclass(frozen=True)
class Statistics:
    """What an index holds and takes, for operators."""

    engine: str
    version: str
    documents: int
    units: int
    """Documents and their pages."""
    pieces: int
    """Segments, or what an engine has for them."""
    size_bytes: int


@dataclass(frozen=True)
class Results:
    """A stretch of the ranked hits, best first, and how many there are in all."""

    hits: Sequence[Hit] = ()
    total: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    """How many there are of each kind, whichever kind was asked for; those of which there are none are left out."""
    facets: Mapping[str, FacetCounts] = field(default_factory=dict)
    """For each facet counted, exact over all hits; "year" among them, its values as text, newest first."""
    searched_for: Sequence[str] = ()
    """Words, as the texts write them, that stood in for misspelt ones ("quiso decir")."""
    also: Sequence[str] = ()
    """Synonyms of the dictionary and translations that were sought beside the words typed ("buscamos también")."""
    suggestion: str = ""
    """Where nothing was found: the query with the nearest words that have hits, or empty."""
    elapsed_s: float = field(default=0.0, compare=False)
