"""What is most like a document: what holds the words that tell most of its title, its subjects and its description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from search import expansion
from search.documents import SORTS, Hit
from search.matching import Matching
from search.telling import SAME_SUBJECT, rarest, weighed
from search.whoosh_index import facts
from search.whoosh_index.caching import Cache
from search.whoosh_index.columns import units_of
from search.whoosh_index.found import Found
from search.whoosh_index.hits import Order, Sought, best_hits
from search.whoosh_index.postings import Ids
from search.whoosh_index.ranking import Ranker
from search.whoosh_index.reading import SegmentView, Snapshot
from search.whoosh_index.stored import Stored
from search.whoosh_index.wording import SnapshotWords
from search.whoosh_index.writing import key_of

_MOST_TWINS = 50


def similar(snapshot: Snapshot, cache: Cache, document_id: str, audiences: frozenset[str], limit: int) -> list[Hit]:
    """See search.engine.Index. What has the same title and the same description is no other document."""
    at = _place(snapshot, document_id, audiences)
    if at is None:
        return []
    view, head = at
    stored = view.files.stored(head)
    coded = view.files.facet("subject")
    subjects = [coded.values[code] for code in coded.of(np.array([head])).tolist()]
    ranker = Ranker(snapshot, cache, audiences)
    held = SnapshotWords(snapshot, ranker)
    weights = weighed(stored.title, stored.text, subjects)
    terms = rarest(weights, _counts(snapshot, list(weights)), snapshot.units)
    kin = expansion.kin_of_all(held, list(terms))
    for (word, weight), variants in zip(terms.items(), kin, strict=True):
        ranker.add(expansion.inflections(word, variants), weight)
    found = [
        _others(each, part, stored, subjects)
        for each, part in zip(snapshot.segments, ranker.find() if terms else (), strict=bool(terms))
    ]
    if not any(len(part.heads) for part in found):
        return []
    return best_hits(snapshot, found, Sought(Matching({}), (1.0,)), Order(SORTS[0], slice(0, limit)))


def _place(snapshot: Snapshot, document_id: str, audiences: frozenset[str]) -> tuple[SegmentView, int] | None:
    for view in snapshot.segments:
        units = units_of(view.files.columns, np.array([key_of(document_id)], np.uint64))
        for unit in units[view.visible(audiences)[units] & view.files.is_head[units]].tolist():
            if view.files.document_id(unit) == document_id:
                return view, unit
    return None


def _counts(snapshot: Snapshot, asked: Sequence[str]) -> dict[str, int]:
    return {word: _count(snapshot, word) for word in asked}


def _count(snapshot: Snapshot, word: str) -> int:
    numbered = ((view.files.words, view.files.words.find(word)) for view in snapshot.segments)
    return sum(int(vocabulary.counts[number]) for vocabulary, number in numbered if number >= 0)


def _others(view: SegmentView, found: Found, stored: Stored, subjects: Sequence[str]) -> Found:
    """What was found without the document and its twins, those of the same subject rated higher."""
    is_other = ~np.isin(found.heads, _twins(view, stored))
    scores = np.where(np.isin(found.heads, _of_subjects(view, subjects)), SAME_SUBJECT, 1.0) * found.scores
    kept = found.only(is_other)
    return replace(kept, scores=scores[is_other].astype(np.float32))


def _twins(view: SegmentView, stored: Stored) -> Ids:
    """The document itself, and others with its title and its description."""
    rank = view.files.folded_titles.find(facts.title_key(stored.title))
    if rank < 0:
        return np.zeros(0, np.int32)
    heads = np.flatnonzero(view.files.title_order == rank)[:_MOST_TWINS]
    same = [head for head in heads.tolist() if view.files.stored(head).text == stored.text]
    return np.array(same, np.int32)


def _of_subjects(view: SegmentView, subjects: Sequence[str]) -> Ids:
    """The heads of documents that have one of some subjects."""
    coded = view.files.facet("subject")
    codes = [code for subject in subjects if (code := coded.values.find(subject)) >= 0]
    return coded.units_with(codes)
