"""What somebody who types may mean: titles, subjects and creators that hold the words, the last one unfinished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from search import expansion
from search.documents import Completion
from search.parsing import MOST_WORDS, Asked, parse, with_enye
from search.typed import MOST_NAMES, Typed, arranged, read
from search.whoosh_index import facts
from search.whoosh_index.postings import Ids
from search.whoosh_index.ranking import Ranker
from search.whoosh_index.reading import Cache, SegmentView, Snapshot
from search.whoosh_index.wording import SnapshotWords

NAMES = ("subject", "creator")
MOST_ENDINGS = 32
"""Words that what was typed last may become: the most frequent ones of each field and segment."""
_MOST_READ = 40
"""Values of a name that are read to see whether one holds all the words: of those that most hits have."""
_USES_WEIGHT, _LENGTH_WEIGHT, _BEGINS_WEIGHT = 1.0, 0.02, 10.0
"""What a title is worth: by the logarithm of its uses, for each letter less, for beginning as was typed."""


def suggest(snapshot: Snapshot, text: str, audiences: frozenset[str], limit: int) -> list[Completion]:
    """See search.engine.Index: names that begin as was typed, then titles, each text once."""
    typed = read(text)
    if typed is None:
        return []
    names = [name for field in NAMES for name in _names(snapshot, typed, audiences, field)]
    return arranged(typed, [*names, *_titles(snapshot, typed, audiences, limit)], limit)


def _names(snapshot: Snapshot, typed: Typed, audiences: frozenset[str], field: str) -> list[Completion]:
    """The subjects or creators that most of what the audiences may see has."""
    counts: Counter[str] = Counter()
    for view in snapshot.segments:
        heads = _holding(view, typed, field)
        heads = heads[view.visible(audiences)[heads]]
        coded = view.files.facet(field)
        numbers = np.bincount(coded.of(heads), minlength=len(coded.values))
        best = np.argsort(-numbers, kind="stable")[:_MOST_READ]
        for value, count in zip(best.tolist(), numbers[best].tolist(), strict=True):
            if count:
                counts[coded.values[value]] += count
    kept = [name for name in sorted(counts, key=lambda name: (-counts[name], name)) if typed.matches(name)]
    return [Completion(name, field) for name in kept[:MOST_NAMES]]


def _titles(snapshot: Snapshot, typed: Typed, audiences: frozenset[str], limit: int) -> Iterator[Completion]:
    rated: list[tuple[float, int, int]] = []
    for number, view in enumerate(snapshot.segments):
        begins = _beginning(view, typed)
        heads = np.union1d(begins, _holding(view, typed, "title"))
        heads = heads[view.visible(audiences)[heads] & view.files.is_head[heads]]
        worth = _worth(view, heads, np.isin(heads, begins))
        best = np.argsort(-worth, kind="stable")[: limit * 2]
        rated += [(float(worth[n]), number, int(heads[n])) for n in best]
    for _, number, head in sorted(rated, key=lambda each: (-each[0], each[1], each[2]))[: limit * 2]:
        fields = snapshot.segments[number].files.stored(head)
        yield Completion(fields["title"], "title", fields["id"])


def _worth(view: SegmentView, heads: Ids, begins: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    lengths = view.files.folded_titles.lengths(view.files.title_order[heads])
    uses = np.log1p(view.files.numbers("uses")[heads])
    return np.asarray(_USES_WEIGHT * uses - _LENGTH_WEIGHT * lengths + _BEGINS_WEIGHT * begins, np.float64)


def _beginning(view: SegmentView, typed: Typed) -> Ids:
    """The heads whose titles begin with all that was typed."""
    titles, order = view.files.folded_titles, view.files.title_order
    is_found = np.zeros(len(order), np.bool_)
    for whole in with_enye(typed.whole)[:MOST_WORDS]:
        key = facts.title_key(whole) + ("" if typed.start else " ")
        low, high = titles.starting_with(key.encode("utf-8"))
        if high > low:
            is_found |= (order >= low) & (order < high)
    return np.flatnonzero(is_found).astype(np.int32)


def _holding(view: SegmentView, typed: Typed, field: str) -> Ids:
    """The heads of which a field holds all the words, the last one in any ending."""
    found: Ids | None = None
    for word in typed.finished:
        held = _any_of(view, with_enye(word), field)
        found = held if found is None else np.intersect1d(found, held, assume_unique=True)
        if not len(found):
            return found
    if typed.start:
        vocabulary = view.files.words
        numbers = (n for start in with_enye(typed.start) for n in vocabulary.starting_with(start, MOST_ENDINGS))
        held = _any_of(view, map(vocabulary.text, numbers), field)
        found = held if found is None else np.intersect1d(found, held, assume_unique=True)
    return np.zeros(0, np.int32) if found is None else found


def _any_of(view: SegmentView, forms: Iterable[str], field: str) -> Ids:
    """The units of which a field holds any of some words."""
    vocabulary = view.files.words
    starts = getattr(vocabulary, f"{field}_at")
    numbers = (number for form in forms if (number := vocabulary.find(form)) >= 0)
    lists = [view.files.postings(int(starts[number]))[0] for number in numbers if starts[number] >= 0]
    if len(lists) == 1:
        return lists[0]
    return np.unique(np.concatenate(lists)) if lists else np.zeros(0, np.int32)


def answers(snapshot: Snapshot, cache: Cache, texts: Sequence[str], audiences: frozenset[str]) -> list[bool]:
    """See search.engine.Index. Of what names a field or years nothing is known: it is never suggested."""
    held = SnapshotWords(snapshot, Ranker(snapshot, cache, audiences))
    return [_is_answered(snapshot, held, parse(text), audiences) for text in texts]


def _is_answered(snapshot: Snapshot, held: SnapshotWords, asked: Asked, audiences: frozenset[str]) -> bool:
    named = any(term.field for clause in asked.required for term in clause)
    if not asked.words or named or asked.years != (None, None):
        return False
    kin = expansion.kin_of_all(held, asked.words)
    for view in snapshot.segments:
        visible, heads = view.visible(audiences), view.files.heads
        left = np.ones(view.files.units, np.bool_)
        for forms in kin:
            found = np.zeros(view.files.units, np.bool_)
            for field in ("title", "text"):
                units = _any_of(view, forms, field)
                found[heads[units[visible[units]]]] = True
            left &= found
        if left.any():
            return True
    return False
