"""Which words of the index stand for a word typed: itself, its kin, and where it is unknown the nearest ones."""

from __future__ import annotations

from collections.abc import Mapping

from search.analysis import has_kin, kin_keys, plain, sound_key
from search.edits import distances
from search.whoosh_index.reading import Snapshot
from search.whoosh_index.vocabulary import SOUND

Variants = Mapping[str, float]
"""Folded words of the index and how much a match of each counts, the word itself 1."""

KIN_WEIGHTS = (0.85, 0.6, 0.7)
"""Of an inflection, a derivation, an English inflection."""
SURE_KIN = 0.85
OTHER_ENYE = 0.6
"""Of año where ano was typed, and the other way round."""
NEAR_WEIGHT = 0.8
PREFIX_WEIGHT = 0.7
MOST_VARIANTS = 40
MOST_NEAR = 5
_SHORTEST_MISSPELT = 4
_LONG_WORD = 8
_FIRST_LETTER_MAY_DIFFER = 6
_MOST_KEPT = 5_000
SHORTEST_SOUND = 3
MOST_SILENT = 2
"""Letters that two words said alike may differ by in length: an h, a doubled letter."""
VOWELS = frozenset("aeiou")


def kin(snapshot: Snapshot, word: str) -> Variants:
    """The word and the words of the index that are its kin. Kept with the snapshot once found."""
    known: Variants | None = snapshot.kept.get(word)
    if known is None:
        if len(snapshot.kept) >= _MOST_KEPT:
            snapshot.kept.clear()
        known = snapshot.kept[word] = _kin(snapshot, word)
    return known


def _kin(snapshot: Snapshot, word: str) -> Variants:
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


def inflections(word: str, variants: Variants) -> Variants:
    """Of a word's kin itself and its surest: other numbers, genders and tenses, typed with ñ or n."""

    def is_sure(form: str, weight: float) -> bool:
        return weight >= (SURE_KIN if ("ñ" in form) == ("ñ" in word) else SURE_KIN * OTHER_ENYE)

    return {form: weight for form, weight in variants.items() if is_sure(form, weight)}


def sounding_like(snapshot: Snapshot, word: str) -> list[str]:
    """Words of the index that are said as the word is, the most frequent first."""
    sought = sound_key(word)
    if not has_kin(word) or len(sought) < SHORTEST_SOUND or VOWELS.isdisjoint(sought):
        return []
    counts: dict[str, int] = {}
    for view in snapshot.segments:
        words = view.files.words
        for number in words.kin_of(SOUND, sought):
            counts[words.text(number)] = counts.get(words.text(number), 0) + int(words.counts[number])
    alike = [
        form
        for form in counts
        if form != word and sound_key(form) == sought and abs(len(form) - len(word)) <= MOST_SILENT
    ]
    return sorted(alike, key=lambda form: (-counts[form], form))


def beginning_with(snapshot: Snapshot, word: str, limit: int = 10) -> list[str]:
    """The most frequent words of the index that the word begins."""
    found: dict[str, int] = {}
    for view in snapshot.segments:
        words = view.files.words
        for number in words.starting_with(word, limit):
            found[words.text(number)] = found.get(words.text(number), 0) + int(words.counts[number])
    found.pop(word, None)
    return sorted(found, key=lambda form: -found[form])[:limit]


def most_edits(word: str) -> int:
    """How many edits a misspelt word may be away: one, two for long words, none for short ones and numbers."""
    if len(word) < _SHORTEST_MISSPELT or any(letter.isdigit() for letter in word):
        return 0
    return 2 if len(word) >= _LONG_WORD else 1


def at_distance(snapshot: Snapshot, word: str, edits: int) -> list[str]:
    """Words of the index exactly so many edits away, accents and ñ aside.

    An edit puts in, takes out or changes a letter, or swaps two neighbours. What begins alike comes first, then what
    is more frequent. Short words that begin otherwise are others: boto is no foto.
    """
    counts: dict[str, int] = {}
    for view in snapshot.segments:
        words = view.files.words
        for number in words.near(word, edits):
            counts[words.text(number)] = counts.get(words.text(number), 0) + int(words.counts[number])
    forms = list(counts)
    measured = zip(forms, distances(plain(word), [plain(form) for form in forms]).tolist(), strict=True)
    found = [form for form, distance in measured if distance == edits]
    if len(word) < _FIRST_LETTER_MAY_DIFFER:
        found = [form for form in found if form[:1] == word[:1]]
    return sorted(found, key=lambda form: (form[:1] != word[:1], -counts[form], form))
