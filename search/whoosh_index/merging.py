"""Merging segments: the live documents of several into one, posting lists joined as arrays."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3PerDocWriter, W3Segment
from whoosh.index import TOC

from search.whoosh_index.layout import (
    BACK_COLUMN,
    FIELDS,
    INDEX_NAME,
    KEY_COLUMN,
    KIND_COLUMN,
    PAGE_COLUMN,
    Generation,
    make_codec,
    make_schema,
)
from search.whoosh_index.postings import BlockFieldWriter, Ids, Weights
from search.whoosh_index.reading import Cache, SegmentFiles, SegmentView
from search.whoosh_index.writing import save_vocabulary

SMALL_UNITS = 2_000
"""Segments with fewer units are always worth joining with others."""
FEWEST_JOINED = 4
_NO_CACHE_BYTES = 1

Occurrence = tuple[bytes, int, int]
"""A term, the segment and where its postings begin in it."""


def choose(segments: Sequence[W3Segment]) -> list[W3Segment]:
    """Which segments to join now: the small ones, as long as each is about as small as all smaller ones together,
    where there are FEWEST_JOINED of them; and any of which most is deleted. Empty where all is well."""
    chosen, together = [], SMALL_UNITS
    for segment in sorted(segments, key=_live_units):
        if _live_units(segment) > together:
            break
        chosen.append(segment)
        together += _live_units(segment)
    if len(chosen) < FEWEST_JOINED:
        chosen = []
    wasteful = [each for each in segments if each.deleted_count() * 2 > each.doc_count_all() and each not in chosen]
    return chosen + wasteful


def _live_units(segment: W3Segment) -> int:
    return int(segment.doc_count_all()) - int(segment.deleted_count())


def merge(generation: Generation, toc: TOC, chosen: Sequence[W3Segment]) -> None:
    """Put one new segment in the place of the chosen ones in ``toc``, which is still to be committed."""
    cache = Cache(_NO_CACHE_BYTES)
    views = [SegmentView(SegmentFiles(generation, segment, cache), segment) for segment in chosen]
    toc.segments = [segment for segment in toc.segments if segment not in chosen]
    if any(view.live.any() for view in views):
        toc.segments.append(_joined(generation, views))


def _joined(generation: Generation, views: Sequence[SegmentView]) -> W3Segment:
    codec = make_codec()
    segment: W3Segment = codec.new_segment(generation.storage, INDEX_NAME)
    moved = _moved(views)
    writer = codec.per_document_writer(generation.storage, segment)
    for view, places in zip(views, moved, strict=True):
        _copy_documents(writer, view, places)
    writer.close()
    segment.set_doc_count(sum(int(view.live.sum()) for view in views))
    _copy_terms(generation, segment, views, moved)
    return segment


def _moved(views: Sequence[SegmentView]) -> list[Ids]:
    """For each unit of each segment its place in the new one; where it was deleted the number means nothing."""
    moved, first = [], 0
    for view in views:
        moved.append((np.cumsum(view.live) - 1 + first).astype(np.int32))
        first += int(view.live.sum())
    return moved


def _copy_documents(writer: W3PerDocWriter, view: SegmentView, places: Ids) -> None:
    files, schema = view.files, make_schema()
    for unit in np.flatnonzero(view.live).tolist():
        writer.start_doc(int(places[unit]))
        for name, lengths in files.lengths.items():
            writer.add_field(name, schema[name], None, int(lengths[unit]))
        writer.add_column_value("_stored", None, files.stored(unit))
        writer.add_column_value("key", KEY_COLUMN, int(files.keys[unit]))
        writer.add_column_value("back", BACK_COLUMN, unit - int(files.heads[unit]))
        writer.add_column_value("page", PAGE_COLUMN, int(files.pages[unit]))
        writer.add_column_value("kind", KIND_COLUMN, int(files.kinds[unit]))
        writer.finish_doc()


def _copy_terms(generation: Generation, segment: W3Segment, views: Sequence[SegmentView], moved: Sequence[Ids]) -> None:
    found: dict[bytes, list[int]] = {}
    schema = make_schema()
    writer = BlockFieldWriter(make_codec(), generation.storage, segment)
    for name in FIELDS:
        writer.start_field(name, schema[name])
        occurrences = heapq.merge(*(_terms(view.files, name, number) for number, view in enumerate(views)))
        for term, group in groupby(occurrences, key=itemgetter(0)):
            ids, weights = _postings(group, views, moved)
            if not len(ids):
                continue
            start = writer.add_postings_of(term, ids, weights)
            if name != "audience":
                entry = found.setdefault(term, [0, -1, -1])
                entry[0] = max(entry[0], len(ids))
                entry[1 if name == "title" else 2] = start
        writer.finish_field()
    writer.close()
    save_vocabulary(generation, segment, found)


def _terms(files: SegmentFiles, name: str, number: int) -> Iterator[Occurrence]:
    if name == "audience":
        yield from ((term, number, start) for term, start in files.audiences.items())
        return
    starts: npt.NDArray[Any] = files.words.title_at if name == "title" else files.words.text_at
    for place in np.flatnonzero(starts >= 0).tolist():
        yield bytes(files.words.texts[place]), number, int(starts[place])


def _postings(group: Iterable[Occurrence], views: Sequence[SegmentView], moved: Sequence[Ids]) -> tuple[Ids, Weights]:
    ids: list[Ids] = []
    weights: list[Weights] = []
    for _, number, start in group:
        units, heavy = views[number].files.postings(start)
        live = views[number].live[units]
        ids.append(moved[number][units[live]])
        weights.append(heavy[live])
    return np.concatenate(ids), np.concatenate(weights)
