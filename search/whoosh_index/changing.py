"""Changing the index: write, merge, rebuild; one writer at a time, each change one commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.index import IndexError as WhooshIndexError

from search.documents import Document
from search.errors import IndexMissing, IndexUnavailable
from search.whoosh_index import layout, merging
from search.whoosh_index.columns import EXTENSION, Columns, units_of
from search.whoosh_index.layout import Generation
from search.whoosh_index.writing import key_of, write_segments

MOST_SEGMENTS = 24
"""Beyond so many a write joins segments itself, whoever forgets to call merge()."""


def write(folder: Path, lock_wait_s: float, documents: Iterable[Document], deleted: Iterable[str]) -> None:
    """Add, replace and delete in one commit; makes the index where there is none yet."""
    with layout.writing(folder, lock_wait_s):
        try:
            generation = layout.live_generation(folder)
        except IndexMissing:
            generation = layout.new_generation(folder)
            layout.publish(folder, generation)
        with _readable(folder):
            generation.clean()
        _fill(generation, documents, deleted)
        if len(generation.toc().segments) > MOST_SEGMENTS:
            _merge(generation)


def rebuild(folder: Path, lock_wait_s: float, documents: Iterable[Document]) -> None:
    """Fill a new generation beside the live one, then put it in its place."""
    with layout.writing(folder, lock_wait_s):
        generation = layout.new_generation(folder)
        try:
            _fill(generation, documents, ())
        except BaseException:
            layout.discard(generation)
            raise
        layout.publish(folder, generation)


def merge(folder: Path, lock_wait_s: float) -> bool:
    """Join small segments where there are many; True where something was done."""
    with layout.writing(folder, lock_wait_s):
        try:
            generation = layout.live_generation(folder)
        except IndexMissing:
            return False
        with _readable(folder):
            generation.clean()
            return _merge(generation)


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    try:
        yield
    except (WhooshIndexError, UnpicklingError, ValueError, KeyError, FileNotFoundError) as error:
        raise IndexUnavailable(detail=f"the index in {folder} cannot be read: {error!r}; run lrc reindex") from error


def _fill(generation: Generation, documents: Iterable[Document], deleted: Iterable[str]) -> None:
    """Write segments and commit them, with what they replace and what is deleted taken out of the others."""
    toc = generation.toc()
    gone = np.fromiter((key_of(each) for each in deleted), np.uint64)
    for segment in toc.segments:
        _delete(generation, segment, gone)
    for segment, keys in write_segments(generation, documents):
        for earlier in toc.segments:
            _delete(generation, earlier, keys)
        toc.segments.append(segment)
    toc.segments = [each for each in toc.segments if each.deleted_count() < each.doc_count_all()]
    toc.generation += 1
    generation.commit(toc)


def _merge(generation: Generation) -> bool:
    toc = generation.toc()
    chosen = merging.choose(toc.segments)
    if chosen:
        merging.merge(generation, toc, chosen)
        toc.generation += 1
        generation.commit(toc)
    return bool(chosen)


def _delete(generation: Generation, segment: Any, keys: npt.NDArray[np.uint64]) -> None:
    if not len(keys):
        return
    with _readable(generation.path):
        arrays = Columns(generation.path / segment.make_filename(EXTENSION))
    for unit in units_of(arrays, keys).tolist():
        segment.delete_document(unit)
