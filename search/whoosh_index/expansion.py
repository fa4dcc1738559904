"""Which words of the index stand for a word typed: itself, its kin, and where it is unknown the nearest ones."""

from __future__ import annotations

from collections.abc import Mapping

from search.analysis import has_kin, kin_keys, plain
from search.whoosh_index.reading import Snapshot

Variants = Mapping[str, float]
"""Folded words of the index and how much a match of each counts, the word itself 1."""

KIN_WEIGHTS = (0.85, 0.6, 0.7)
"""Of an inflection, a derivation, an English inflection."""
OTHER_ENYE = 0.6
"""Of año where ano was typed, and the other way round."""
NEAR_WEIGHT = 0.8
PREFIX_WEIGHT = 0.7
MOST_VARIANTS = 40
MOST_NEAR = 5
_SHORTEST_MISSPELT = 4
_LONG_WORD = 8


def kin(snapshot: Snapshot, word: str) -> Variants:
    """The word and the words of the index that are its kin."""
    variants = {word: 1.0}
    if plain(word) != word:
        variants[plain(word)] = OTHER_ENYE
    if not has_kin(word):
        return variants
    keys = [key for (key,) in kin_keys([word])]
    found: dict[str, int] = {}
    for view in snapshot.segments:
        words = view.files.words
        for kind, key in enumerate(keys):
            for number in words.kin_of(kind, key):
                found[words.text(number)] = found.get(words.text(number), 0) + int(words.counts[number])
    forms = sorted(found, key=lambda form: -found[form])[:MOST_VARIANTS]
    for form, *form_keys in zip(forms, *kin_keys(forms), strict=True):
        weight = max((w for w, own, its in zip(KIN_WEIGHTS, keys, form_keys, strict=True) if own == its), default=0.0)
        if plain(form) == plain(word):
            weight = 1.0
        if ("ñ" in form) != ("ñ" in word):
            weight *= OTHER_ENYE
        if weight:
            variants[form] = max(weight, variants.get(form, 0.0))
    return variants


def beginning_with(snapshot: Snapshot, word: str, limit: int = 10) -> list[str]:
    """The most frequent words of the index that the word begins."""
    found: dict[str, int] = {}
    for view in snapshot.segments:
        words = view.files.words
        for number in words.starting_with(word, limit):
            found[words.text(number)] = found.get(words.text(number), 0) + int(words.counts[number])
    found.pop(word, None)
    return sorted(found, key=lambda form: -found[form])[:limit]


def nearest(snapshot: Snapshot, word: str, more: int = 0) -> list[tuple[str, int]]:
    """Words of the index one edit away (two for long words, and ``more``), nearest first, with their distance.

    An edit puts in, takes out or changes a letter, or swaps two neighbours. Among equals the one that begins alike
    and then the more frequent one comes first.
    """
    if len(word) < _SHORTEST_MISSPELT or any(letter.isdigit() for letter in word):
        return []
    most = (2 if len(word) >= _LONG_WORD else 1) + more
    bare = plain(word)
    found: dict[str, tuple[int, int]] = {}
    for view in snapshot.segments:
        words = view.files.words
        for number in words.near(word, most):
            form = words.text(number)
            distance = edits(bare, plain(form), most)
            if distance <= most and form != word:
                found[form] = (distance, found.get(form, (0, 0))[1] + int(words.counts[number]))
    order = sorted(found, key=lambda form: (found[form][0], form[:1] != word[:1], -found[form][1], form))
    return [(form, found[form][0]) for form in order]


def edits(one: str, other: str, most: int) -> int:
    """The number of edits between two words, counted up to ``most`` + 1 (optimal string alignment)."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, match in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != match))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == match:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
