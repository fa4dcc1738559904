"""The index as the rest of the house sees it, in PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Engine

from search.documents import Completion, Document, Hit, Query, Results, Statistics
from search.postgres_index import changing, layout, likeness, suggesting
from search.postgres_index.channel import Gone, transaction
from search.postgres_index.layout import Live
from search.postgres_index.searching import Search
from search.postgres_index.vocabulary import ViewersWords

Found = TypeVar("Found")
LOCK_WAIT_S = 60.0
_ATTEMPTS = 5
_HELD_AT_ONCE = 5_000
_SIZE = """
SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname = current_schema()
"""


class PostgresIndex:
    """The index in a database; see search.engine.Index for what each method promises."""

    def __init__(self, engine: Engine, *, lock_wait_s: float = LOCK_WAIT_S) -> None:
        self._engine = engine
        self._lock_wait_s = lock_wait_s
        self._kept: tuple[tuple[int, int], dict[Any, Any]] = (0, 0), {}

    def write(self, documents: Iterable[Document] = (), deleted: Iterable[str] = ()) -> None:
        changing.write(self._engine, self._lock_wait_s, documents, deleted)

    def rebuild(self, documents: Iterable[Document]) -> None:
        changing.rebuild(self._engine, self._lock_wait_s, documents)

    def filling(self, *, wait_s: float | None = None) -> AbstractContextManager[None]:
        return layout.filling(self._engine, self._lock_wait_s if wait_s is None else wait_s)

    def take_in(self, documents: Iterable[Document], outdated: Callable[[Sequence[str]], Collection[str]]) -> bool:
        return changing.take_in(self._engine, self._lock_wait_s, documents, outdated)

    def merge(self, *, thoroughly: bool = False) -> bool:
        return changing.merge(self._engine, self._lock_wait_s)

    def is_scattered(self) -> bool:
        return False  # what is left over is tidied after writing

    def search(self, query: Query) -> Results:
        started = time.perf_counter()
        found = self._read(lambda live: Search(query, self._words(live, query.audiences)).results())
        return replace(found, elapsed_s=time.perf_counter() - started)

    def ids(self, query: Query) -> list[str]:
        return self._read(lambda live: Search(query, self._words(live, query.audiences)).ids())

    def suggest(self, text: str, audiences: frozenset[str], limit: int = 8) -> list[Completion]:
        return self._read(lambda live: suggesting.suggest(self._words(live, audiences), text, limit))

    def answers(self, texts: Sequence[str], audiences: frozenset[str]) -> list[bool]:
        return self._read(lambda live: suggesting.answers(self._words(live, audiences), texts))

    def similar(self, document_id: str, audiences: frozenset[str], limit: int = 5) -> list[Hit]:
        return self._read(lambda live: likeness.similar(self._words(live, audiences), document_id, limit))

    def count(self) -> int:
        return self._read(lambda live: live.documents)

    def statistics(self) -> Statistics:
        def told(live: Live) -> Statistics:
            ((size_bytes,),) = live.channel.rows(_SIZE)
            return Statistics("postgresql", layout.VERSION, live.documents, live.units, 1, size_bytes)

        return self._read(told)

    def holds(self) -> Iterator[tuple[str, int]]:
        with transaction(self._engine, reading=True) as channel:
            layout.live(channel)
            for row in channel.stream("SELECT id, revision FROM documents", _HELD_AT_ONCE):
                yield row[0], row[1]

    def _words(self, live: Live, audiences: frozenset[str]) -> ViewersWords:
        """The words for some audiences, with what was found out about words of this state of the index."""
        state, kept = self._kept
        if state != (live.number, live.state):
            kept = {}
            self._kept = (live.number, live.state), kept
        return ViewersWords(live, audiences, kept)

    def _read(self, work: Callable[[Live], Found]) -> Found:
        """What ``work`` finds in the live generation; done again where that was replaced and dropped meanwhile."""
        before = 0
        for attempt in range(_ATTEMPTS):
            with transaction(self._engine, reading=True) as channel:
                live = layout.live(channel)
                try:
                    return work(live)
                except Gone:
                    if live.number == before or attempt == _ATTEMPTS - 1:
                        raise
                    before = live.number
        raise AssertionError("the last attempt returns or raises")
