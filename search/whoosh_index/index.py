"""The index as the rest of the house sees it: search, write, count, merge, rebuild."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
from whoosh.index import IndexError as WhooshIndexError

from search import planning
from search.documents import Document, Query, Results, Statistics
from search.errors import IndexUnavailable
from search.matching import Matching
from search.parsing import Asked, parse
from search.planning import Plan
from search.whoosh_index import changing, kinds, layout
from search.whoosh_index.hits import Sought, best_hits, best_ids
from search.whoosh_index.ranking import Ranker
from search.whoosh_index.reading import Cache, Snapshot, take_snapshot
from search.whoosh_index.wording import SnapshotWords, written

LOCK_WAIT_S = 60.0
CACHE_BYTES = 64 * 1024 * 1024
_BROKEN = (OSError, ValueError, WhooshIndexError, UnpicklingError, EOFError, AssertionError)
_READ_ATTEMPTS = 20
_READ_PAUSE_S = 0.02


class WhooshIndex:
    """The index in a folder; see search.engine.Index for what each method promises. Opening it touches no disk."""

    def __init__(self, folder: Path, *, lock_wait_s: float = LOCK_WAIT_S, cache_bytes: int = CACHE_BYTES) -> None:
        self._folder = folder
        self._lock_wait_s = lock_wait_s
        self._cache = Cache(cache_bytes)
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()

    def write(self, documents: Iterable[Document] = (), deleted: Iterable[str] = ()) -> None:
        changing.write(self._folder, self._lock_wait_s, documents, deleted)

    def rebuild(self, documents: Iterable[Document]) -> None:
        changing.rebuild(self._folder, self._lock_wait_s, documents)

    def merge(self) -> bool:
        return changing.merge(self._folder, self._lock_wait_s)

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
        for attempt in range(_READ_ATTEMPTS):
            generation = layout.live_generation(self._folder)
            try:
                kept = self._snapshot
                if kept is not None and kept.name == (generation.path.name, generation.latest()):
                    return kept
                with self._opening:
                    self._snapshot = take_snapshot(generation, self._snapshot, self._cache)
                return self._snapshot
            except _BROKEN as error:
                # A commit or a swap may have deleted what we were about to open.
                if attempt == _READ_ATTEMPTS - 1:
                    raise IndexUnavailable(detail=f"the index in {self._folder} cannot be read: {error!r}") from error
                time.sleep(_READ_PAUSE_S)
        raise IndexUnavailable(detail=f"the index in {self._folder} changes too often")

    def search(self, query: Query) -> Results:
        started = time.perf_counter()
        snapshot = self._current()
        asked = parse(query.text)
        if not asked.words:
            return Results()
        ranker, planned = self._ranked(snapshot, asked, query)
        found = ranker.find()
        counts = kinds.count(snapshot, found)
        if not counts:
            nearest = planning.suggestion(SnapshotWords(snapshot, ranker), asked)
            return Results(suggestion=" ".join(written(ranker, form) for form in nearest))
        if query.kind:
            found = kinds.only(snapshot, found, query.kind)
        total = sum(len(part.heads) for part in found)
        sought = Sought(Matching(planned.forms()), ranker.rarity, asked.phrases)
        stretch = slice(query.offset, query.offset + query.limit)
        hits = best_hits(snapshot, found, sought, stretch) if total else []
        instead = tuple(written(ranker, form) for form in planned.instead)
        also = tuple(written(ranker, term) for term in planned.also)
        return Results(hits, total, counts, searched_for=instead, also=also, elapsed_s=time.perf_counter() - started)

    def ids(self, query: Query) -> list[str]:
        snapshot = self._current()
        asked = parse(query.text)
        if not asked.words:
            return []
        found = self._ranked(snapshot, asked, query)[0].find()
        if query.kind:
            found = kinds.only(snapshot, found, query.kind)
        return best_ids(snapshot, found, slice(query.offset, query.offset + query.limit))

    def _ranked(self, snapshot: Snapshot, asked: Asked, query: Query) -> tuple[Ranker, Plan]:
        """What ranks documents by the words asked, and how those were read."""
        ranker = Ranker(snapshot, self._cache, query.audiences)
        planned = planning.plan(SnapshotWords(snapshot, ranker), asked, query.dictionary)
        for variants, share in zip(planned.words, planned.shares, strict=True):
            ranker.add(variants, share)
        return ranker, planned
