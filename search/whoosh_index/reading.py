"""Reading segments: postings through a bounded cache, columns as arrays, stored fields; a snapshot of one commit."""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3Segment

from search.errors import IndexUnavailable
from search.whoosh_index import alike, deletions, facts, positions, postings, stored, vocabulary
from search.whoosh_index.alike import Sorts
from search.whoosh_index.caching import Cache
from search.whoosh_index.columns import EXTENSION, Codes, Columns
from search.whoosh_index.layout import SCORED, Generation
from search.whoosh_index.positions import Offsets, Places, Positions
from search.whoosh_index.postings import Ids, Lists, Weights
from search.whoosh_index.stored import Stored, StoredFields, StoredWriter

Mask = npt.NDArray[np.bool_]


class SegmentFiles:
    """One segment's files, opened at once, so that they can be read to the end although a merge deletes their names.

    Nothing is read or made at opening: all arrays are views of mapped files, and must not be changed.
    """

    def __init__(self, generation: Generation, segment: W3Segment, cache: Cache) -> None:
        self.id = segment.segment_id()
        self.units = int(segment.doc_count_all())
        self.field_lengths: dict[str, int] = dict(vars(segment)["_fieldlengths"])
        self._folder, self._cache = generation.path, cache
        extensions = (EXTENSION, W3Codec.POSTS_EXT, postings.EXTENSION, positions.EXTENSION)
        names = [segment.make_filename(each) for each in extensions]
        names.append(str(W3Codec.column_filename(segment, stored.COLUMN)))
        arrays, posts, lists, places, fields = (generation.path / name for name in names)
        columns = self.columns = Columns(arrays)
        self.words = vocabulary.read(columns)
        if posts.stat().st_size != columns["postings.size"][0]:
            raise ValueError(f"{posts} is cut off")
        self._lists = Lists(lists)
        self._positions = Positions(places, columns)
        self._stored = StoredFields(fields, self.units)
        self._sizes = {path: path.stat().st_size for path in (arrays, posts, lists, places, fields)}
        self.heads: Ids = columns["heads"]
        """For each unit (a document's head or one of its pages) the unit of its head."""
        self.is_head: Mask = columns["is_head"]
        self.pages = columns["pages"]
        self.kinds = columns["kinds"]
        """For each unit the place of its document's kind in search.documents.KINDS."""
        self.lengths = {name: columns[f"lengths.{name}"] for name in SCORED}
        self.head_count = len(columns["keys"])
        """How many documents there are, with those that were deleted."""
        self._ids = columns.texts(facts.ID)
        self.title_order: Ids = columns[f"{facts.TITLE}.ranks"]
        """For each head the place of its title in ``folded_titles``, for each page -1."""
        self.folded_titles = columns.texts(facts.TITLE)
        """Different titles of the segment as facts.title_key makes them, in their order."""

    def is_whole(self) -> bool:
        """Whether all files are there as they were opened. To touch what was cut off would end the process."""
        return are_as_long(self._sizes)

    def postings(self, start: int) -> tuple[Ids, Weights]:
        try:
            return self._lists.read(start)
        except _DAMAGE as error:
            raise _damaged(self._folder, error) from error

    def read_postings(self, start: int) -> tuple[Ids, Weights]:
        """The same for who takes what a damaged file raises."""
        return self._lists.read(start)

    def positions(self, start: int) -> tuple[Ids, Offsets, Places]:
        """The units of a term of title, text or stop, and where in them it stands.

        The places of unit n of them are ``places[offsets[n] : offsets[n + 1]]``, ascending. All words of a text
        are counted, stop words too; of one name to another the places jump.
        """
        key = ("places", self.id, start)
        kept = self._cache.get(key)
        if kept is None:
            try:
                kept = self._positions.read(start)
            except _DAMAGE as error:
                raise _damaged(self._folder, error) from error
            self._cache.put(key, kept)
        return self.postings(start)[0], kept[0], kept[1]

    @cached_property
    def audiences(self) -> frozenset[str]:
        """All that anything in the segment is for."""
        return frozenset(self.facet(facts.AUDIENCE).values)

    def document_id(self, head: int) -> str:
        return self._ids[head]

    def facet(self, name: str) -> Codes:
        """Of one of search.facets.FACETS, or of "creator"."""
        return self.columns.codes(facts.facet_column(name))

    def sorts(self, facet: str) -> Sorts | None:
        """Units sorted by their values of a facet, and maybe of others; None where that is of no use."""
        return alike.read(self.columns, facts.sorts_of(facet))

    @cached_property
    def only_kind(self) -> int | None:
        """The kind of all units, where there is but one."""
        return int(self.kinds[0]) if len(self.kinds) and (self.kinds == self.kinds[0]).all() else None

    def numbers(self, name: str) -> npt.NDArray[np.int64]:
        """Of each unit one of facts.NUMBERS; 0 for pages."""
        return self.columns[facts.number_column(name)]

    def told_places(self, start: int) -> npt.NDArray[Any]:
        """The places of a term as they are kept, for who copies them."""
        return self._positions.told(start)

    @property
    def places_dtype(self) -> np.dtype[Any]:
        return self._positions.dtype

    def copy_stored(self, writer: StoredWriter, first: int, last: int) -> None:
        """Add what is kept of units from ``first`` to before ``last`` to those of another segment."""
        writer.copy(self._stored, first, last)

    def stored(self, unit: int) -> Stored:
        try:
            return self._stored[unit]
        except _DAMAGE as error:
            raise _damaged(self._folder, error) from error


def are_as_long(sizes: Mapping[Path, int]) -> bool:
    try:
        return all(path.stat().st_size == size for path, size in sizes.items())
    except OSError:
        return False


_DAMAGE = (ValueError, IndexError, EOFError, TypeError, UnpicklingError, struct.error, zlib.error)


def _damaged(folder: Path, error: Exception) -> IndexUnavailable:
    return IndexUnavailable(detail=f"the index in {folder} is damaged: {error!r}; run lrc reindex")


class SegmentView:
    """A segment as one commit left it: its files without the documents that were deleted."""

    def __init__(self, files: SegmentFiles, segment: W3Segment, earlier: SegmentView | None = None) -> None:
        self.files = files
        self.deleted_count = int(segment.deleted_count())
        deleted = deletions.mask_of(segment)
        self.live: Mask = ~deleted
        self.documents = files.head_count
        if self.deleted_count:
            self.documents -= int(np.count_nonzero(files.is_head[deleted]))
        # What was visible before and lives still is visible: deleted documents never come back.
        known = earlier.masks() if earlier is not None else {}
        self._masks = {theirs: mask & self.live for theirs, mask in known.items()}
        self._visible: dict[frozenset[str], Mask] = {}
        self._all_visible: dict[frozenset[str], bool] = {}

    def holds(self) -> Iterator[tuple[str, int]]:
        """The ids of its documents, with their revisions."""
        heads = np.flatnonzero(self.live & self.files.is_head)
        revisions = self.files.numbers("revision")[heads]
        return zip(map(self.files.document_id, heads.tolist()), revisions.tolist(), strict=True)

    def masks(self) -> dict[frozenset[str], Mask]:
        """Which units are there, by sets of audiences of this segment; those that were asked for."""
        return dict(self._masks)

    def visible(self, audiences: frozenset[str]) -> Mask:
        """Which units are there for these audiences; some answers are kept.

        Viewers who differ only in audiences that nothing here is for share theirs.
        """
        known = self._visible.get(audiences)
        if known is None:
            known = self._mask(audiences & self.files.audiences)
            if len(self._visible) >= _MOST_VIEWERS:
                self._visible.clear()
            self._visible[audiences] = known
        return known

    def is_all_visible(self, audiences: frozenset[str]) -> bool:
        """Whether every unit is there for these audiences."""
        known = self._all_visible.get(audiences)
        if known is None:
            if len(self._all_visible) >= _MOST_VIEWERS:
                self._all_visible.clear()
            known = self._all_visible[audiences] = bool(self.visible(audiences).all())
        return known

    def _mask(self, theirs: frozenset[str]) -> Mask:
        known = self._masks.get(theirs)
        if known is None:
            whole = self.files.facet(facts.AUDIENCE)
            is_theirs = np.fromiter((value in theirs for value in whole.values), np.bool_, len(whole.values))
            known = is_theirs[whole.codes] & self.live
            if len(self._masks) >= _MOST_MASKS:
                self._masks.clear()
                self._visible.clear()
            self._masks[theirs] = known
        return known


_MOST_MASKS = 32
"""Each takes a byte a unit."""
_MOST_VIEWERS = 2_000
_LOOK_EVERY_S = 1.0
"""How often it is looked whether somebody deleted or cut off files that are open."""


class Snapshot:
    """The whole index as of one commit."""

    def __init__(self, contents: Path, number: int, segments: Sequence[SegmentView]) -> None:
        self.name = (contents.parent.name, number)
        self._contents = {contents: contents.stat().st_size}
        self._look_at = 0.0
        self.segments = segments
        units = sum(view.files.units for view in segments)
        heads = sum(view.files.head_count for view in segments)
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

    def is_whole(self) -> bool:
        """Whether all its files are there as they were opened, as far as was seen lately."""
        now = time.monotonic()
        if now >= self._look_at:
            if not (are_as_long(self._contents) and all(view.files.is_whole() for view in self.segments)):
                return False
            self._look_at = now + _LOOK_EVERY_S
        return True


def take_snapshot(generation: Generation, earlier: Snapshot | None, cache: Cache) -> Snapshot:
    """Open the newest commit, keeping open what an earlier snapshot shares with it.

    Raises OSError where a commit deletes files meanwhile: read the pointer and try again.
    """
    toc = generation.toc()
    same = earlier is not None and earlier.name[0] == generation.path.name
    opened = {view.files.id: view for view in earlier.segments} if earlier is not None and same else {}
    views = []
    for segment in toc.segments:
        known = opened.get(segment.segment_id())
        if known is None or known.deleted_count != segment.deleted_count():
            files = known.files if known is not None else SegmentFiles(generation, segment, cache)
            known = SegmentView(files, segment, known)
        views.append(known)
    return Snapshot(generation.contents(toc), toc.generation, views)
