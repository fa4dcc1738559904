"""What librarians taught of the order of hits: records that come first for a query, values that count more or less."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.dictionary import Boost
from search.whoosh_index.caching import Cache
from search.whoosh_index.facts import RECORD, record_number
from search.whoosh_index.filtering import Limits, having
from search.whoosh_index.found import Found
from search.whoosh_index.ordering import Place
from search.whoosh_index.reading import SegmentView, Snapshot

Pinned = tuple[int, int]
"""The number of a segment in its snapshot, and the head of a document in it."""


def pinned(
    snapshot: Snapshot, records: Sequence[str], audiences: frozenset[str], limits: Sequence[Limits]
) -> list[Pinned]:
    """Where the documents of some records are, in this order: those that the audiences may see within the limits."""
    found: list[Pinned] = []
    for record in records:
        for number, (view, limit) in enumerate(zip(snapshot.segments, limits, strict=True)):
            heads = _of_record(view, record, audiences)
            found.extend((number, head) for head in heads if limit.heads is None or limit.heads[head])
    return found


def _of_record(view: SegmentView, record: str, audiences: frozenset[str]) -> list[int]:
    heads = np.flatnonzero(view.files.numbers(RECORD) == record_number(record))
    heads = heads[view.files.is_head[heads] & view.visible(audiences)[heads]]
    return [head for head in heads.tolist() if view.files.stored(head).record_id == record]


def including(found: Sequence[Found], pins: Sequence[Pinned]) -> list[Found]:
    """What was found in each segment, with those pinned that were not."""
    return [_with(part, [head for segment, head in pins if segment == number]) for number, part in enumerate(found)]


def _with(found: Found, heads: Sequence[int]) -> Found:
    if not heads:
        return found
    new = np.setdiff1d(np.array(heads, np.int32), found.heads)
    if not len(new):
        return found
    places, none = np.searchsorted(found.heads, new), np.zeros(len(new), np.float32)
    all_heads, all_units, all_scores = found.matches
    among = np.searchsorted(all_heads, new)
    return Found(
        np.insert(found.heads, places, new),
        np.insert(found.units, places, new),
        np.insert(found.scores, places, none),
        (np.insert(all_heads, among, new), np.insert(all_units, among, new), np.insert(all_scores, among, none)),
    )


def places(pins: Sequence[Pinned], found: Sequence[Found]) -> list[Place]:
    """Where those pinned are among what was found; those that choices left out are not."""
    told = ((number, head, int(np.searchsorted(found[number].heads, head))) for number, head in pins)
    return [
        (number, place)
        for number, head, place in told
        if place < len(found[number].heads) and found[number].heads[place] == head
    ]


def boosted(snapshot: Snapshot, found: Sequence[Found], boosts: Sequence[Boost], cache: Cache) -> list[Found]:
    """What was found with the scores of those that have certain values multiplied."""
    rated = []
    for view, part in zip(snapshot.segments, found, strict=True):
        scores = part.scores
        for boost in boosts:
            has_it = having(view.files, part.heads, boost.facet, (boost.value,), cache)
            scores = np.where(has_it, scores * np.float32(boost.factor), scores)
        rated.append(Found(part.heads, part.units, scores, part.matches))
    return rated
