"""Reading segments: postings through a bounded cache, columns as arrays, stored fields; a snapshot of one commit."""

from __future__ import annotations

import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import STORED_COLUMN, W3Codec, W3Segment
from whoosh.util.numeric import byte_to_length

from search.errors import IndexUnavailable
from search.whoosh_index import vocabulary
from search.whoosh_index.layout import Generation
from search.whoosh_index.mapping import MappedFile, mapped
from search.whoosh_index.postings import Ids, Weights, read_postings

Mask = npt.NDArray[np.bool_]
_LENGTH_OF = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)


class Cache:
    """Arrays by key, the least recently used dropped when they take more than ``limit_bytes``. Safe between threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._held = 0
        self._kept: OrderedDict[Any, tuple[npt.NDArray[Any], ...]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any) -> tuple[npt.NDArray[Any], ...] | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def put(self, key: Any, arrays: tuple[npt.NDArray[Any], ...]) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = arrays
            self._held += _size(arrays)
            while self._held > self._limit:
                _, dropped = self._kept.popitem(last=False)
                self._held -= _size(dropped)


def _size(arrays: Sequence[npt.NDArray[Any]]) -> int:
    return 200 + sum(array.nbytes for array in arrays)


class SegmentFiles:
    """One segment's files, opened at once, so that they can be read to the end although a merge deletes their names."""

    def __init__(self, generation: Generation, segment: W3Segment, cache: Cache) -> None:
        self.id = segment.segment_id()
        self.units = int(segment.doc_count_all())
        self.field_lengths: dict[str, int] = dict(vars(segment)["_fieldlengths"])
        self._folder, self._segment, self._cache = generation.path, segment, cache
        self.words = vocabulary.load(generation.path / segment.make_filename(vocabulary.EXTENSION))
        self._postings = mapped(generation.path / segment.make_filename(W3Codec.POSTS_EXT))
        self.audiences = _audiences(generation, segment)
        """Every audience, in order of its bytes, with where its postings begin."""
        stored = self._column_path("_stored")
        self._stored = STORED_COLUMN.reader(MappedFile(stored), 0, stored.stat().st_size, self.units)
        back = self._column("back", ">u4").astype(np.int32)
        self.heads: Ids = np.arange(self.units, dtype=np.int32) - back
        """For each unit (a document's head or one of its pages) the unit of its head."""
        self.is_head: Mask = back == 0
        self.keys = self._column("key", ">u8")
        self.pages = self._column("page", ">u4")
        self.kinds = self._column("kind", ">u1")
        """For each unit the place of its document's kind in search.documents.KINDS."""
        self.lengths = {name: _LENGTH_OF[self._lengths(name)] for name in ("title", "text")}

    def _column_path(self, name: str) -> Path:
        return self._folder / str(W3Codec.column_filename(self._segment, name))

    def _lengths(self, name: str) -> npt.NDArray[Any]:
        """Of a field, as bytes of Whoosh's; a segment in which nothing has any keeps no file of them."""
        return self._column(f"_{name}_len", ">u1") if self.field_lengths.get(name) else np.zeros(self.units, np.uint8)

    def _column(self, name: str, dtype: str) -> npt.NDArray[Any]:
        """Raises FileNotFoundError where a commit deletes the segment at this moment: read as zeros it would lie."""
        read = np.fromfile(self._column_path(name), dtype=dtype)
        return np.concatenate([read, np.zeros(self.units - len(read), dtype)]).astype(dtype.replace(">", "="))

    def postings(self, start: int) -> tuple[Ids, Weights]:
        key = (self.id, start)
        kept = self._cache.get(key)
        if kept is None:
            with _damage_told(self._folder):
                kept = read_postings(self._postings, start)
            self._cache.put(key, kept)
        return kept[0], kept[1]

    def audience(self, name: str) -> Ids:
        """The units that an audience may see."""
        start = self.audiences.get(name.encode("utf-8"))
        return np.zeros(0, np.int32) if start is None else self.postings(start)[0]

    def stored(self, unit: int) -> dict[str, Any]:
        with _damage_told(self._folder):
            fields: dict[str, Any] = self._stored[unit]
        return fields


@contextmanager
def _damage_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, IndexError, EOFError, UnpicklingError, struct.error, zlib.error) as error:
        raise IndexUnavailable(detail=f"the index in {folder} is damaged: {error!r}; run lrc reindex") from error


def _audiences(generation: Generation, segment: W3Segment) -> dict[bytes, int]:
    terms = segment.codec().terms_reader(generation.storage, segment)
    try:
        found = [term for name, term in terms.terms_from("audience", b"") if name == "audience"]
        return {term: int(terms.term_info("audience", term).extent()[0]) for term in found}
    finally:
        terms.close()


class SegmentView:
    """A segment as one commit left it: its files without the documents that were deleted."""

    def __init__(self, files: SegmentFiles, segment: W3Segment) -> None:
        self.files = files
        self.live: Mask = np.ones(files.units, np.bool_)
        deleted = np.fromiter(segment.deleted_docs(), np.int64)
        self.live[deleted] = False
        self._visible: dict[frozenset[str], Mask] = {}

    @property
    def documents(self) -> int:
        return int(np.count_nonzero(self.live & self.files.is_head))

    def visible(self, audiences: frozenset[str]) -> Mask:
        """Which units are there for these audiences; a few answers are kept."""
        known = self._visible.get(audiences)
        if known is None:
            known = np.zeros(self.files.units, np.bool_)
            for audience in audiences:
                known[self.files.audience(audience)] = True
            known &= self.live
            if len(self._visible) >= _MOST_MASKS:
                self._visible.clear()
            self._visible[audiences] = known
        return known


_MOST_MASKS = 32


class Snapshot:
    """The whole index as of one commit."""

    def __init__(self, folder_name: str, number: int, segments: Sequence[SegmentView]) -> None:
        self.name = (folder_name, number)
        self.segments = segments
        units = sum(view.files.units for view in segments)
        heads = sum(int(np.count_nonzero(view.files.is_head)) for view in segments)
        totals = {n: sum(view.files.field_lengths.get(n, 0) for view in segments) for n in ("title", "text")}
        self.units = max(units, 1)
        self.kept: dict[str, Any] = {}
        """What was found out about words of this snapshot, by word."""
        self.average = {
            "title": max(totals["title"] / max(heads, 1), 1.0),
            "text": max(totals["text"] / self.units, 1.0),
        }

    @property
    def documents(self) -> int:
        return sum(view.documents for view in self.segments)


def take_snapshot(generation: Generation, earlier: Snapshot | None, cache: Cache) -> Snapshot:
    """Open the newest commit, keeping open what an earlier snapshot shares with it.

    Raises OSError where a commit deletes files meanwhile: read the pointer and try again.
    """
    toc = generation.toc()
    same = earlier is not None and earlier.name[0] == generation.path.name
    opened = {view.files.id: view.files for view in earlier.segments} if earlier is not None and same else {}
    views = []
    for segment in toc.segments:
        files = opened.get(segment.segment_id()) or SegmentFiles(generation, segment, cache)
        views.append(SegmentView(files, segment))
    return Snapshot(generation.path.name, toc.generation, views)
