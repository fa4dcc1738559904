"""The index as the rest of the house sees it: search, write, count, merge, rebuild."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
from whoosh.index import IndexError as WhooshIndexError

from search.asking import asks_for_something
from search.documents import Completion, Document, FacetCounts, Hit, Query, Results, Statistics
from search.errors import IndexUnavailable
from search.matching import Matching
from search.whoosh_index import changing, counting, layout, likeness, suggesting
from search.whoosh_index.answering import Answer
from search.whoosh_index.caching import Cache
from search.whoosh_index.counting import Tables
from search.whoosh_index.filtering import YEAR
from search.whoosh_index.hits import Sought, best_hits, best_ids
from search.whoosh_index.layout import Generation
from search.whoosh_index.reading import Snapshot, take_snapshot
from search.whoosh_index.wording import written

LOCK_WAIT_S = 60.0
CACHE_BYTES = 64 * 1024 * 1024
_BROKEN = (OSError, ValueError, KeyError, WhooshIndexError, UnpicklingError, EOFError, AssertionError)
_READ_ATTEMPTS = 20
_READ_PAUSE_S = 0.02
_CLOCK_TICK_NS = 100_000_000
"""Files written at longer distances than this have different times on any file system that we know of but FAT."""


@dataclass(frozen=True)
class _Seen:
    """A snapshot, and what its folders looked like while it was the newest."""

    at: tuple[int, ...]
    snapshot: Snapshot


class WhooshIndex:
    """The index in a folder; see search.engine.Index for what each method promises. Opening it touches no disk."""

    def __init__(self, folder: Path, *, lock_wait_s: float = LOCK_WAIT_S, cache_bytes: int = CACHE_BYTES) -> None:
        self._folder = folder
        self._lock_wait_s = lock_wait_s
        self._cache = Cache(cache_bytes)
        self._tables = Tables()
        self._snapshot: Snapshot | None = None
        self._seen: _Seen | None = None
        self._opening = threading.Lock()

    def write(self, documents: Iterable[Document] = (), deleted: Iterable[str] = ()) -> None:
        changing.write(self._folder, self._lock_wait_s, documents, deleted)

    def rebuild(self, documents: Iterable[Document]) -> None:
        changing.rebuild(self._folder, self._lock_wait_s, documents)

    def filling(self, *, wait_s: float | None = None) -> AbstractContextManager[None]:
        return layout.filling(self._folder, self._lock_wait_s if wait_s is None else wait_s)

    def take_in(self, documents: Iterable[Document], outdated: Callable[[Sequence[str]], Collection[str]]) -> bool:
        return changing.take_in(self._folder, self._lock_wait_s, documents, outdated)

    def merge(self, *, thoroughly: bool = False) -> bool:
        return changing.merge(self._folder, self._lock_wait_s, thoroughly=thoroughly)

    def is_scattered(self) -> bool:
        return changing.is_scattered(self._folder)

    def count(self) -> int:
        return self._current().documents

    def statistics(self) -> Statistics:
        snapshot = self._current()
        return Statistics(
            engine="whoosh",
            version=layout.VERSION,
            documents=snapshot.documents,
            units=sum(int(np.count_nonzero(view.live)) for view in snapshot.segments),
            pieces=len(snapshot.segments),
            size_bytes=layout.size_of(self._folder),
        )

    def holds(self) -> Iterator[tuple[str, int]]:
        return chain.from_iterable(view.holds() for view in self._current().segments)

    def _current(self) -> Snapshot:
        """The newest commit, opened."""
        seen = self._seen
        if seen is not None and seen.at == _stamp(self._folder, seen.snapshot) and seen.snapshot.is_whole():
            return seen.snapshot
        for attempt in range(_READ_ATTEMPTS):
            generation = layout.live_generation(self._folder)
            try:
                return self._newest(generation)
            except _BROKEN as error:
                # A commit or a swap may have deleted what we were about to open.
                if attempt == _READ_ATTEMPTS - 1:
                    raise IndexUnavailable(detail=f"the index in {self._folder} cannot be read: {error!r}") from error
                time.sleep(_READ_PAUSE_S)
        raise IndexUnavailable(detail=f"the index in {self._folder} changes too often")

    def _newest(self, generation: Generation) -> Snapshot:
        kept = self._snapshot
        if kept is not None and kept.name == (generation.path.name, generation.latest()):
            if kept.is_whole():
                return self._note(generation, kept)
            self._snapshot = None
        with self._opening:
            return self._take(generation)

    def _note(self, generation: Generation, snapshot: Snapshot) -> Snapshot:
        """Remember what the folders look like while this is the newest commit; returns it."""
        at = _stamp(self._folder, snapshot)
        # Only if nothing was written before we looked does the same look mean the same commit.
        if at is not None and layout.is_live(self._folder, generation) and generation.latest() == snapshot.name[1]:
            self._seen = _Seen(at, snapshot)
        return snapshot

    def _take(self, generation: Generation) -> Snapshot:
        before = self._snapshot
        taken = self._snapshot = take_snapshot(generation, before, self._cache)
        if before is not None and before.name[0] != taken.name[0]:
            self._tables = Tables()
        self._tables.keep_only(view.files.id for view in taken.segments)
        return taken

    def search(self, query: Query) -> Results:
        started = time.perf_counter()
        if not asks_for_something(query):
            return Results()
        answer = self._answer(query)
        kinds = counting.kinds(answer.parts)
        if not kinds:
            return Results(suggestion=" ".join(written(answer.ranker, form) for form in answer.suggestion))
        total = answer.total
        sought = Sought(Matching(answer.planned.forms()), answer.ranker.rarity)
        return Results(
            hits=best_hits(answer.snapshot, answer.found, sought, answer.order) if total else [],
            total=total,
            kinds=kinds,
            facets={name: self._counts(answer, query, name) for name in query.counted},
            searched_for=tuple(written(answer.ranker, form) for form in answer.planned.instead),
            also=tuple(written(answer.ranker, form) for form in answer.planned.also),
            elapsed_s=time.perf_counter() - started,
        )

    def ids(self, query: Query) -> list[str]:
        if not asks_for_something(query):
            return []
        answer = self._answer(query)
        return best_ids(answer.snapshot, answer.found, answer.order)

    def suggest(self, text: str, audiences: frozenset[str], limit: int = 8) -> list[Completion]:
        return suggesting.suggest(self._current(), text, audiences, limit)

    def answers(self, texts: Sequence[str], audiences: frozenset[str]) -> list[bool]:
        return suggesting.answers(self._current(), self._cache, texts, audiences)

    def similar(self, document_id: str, audiences: frozenset[str], limit: int = 5) -> list[Hit]:
        return likeness.similar(self._current(), self._cache, document_id, audiences, limit)

    def _answer(self, query: Query) -> Answer:
        return Answer(self._current(), self._cache, query)

    def _counts(self, answer: Answer, query: Query, name: str) -> FacetCounts:
        if name == YEAR:
            return counting.years(answer.parts)
        return counting.values(answer.parts, name, query.chosen.get(name, ()), query.most_values, self._tables)


def _stamp(folder: Path, snapshot: Snapshot) -> tuple[int, ...] | None:
    """When the pointer and the folder of a snapshot were written last; None where another writing could look alike."""
    try:
        pointer, live = os.stat(f"{folder}/{layout.POINTER}"), os.stat(f"{folder}/{snapshot.name[0]}")  # noqa: PTH116 - at each search
    except OSError:
        return None
    latest = max(pointer.st_mtime_ns, live.st_mtime_ns)
    is_past = 0 <= latest < time.time_ns() - _CLOCK_TICK_NS
    return (pointer.st_mtime_ns, pointer.st_ino, live.st_mtime_ns, live.st_ino) if is_past else None
