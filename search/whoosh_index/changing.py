"""Changing the index: write, merge, rebuild; one writer at a time, each change one commit.

Who merges, or fills with many documents, works beside who writes, and takes the writer's lock only to put what was
made in its place.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.index import TOC
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
"""Beyond so many who fills joins segments; beyond twice as many a write does, whoever forgets to call merge()."""
Written = tuple[Any, npt.NDArray[np.uint64]]
"""A segment with the keys that it holds."""


def write(folder: Path, lock_wait_s: float, documents: Iterable[Document], deleted: Iterable[str]) -> None:
    """Add, replace and delete in one commit; makes the index where there is none yet."""
    with layout.writing(folder, lock_wait_s), _told(folder):
        generation = _live_or_new(folder)
        with _readable(folder):
            generation.clean()
        try:
            pieces = _fill(generation, documents, deleted)
        except BaseException:
            with suppress(OSError, WhooshIndexError):  # told is what went wrong first
                generation.clean()
            raise
    if pieces > 2 * MOST_SEGMENTS:
        merge(folder, lock_wait_s)


def _live_or_new(folder: Path) -> Generation:
    """What is searched now; made where there is none yet. Only for who holds the writer's lock."""
    try:
        return layout.live_generation(folder)
    except IndexMissing:
        generation = layout.new_generation(folder)
        layout.publish(folder, generation)
        return generation


def take_in(
    folder: Path,
    lock_wait_s: float,
    documents: Iterable[Document],
    outdated: Callable[[Sequence[str]], Collection[str]],
) -> bool:
    """Add or replace many in one commit, made beside who writes. Only for who holds the lock of filling."""
    with layout.writing(folder, lock_wait_s), _told(folder):
        generation = _live_or_new(folder)
        with _readable(folder):
            pieces = len(generation.toc().segments)
    if pieces > MOST_SEGMENTS:  # not afterwards: who asks is to be told at once that all is in its place
        merge(folder, lock_wait_s)
    ids: list[str] = []
    with generation.beside(layout.FILLING) as beside, _told(folder):
        made = list(write_segments(beside, _noted(documents, ids)))
        with layout.writing(folder, lock_wait_s):
            if not layout.is_live(folder, generation):
                return False
            with _readable(folder):
                generation.clean()
            _put_made(generation, beside, made, outdated(ids))
    return True


def _noted(documents: Iterable[Document], ids: list[str]) -> Iterator[Document]:
    for document in documents:
        ids.append(document.id)
        yield document


def rebuild(folder: Path, lock_wait_s: float, documents: Iterable[Document]) -> None:
    """Fill a new generation beside the live one, then put it in its place."""
    with layout.filling(folder, lock_wait_s), layout.writing(folder, lock_wait_s), _told(folder):
        layout.discard_unfinished(folder)
        generation = layout.new_generation(folder)
        try:
            _fill(generation, documents, ())
        except BaseException:
            layout.discard(generation)
            raise
        layout.publish(folder, generation)


def is_scattered(folder: Path) -> bool:
    """Whether ``merge`` would do something if it were to join all that it may."""
    generation = layout.live_generation(folder)
    with _readable(folder):
        return bool(merging.chosen_of(generation, generation.toc(), thoroughly=True))


def merge(folder: Path, lock_wait_s: float, *, thoroughly: bool = False) -> bool:
    """Join small segments where there are many; True where something was done, not where another is at it."""
    with layout.merging(folder) as is_ours:
        if not is_ours:
            return False
        try:
            generation = layout.live_generation(folder)
        except IndexMissing:
            return False
        with generation.beside(layout.JOINING) as beside, _told(folder):
            try:
                with _readable(folder):
                    chosen = merging.chosen_of(generation, generation.toc(), thoroughly=thoroughly)
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
    gone = _keys(deleted)
    for segment in toc.segments:
        _delete(generation, segment, gone)
    _add(generation, toc, write_segments(generation, documents))
    return _commit(generation, toc)


def _put_made(generation: Generation, beside: Generation, made: Sequence[Written], outdated: Collection[str]) -> None:
    """Commit segments that were made beside, but for what is outdated."""
    toc = generation.toc()
    for path in beside.path.iterdir():
        path.rename(generation.path / path.name)
    dropped = _keys(outdated)
    for segment, _ in made:
        _delete(generation, segment, dropped)
    _add(generation, toc, ((segment, np.setdiff1d(keys, dropped)) for segment, keys in made))
    _commit(generation, toc)


def _keys(ids: Iterable[str]) -> npt.NDArray[np.uint64]:
    return np.fromiter((key_of(each) for each in ids), np.uint64)


def _add(generation: Generation, toc: TOC, written: Iterable[Written]) -> None:
    """Add segments to a table of contents; of the earlier ones what they replace is taken out."""
    for segment, keys in written:
        for earlier in toc.segments:
            _delete(generation, earlier, keys)
        toc.segments.append(segment)


def _commit(generation: Generation, toc: TOC) -> int:
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
