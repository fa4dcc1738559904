"""The small interface to the index, and which index an application uses. Knows no engine but by its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, cast

from flask import Flask, current_app

from lrc.config import Settings, SettingsError
from lrc.db import engine_of
from search.documents import Completion, Document, Hit, Query, Results, Statistics
from search.errors import IndexBusy, IndexMissing, IndexUnavailable
from search.postgres_index.index import PostgresIndex
from search.whoosh_index.index import WhooshIndex

__all__ = ["Index", "IndexBusy", "IndexMissing", "IndexUnavailable", "current_index", "init_app"]


class Index(Protocol):
    """What finds documents. Every method may be called from any thread and process; writers take turns.

    Reading raises IndexMissing before the first write, and IndexUnavailable where the index cannot be read or was
    made by another version; writing raises IndexUnavailable too, and IndexBusy where another writes for too long.
    """

    def search(self, query: Query) -> Results:
        """The best hits for who asks. Whatever is typed has an answer; nothing typed is a mistake."""
        ...

    def ids(self, query: Query) -> Sequence[str]:
        """The ids of what search would find, best first, for who shows it from the database: many cost little.

        Ranked by the words alone, without the last look at titles and texts that search takes at its first hits.
        """
        ...

    def write(self, documents: Iterable[Document] = (), deleted: Iterable[str] = ()) -> None:
        """Add or replace documents (with all their pages) and remove others by id, in one commit.

        Searches see all of it or nothing. ``documents`` may be a generator over a hundred thousand: it is read once,
        as it is written, in flat memory. The writer's lock is held meanwhile: ``take_in`` is the way to import.
        """
        ...

    def filling(self, *, wait_s: float | None = None) -> AbstractContextManager[None]:
        """Be the only one who takes in many, so that no two do the same; others may write meanwhile.

        Raises IndexBusy where another is at it for longer than ``wait_s``, or than writers wait where that is None.
        """
        ...

    def take_in(self, documents: Iterable[Document], outdated: Callable[[Sequence[str]], Collection[str]]) -> bool:
        """Add or replace many documents. Others hardly wait for it; only for who is ``filling``.

        ``documents`` is read while others write. ``outdated`` is asked before they are put in place, while nobody
        writes: which of these ids are not to be, for there may be a newer state. Several commits may be made of one
        call, each of which has asked. False where nothing was put, for the index was made anew meanwhile.
        """
        ...

    def suggest(self, text: str, audiences: frozenset[str], limit: int = 8) -> Sequence[Completion]:
        """What somebody who typed so much may mean: titles, subjects and creators that the audiences may see.

        The last word may be unfinished, accents and capitals do not count; the likeliest first, each text once.
        """
        ...

    def answers(self, texts: Sequence[str], audiences: frozenset[str]) -> Sequence[bool]:
        """For each query whether the audiences may see something that holds all its telling words or their kin.

        How a search of others is known to tell nothing that this viewer may not know, before it is suggested.
        """
        ...

    def similar(self, document_id: str, audiences: frozenset[str], limit: int = 5) -> Sequence[Hit]:
        """What is most like a document, itself left out; empty where it is not there or not for the audiences."""
        ...

    def statistics(self) -> Statistics: ...

    def holds(self) -> Iterator[tuple[str, int]]:
        """Every document's id with the revision that was indexed, in no order: to be compared with the database."""
        ...

    def count(self) -> int:
        """How many documents there are, whoever may see them."""
        ...

    def merge(self, *, thoroughly: bool = False) -> bool:
        """Join the small pieces that many small writes leave, where there are many; True where something was done.

        ``thoroughly`` makes one of all pieces where that is worth it and there is time: it is searched fastest.
        """
        ...

    def is_scattered(self) -> bool:
        """Whether merging thoroughly would do something."""
        ...

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Fill a new index beside the live one and put it in its place at once; searches never fail meanwhile.

        Also the way out of IndexUnavailable. Holds the writer's lock to the end, so that what is written meanwhile
        waits (or is refused with IndexBusy and has to be tried again) instead of being lost.
        """
        ...


def init_app(app: Flask, settings: Settings) -> None:
    """Choose the index by the settings; raises SettingsError where the database is not what the choice needs."""
    engine = engine_of(app)
    if settings.search_engine != "postgresql":
        app.extensions["lrc_index"] = WhooshIndex(settings.index_path, cache_bytes=settings.search_cache_bytes)
    elif engine.dialect.name == "postgresql":
        app.extensions["lrc_index"] = PostgresIndex(engine)
    else:
        raise SettingsError(
            "LRC_SEARCH_ENGINE=postgresql needs a PostgreSQL database: set LRC_DATABASE_URL to its address, "
            "or leave LRC_SEARCH_ENGINE at whoosh."
        )


def current_index() -> Index:
    """The index of the application that runs now."""
    return cast(Index, current_app.extensions["lrc_index"])
