"""Merging segments: the live documents of several into one, everything copied as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.index import TOC

from search.whoosh_index import columns, deletions, facts, positions, stored, vocabulary
from search.whoosh_index.caching import Cache
from search.whoosh_index.columns import ColumnWriter
from search.whoosh_index.layout import INDEX_NAME, POSITIONED, SCORED, Generation, make_codec
from search.whoosh_index.positions import PositionsWriter
from search.whoosh_index.postings import BlockFieldWriter, Ids, Weights
from search.whoosh_index.reading import SegmentFiles, SegmentView
from search.whoosh_index.stored import StoredWriter
from search.whoosh_index.writing import write_audiences, write_heads, write_keys, write_lengths

SMALL_UNITS = 2_000
"""Segments with fewer units are always worth joining with others."""
FEWEST_JOINED = 4
MOST_UNITS_OF_ONE = 2_000_000
"""No more are joined into one where nothing else asks for it: that takes minutes."""
_WORTH_ONE = 8
"""How many times as many as all others the largest segment may have, to be written again with them."""
_NO_CACHE_BYTES = 1
_COPIED_AT_ONCE = 20_000
_TERMS_AT_ONCE = 100_000


def choose(segments: Sequence[W3Segment], bytes_of: Callable[[W3Segment], int]) -> list[W3Segment]:
    """Which segments to join now; empty where all is well.

    The smaller ones up to the largest that has at most half as many units as all smaller ones together, where they
    are FEWEST_JOINED: so each document is copied only some times however large the index grows. And any of which
    most is deleted. Of all those as many, from the smallest on, as one segment can hold.
    """
    by_size = sorted(segments, key=_live_units)
    chosen, together = 0, 0
    for number, segment in enumerate(by_size, 1):
        if _live_units(segment) <= max(SMALL_UNITS, together // 2):
            chosen = number
        together += _live_units(segment)
    joined = by_size[:chosen] if chosen >= FEWEST_JOINED else []
    joined += [each for each in by_size if each.deleted_count() * 2 > each.doc_count_all() and each not in joined]
    fitting = sum(total <= stored.MOST_BYTES for total in accumulate(map(bytes_of, joined)))
    return joined[:fitting]


def choose_all(segments: Sequence[W3Segment], bytes_of: Callable[[W3Segment], int]) -> list[W3Segment]:
    """Which segments to join where there is time: all, where one can hold them and they are not few beside the largest.

    One segment is searched much faster than several; but for a few changes it is not all written again.
    """
    *others, largest = sorted(map(_live_units, segments)) or [0]
    is_worth_it = sum(others) * _WORTH_ONE >= largest and len(segments) > 1
    if is_worth_it and sum(others) + largest <= MOST_UNITS_OF_ONE and sum(map(bytes_of, segments)) <= stored.MOST_BYTES:
        return list(segments)
    return []


def _live_units(segment: W3Segment) -> int:
    return int(segment.doc_count_all()) - int(segment.deleted_count())


def chosen_of(generation: Generation, toc: TOC, *, thoroughly: bool = False) -> list[W3Segment]:
    """Which segments of a table of contents to join now; ``thoroughly`` where there is time."""

    def stored_bytes(segment: W3Segment) -> int:
        return Path(generation.path, W3Codec.column_filename(segment, stored.COLUMN)).stat().st_size

    return (thoroughly and choose_all(toc.segments, stored_bytes)) or choose(toc.segments, stored_bytes)


class Joined:
    """Several segments made one in a folder of its own, beside those that are searched and written meanwhile."""

    def __init__(self, generation: Generation, chosen: Sequence[W3Segment], folder: Generation) -> None:
        """Takes its time, and no lock; all but ``put`` may be done while others write."""
        cache = Cache(_NO_CACHE_BYTES)
        self._views = [SegmentView(SegmentFiles(generation, segment, cache), segment) for segment in chosen]
        self._ids = [segment.segment_id() for segment in chosen]
        self._folder = folder
        self._joining = _Joining(folder, self._views)
        self._segment = self._joining.joined() if any(view.live.any() for view in self._views) else None

    def put(self, generation: Generation, toc: TOC) -> None:
        """Put the new segment in the place of the others in ``toc``, which is still to be committed.

        What was deleted of them meanwhile is deleted of it too; one that is gone was deleted altogether.
        """
        now = {segment.segment_id(): segment for segment in toc.segments}
        toc.segments = [segment for segment in toc.segments if segment.segment_id() not in self._ids]
        if self._segment is None:
            return
        for view, id_, moved in zip(self._views, self._ids, self._joining.moved, strict=True):
            is_deleted = deletions.mask_of(now[id_]) if id_ in now else True
            deletions.delete(self._segment, moved[view.live & is_deleted])
        for path in self._folder.path.iterdir():
            path.rename(generation.path / path.name)
        if self._segment.deleted_count() < self._segment.doc_count_all():
            toc.segments.append(self._segment)


class _Joining:
    """The segments as they were when it began, and where each of their units goes (``moved``)."""

    def __init__(self, generation: Generation, views: Sequence[SegmentView]) -> None:
        self._generation, self._views = generation, views
        self._kept = [np.flatnonzero(view.live) for view in views]
        self._firsts = np.cumsum([0, *map(len, self._kept)]).tolist()
        self.moved: list[Ids] = [
            (np.cumsum(view.live) - 1 + first).astype(np.int32)
            for view, first in zip(views, self._firsts, strict=False)
        ]
        self.segment: W3Segment = make_codec().new_segment(generation.storage, INDEX_NAME)

    def joined(self) -> W3Segment:
        self._copy_stored()
        self.segment.set_doc_count(self._firsts[-1])
        with columns.writing(self._path(self.segment.make_filename(columns.EXTENSION))) as arrays:
            self._copy_units(arrays)
            facts.merge(
                arrays, [(view.files.columns, kept) for view, kept in zip(self._views, self._kept, strict=True)]
            )
            self._copy_terms(arrays)
        return self.segment

    def _path(self, name: str) -> Path:
        return self._generation.path / name

    def _copy_stored(self) -> None:
        writer = StoredWriter(self._path(W3Codec.column_filename(self.segment, stored.COLUMN)))
        try:
            for view, kept in zip(self._views, self._kept, strict=True):
                for first, last in _runs(kept):
                    view.files.copy_stored(writer, first, last)
            writer.finish()
        finally:
            writer.close()

    def _copy_units(self, arrays: ColumnWriter) -> None:
        several = list(zip(self._views, self._kept, self.moved, strict=True))
        write_heads(arrays, np.concatenate([moved[view.files.heads[kept]] for view, kept, moved in several]))
        keys, heads = zip(*(_live_keys(view, moved) for view, _, moved in several), strict=True)
        write_keys(arrays, np.concatenate(keys), np.concatenate(heads))
        arrays.add("pages", *(view.files.pages[kept] for view, kept, _ in several))
        arrays.add("kinds", *(view.files.kinds[kept] for view, kept, _ in several))
        lengths = {name: [view.files.lengths[name][kept] for view, kept, _ in several] for name in SCORED}
        write_lengths(self._generation, self.segment, arrays, lengths)

    def _copy_terms(self, arrays: ColumnWriter) -> None:
        words, places = _united(self._views)
        counts = np.zeros(len(words), np.int64)
        at = {name: np.full(len(words), -1, np.int64) for name in vocabulary.FIELDS_AT}
        writer = BlockFieldWriter(make_codec(), self._generation.storage, self.segment)
        dtype = max((view.files.places_dtype for view in self._views), key=lambda each: each.itemsize)
        told = PositionsWriter(self._path(self.segment.make_filename(positions.EXTENSION)), dtype)
        for name in vocabulary.FIELDS_AT:
            writer.start_field(name)
            for number, occurrences in self._occurrences(name, places):
                ids, weights = self._postings(occurrences)
                if not len(ids):
                    continue
                start = at[name][number] = writer.add_postings_of(bytes(words[number]), ids, weights)
                if name in SCORED:
                    counts[number] = max(counts[number], len(ids))
                if name in POSITIONED:
                    told.add(start, self._told(occurrences, dtype))
            writer.finish_field()
        self._copy_audiences(writer)
        arrays.add("postings.size", np.array([writer.close()]))
        told.finish(arrays)
        parts = [(view.files.words, of_view) for view, of_view in zip(self._views, places, strict=True)]
        vocabulary.add(arrays, words, counts, at, vocabulary.shapes_joined(parts, len(words)))

    def _copy_audiences(self, writer: BlockFieldWriter) -> None:
        several = [view.files.facet(facts.AUDIENCE) for view in self._views]
        values, places = facts.united(each.values for each in several)
        codes = [to[each.codes[kept]] for each, to, kept in zip(several, places, self._kept, strict=True)]
        writer.start_field("audience")
        write_audiences(writer, values, np.concatenate(codes))
        writer.finish_field()

    def _occurrences(self, name: str, places: Sequence[Any]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Each term of a field, in order, with the segments that have it and where its postings lie in them."""
        starts = [getattr(view.files.words, f"{name}_at") for view in self._views]
        stand = [np.flatnonzero(each >= 0) for each in starts]
        terms = np.concatenate([place[some] for place, some in zip(places, stand, strict=True)])
        segments = np.repeat(np.arange(len(starts)), list(map(len, stand)))
        where = np.concatenate([each[some] for each, some in zip(starts, stand, strict=True)])
        order = np.argsort(terms, kind="stable")
        parts = (order[first : first + _TERMS_AT_ONCE] for first in range(0, len(order), _TERMS_AT_ONCE))
        found = chain.from_iterable(
            zip(terms[part].tolist(), segments[part].tolist(), where[part].tolist(), strict=True) for part in parts
        )
        last, occurrences = -1, list[tuple[int, int]]()
        for term, segment, start in found:
            if term != last:
                if occurrences:
                    yield last, occurrences
                last, occurrences = term, []
            occurrences.append((segment, start))
        if occurrences:
            yield last, occurrences

    def _postings(self, occurrences: Sequence[tuple[int, int]]) -> tuple[Ids, Weights]:
        ids: list[Ids] = []
        weights: list[Weights] = []
        for number, start in occurrences:
            view = self._views[number]
            units, heavy = view.files.read_postings(start)
            if view.deleted_count:
                live = view.live[units]
                ids.append(self.moved[number][units[live]])
                weights.append(heavy[live])
            else:
                ids.append(units + np.int32(self._firsts[number]))
                weights.append(heavy)
        return (ids[0], weights[0]) if len(ids) == 1 else (np.concatenate(ids), np.concatenate(weights))

    def _told(self, occurrences: Sequence[tuple[int, int]], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
        """The marked places of a term in the units that are kept."""
        several = []
        for number, start in occurrences:
            view = self._views[number]
            told = view.files.told_places(start)
            if view.deleted_count:
                units, offsets, _ = view.files.positions(start)
                told = told[np.repeat(view.live[units], np.diff(offsets))]
            several.append(positions.widened(told, dtype))
        return several[0] if len(several) == 1 else np.concatenate(several)


def _runs(kept: npt.NDArray[Any]) -> Iterator[tuple[int, int]]:
    """Units that are kept as stretches (first, after the last), none longer than what may be copied at once."""
    if not len(kept):
        return
    breaks = np.flatnonzero(np.diff(kept) != 1)
    for first, last in zip(
        kept[np.append(0, breaks + 1)].tolist(), kept[np.append(breaks, len(kept) - 1)].tolist(), strict=True
    ):
        for start in range(first, last + 1, _COPIED_AT_ONCE):
            yield start, min(start + _COPIED_AT_ONCE, last + 1)


def _live_keys(view: SegmentView, moved: Ids) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Keys of the documents that are kept, with where their heads go."""
    units = view.files.columns["key_units"]
    live = view.live[units]
    return view.files.columns["keys"][live], moved[units[live]].astype(np.int64)


def _united(views: Sequence[SegmentView]) -> tuple[npt.NDArray[np.bytes_], list[npt.NDArray[np.int64]]]:
    """All words of several segments in order, and for each segment the places of its own among them."""
    several = [view.files.words.texts for view in views]
    words = reduce(np.union1d, several)  # one after another: together they may be many times as many
    return words, [np.searchsorted(words, each) for each in several]
