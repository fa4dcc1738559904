"""What somebody who types may mean: titles, subjects and creators that hold the words, the last one unfinished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from search import expansion
from search.documents import Completion
from search.parsing import MOST_WORDS, Asked, parse, with_enye
from search.typed import MOST_NAMES, Typed, arranged, read
from search.whoosh_index import facts
from search.whoosh_index.caching import Cache
from search.whoosh_index.ranking import Ranker
from search.whoosh_index.reading import Mask, SegmentView, Snapshot
from search.whoosh_index.wording import SnapshotWords

NAMES = ("subject", "creator")
MOST_ENDINGS = 32
"""Words that what was typed last may become: the most frequent ones of each field and segment."""
_MOST_LOOKED_AT = 500
"""Words among which those are sought."""
_MOST_COUNTED = 20_000
"""Documents of a segment whose names are counted: of more every second, third and so on."""
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
        heads = np.flatnonzero(_holding(view, typed, field) & view.visible(audiences))
        coded = view.files.facet(field)
        some = heads[:: 1 + len(heads) // _MOST_COUNTED]
        numbers = np.bincount(coded.of(some), minlength=len(coded.values))
        for value in _greatest(numbers, _MOST_READ).tolist():
            if numbers[value]:
                counts[coded.values[value]] += int(numbers[value])
    kept = [name for name in sorted(counts, key=lambda name: (-counts[name], name)) if typed.matches(name)]
    return [Completion(name, field) for name in kept[:MOST_NAMES]]


def _titles(snapshot: Snapshot, typed: Typed, audiences: frozenset[str], limit: int) -> Iterator[Completion]:
    rated: list[tuple[float, int, int]] = []
    for number, view in enumerate(snapshot.segments):
        visible = view.visible(audiences) & view.files.is_head
        begins = _beginning(view, typed) & visible
        heads = np.flatnonzero(begins)
        if len(heads) < 2 * limit:
            heads = np.flatnonzero(begins | (_holding(view, typed, "title") & visible))
        worth = _worth(view, heads, begins[heads])
        rated += [(float(worth[n]), number, int(heads[n])) for n in _greatest(worth, 2 * limit).tolist()]
    for _, number, head in sorted(rated, key=lambda each: (-each[0], each[1], each[2]))[: limit * 2]:
        stored = snapshot.segments[number].files.stored(head)
        yield Completion(stored.title, "title", stored.id)


def _greatest(numbers: npt.NDArray[Any], limit: int) -> npt.NDArray[np.intp]:
    """The places of the greatest, greatest first; of those that are alike the first."""
    if len(numbers) <= limit:
        return np.argsort(-numbers, kind="stable")
    least = np.partition(numbers, -limit)[-limit]
    near = np.flatnonzero(numbers >= least)
    return near[np.argsort(-numbers[near], kind="stable")[:limit]]


def _worth(view: SegmentView, heads: npt.NDArray[np.intp], begins: Mask) -> npt.NDArray[np.float64]:
    lengths = view.files.folded_titles.lengths(view.files.title_order[heads])
    uses = np.log1p(view.files.numbers("uses")[heads])
    return np.asarray(_USES_WEIGHT * uses - _LENGTH_WEIGHT * lengths + _BEGINS_WEIGHT * begins, np.float64)


def _beginning(view: SegmentView, typed: Typed) -> Mask:
    """Which units are heads whose titles begin with all that was typed."""
    titles, order = view.files.folded_titles, view.files.title_order
    found = np.zeros(len(order), np.bool_)
    for whole in with_enye(typed.whole)[:MOST_WORDS]:
        key = facts.title_key(whole) + ("" if typed.start else " ")
        low, high = titles.starting_with(key.encode("utf-8"))
        if high > low:
            found |= (order >= low) & (order < high)
    return found


def _holding(view: SegmentView, typed: Typed, field: str) -> Mask:
    """Of which units a field holds all the words, the last one in any ending."""
    vocabulary = view.files.words
    starts: npt.NDArray[np.int64] = getattr(vocabulary, f"{field}_at")
    asked = [[starts[n] for form in with_enye(word) if (n := vocabulary.find(form)) >= 0] for word in typed.finished]
    if typed.start:
        numbers = (n for start in with_enye(typed.start) for n in vocabulary.starting_with(start, _MOST_LOOKED_AT))
        asked.append(list(islice((starts[n] for n in numbers if starts[n] >= 0), MOST_ENDINGS)))
    return _all_of(view, asked)


def _all_of(view: SegmentView, asked: Iterable[Iterable[int]]) -> Mask:
    """Which units are in one list of each of several, given by where their postings begin (-1: nowhere)."""
    left = np.ones(view.files.units, np.bool_)
    for lists in asked:
        found = np.zeros(view.files.units, np.bool_)
        for start in lists:
            if start >= 0:
                found[view.files.postings(int(start))[0]] = True
        left &= found
    return left


def answers(snapshot: Snapshot, cache: Cache, texts: Sequence[str], audiences: frozenset[str]) -> list[bool]:
    """See search.engine.Index. Of what names a field or years nothing is known: it is never suggested."""
    held = SnapshotWords(snapshot, Ranker(snapshot, cache, audiences))
    return [_is_answered(snapshot, held, parse(text), audiences) for text in texts]


def _is_answered(snapshot: Snapshot, held: SnapshotWords, asked: Asked, audiences: frozenset[str]) -> bool:
    named = any(term.field for clause in asked.required for term in clause)
    if not asked.words or named or asked.years != (None, None):
        return False
    kin = expansion.kin_of_all(held, asked.words)
    return any(_has_one(view, kin, audiences) for view in snapshot.segments)


def _has_one(view: SegmentView, kin: Sequence[Iterable[str]], audiences: frozenset[str]) -> bool:
    """Whether the audiences may see a document that holds a form of each word, wherever in it."""
    vocabulary, heads, visible = view.files.words, view.files.heads, view.visible(audiences)
    left = np.ones(view.files.units, np.bool_)
    for forms in kin:
        numbers = [number for form in forms if (number := vocabulary.find(form)) >= 0]
        starts = [starts[number] for starts in (vocabulary.title_at, vocabulary.text_at) for number in numbers]
        found = np.zeros(view.files.units, np.bool_)
        found[heads[_all_of(view, [starts]) & visible]] = True
        left &= found
    return bool(left.any())
