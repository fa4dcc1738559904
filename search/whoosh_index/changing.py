"""Changing the index: write, merge, rebuild; one writer at a time, each change one commit.

A merge copies while others write, and takes the writer's lock only to put what it made in its place.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.index import IndexError as WhooshIndexError

from search.documents import Document
from search.errors import IndexMissing, IndexUnavailable
from search.whoosh_index import deletions, layout, merging
from search.whoosh_index.columns import EXTENSION, Columns, units_of
from search.whoosh_index.layout import Generation
from search.whoosh_index.merging import Joined
from search.whoosh_index.writing import key_of, write_segments

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
MOST_SEGMENTS = 24
"""Beyond so many a write joins segments itself, whoever forgets to call merge()."""


def write(folder: Path, lock_wait_s: float, documents: Iterable[Document], deleted: Iterable[str]) -> None:
    """Add, replace and delete in one commit; makes the index where there is none yet."""
    with layout.writing(folder, lock_wait_s), _told(folder):
        try:
            generation = layout.live_generation(folder)
        except IndexMissing:
            generation = layout.new_generation(folder)
            layout.publish(folder, generation)
        with _readable(folder):
            generation.clean()
        try:
            pieces = _fill(generation, documents, deleted)
        except BaseException:
            with suppress(OSError, WhooshIndexError):  # told is what went wrong first
                generation.clean()
            raise
    if pieces > MOST_SEGMENTS:
        merge(folder, lock_wait_s)


def rebuild(folder: Path, lock_wait_s: float, documents: Iterable[Document]) -> None:
    """Fill a new generation beside the live one, then put it in its place."""
    with layout.writing(folder, lock_wait_s), _told(folder):
        layout.discard_unfinished(folder)
        generation = layout.new_generation(folder)
        try:
            _fill(generation, documents, ())
        except BaseException:
            layout.discard(generation)
            raise
        layout.publish(folder, generation)


def merge(folder: Path, lock_wait_s: float) -> bool:
    """Join small segments where there are many; True where something was done, not where another is at it."""
    with layout.merging(folder) as is_ours:
        if not is_ours:
            return False
        try:
            generation = layout.live_generation(folder)
        except IndexMissing:
            return False
        with generation.beside() as beside, _told(folder):
            try:
                with _readable(folder):
                    chosen = merging.chosen_of(generation, generation.toc())
                    joined = merging.Joined(generation, chosen, beside) if chosen else None
            except IndexUnavailable:
                if layout.is_live(folder, generation):
                    raise
                return False  # a rebuild took its place meanwhile, and deleted what was copied
            return joined is not None and _put(folder, lock_wait_s, generation, joined)


def _put(folder: Path, lock_wait_s: float, generation: Generation, joined: Joined) -> bool:
    with layout.writing(folder, lock_wait_s):
        if not layout.is_live(folder, generation):
            return False
        with _readable(folder):
            generation.clean()
            toc = generation.toc()
            joined.put(generation, toc)
            toc.generation += 1
            generation.commit(toc)
            return True


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            detail = f"there is no room to write to the index in {folder} ({error.strerror}); it is as it was before"
        elif error.errno == errno.ENOENT and not Path(error.filename or folder).parent.exists():
            detail = f"somebody deleted the index in {folder} while it was written; run lrc reindex"
        else:
            raise
        raise IndexUnavailable(detail=detail) from error


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    try:
        yield
    except (WhooshIndexError, UnpicklingError, ValueError, KeyError, FileNotFoundError) as error:
        raise IndexUnavailable(detail=f"the index in {folder} cannot be read: {error!r}; run lrc reindex") from error


def _fill(generation: Generation, documents: Iterable[Document], deleted: Iterable[str]) -> int:
    """Write segments and commit them, with what they replace and what is deleted taken out of the others.

    Returns how many segments there are then.
    """
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
    return len(toc.segments)


def _delete(generation: Generation, segment: Any, keys: npt.NDArray[np.uint64]) -> None:
    if not len(keys):
        return
    with _readable(generation.path):
        arrays = Columns(generation.path / segment.make_filename(EXTENSION))
    deletions.delete(segment, units_of(arrays, keys))
