"""Which words of an index stand for a word typed: itself, its kin, and where it is unknown the nearest ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from search.analysis import has_kin, kin_keys, plain, sound_key, without_number
from search.edits import distances
from search.parsing import numbers_of
from search.spanish import APART

Variants = Mapping[str, float]
"""Folded words of the index and how much a match of each counts, the word itself 1.

A key with spaces is a run of words, stop words among them: they stand one right after the other.
"""
Counts = Mapping[str, int]
"""Folded words of the index and in how many units (documents and pages) each stands, at least about."""
KinKeys = tuple[str, str, str]
"""What search.analysis.kin_keys tells of one word."""

KIN_WEIGHTS = (0.85, 0.6, 0.7)
"""Of an inflection, a derivation, an English inflection."""
SURE_KIN = 0.85
OTHER_ENYE = 0.6
"""Of año where ano was typed, and the other way round."""
NEAR_WEIGHT = 0.8
LESS_NEAR = 0.5
"""Of all but the nearest one, beside it."""
MOST_EDITS = 2
PREFIX_WEIGHT = 0.7
MOST_VARIANTS = 40
MOST_NEAR = 5
_SHORTEST_MISSPELT = 4
_LONG_WORD = 7
_FIRST_LETTER_MAY_DIFFER = 5
_MOST_KEPT = 20_000
SHORTEST_SOUND = 3
MOST_SILENT = 2
"""Letters that two words said alike may differ by in length: an h, a doubled letter."""
VOWELS = frozenset("aeiou")


class Words(Protocol):
    """The words that one state of an index holds, for one viewer: what every engine provides to planning.

    Only ``seen`` depends on the viewer; what the others tell must have passed it before it is sought or shown.
    """

    @property
    def kept(self) -> dict[Any, Any]:
        """Where what is found out about words may be kept: the same for all viewers, gone when the index changes."""
        ...

    def kin_of(self, keys: Sequence[KinKeys]) -> Sequence[Sequence[Counts]]:
        """For each of several words those that share its first key, its second, and its third; none left out."""
        ...

    def sounding(self, key: str) -> Counts:
        """Words whose search.analysis.sound_key this is; more may be told."""
        ...

    def starting_with(self, start: str, limit: int) -> Counts:
        """The most frequent words that begin so."""
        ...

    def near(self, word: str, edits: int) -> Counts:
        """All words at most so many edits (1 to 3) away, ñ and n being the same; more may be told."""
        ...

    def seen(self, forms: Sequence[str], most: int = 1) -> Sequence[str]:
        """The first ``most`` of some words that stand in something that the viewer may see, in the order given."""
        ...


def kin(words: Words, word: str) -> Variants:
    """The word and the words of the index that are its kin."""
    return kin_of_all(words, [word])[0]


def kin_of_all(words: Words, asked: Sequence[str]) -> list[Variants]:
    """The same for several words, for one question to the engine. Kept once found."""
    # Each looked up once: another thread may let go of all of them at any moment.
    known: dict[str, Variants] = {word: variants for word in asked if (variants := words.kept.get(word))}
    new = [word for word in dict.fromkeys(asked) if word not in known]
    able = [word for word in new if has_kin(word)]
    keys = dict(zip(able, _keys(able), strict=True))
    found = dict(zip(able, words.kin_of(list(keys.values())) if able else (), strict=True))
    if len(words.kept) + len(new) > _MOST_KEPT:
        words.kept.clear()
    for word in new:
        words.kept["count", word] = max((kind.get(word, 0) for kind in found.get(word, ())), default=0)
        own = {plain(word): OTHER_ENYE, word: 1.0}
        if word in keys:
            own |= dict.fromkeys(set(_declined(word)) - {word}, SURE_KIN) | _weighed(word, found[word])
        words.kept[word] = known[word] = own
    return [known[word] for word in asked]


def _declined(word: str) -> Iterator[str]:
    """A word in both numbers and genders, whether there are such words or not: what stemming misses (comando)."""
    yield from numbers_of(word)
    ending = _GENDER.search(word)
    if ending and without_number(word) not in APART and len(word) > _SHORTEST_DECLINED:
        yield from numbers_of(f"{word[: ending.start()]}{'a' if ending.group(1) == 'o' else 'o'}{ending.group(2)}")


_GENDER = re.compile("([oa])(s?)$")
_SHORTEST_DECLINED = 4


def _keys(forms: Sequence[str]) -> list[KinKeys]:
    """The keys of several words, kept from one state of the index to the next: stemming takes longer than the rest."""
    known = {form: keys for form in forms if (keys := _known_keys.get(form))}
    new = [form for form in dict.fromkeys(forms) if form not in known]
    if len(_known_keys) + len(new) > _MOST_KEYS:
        _known_keys.clear()
    fresh = dict(zip(new, zip(*kin_keys(new), strict=True), strict=True))
    _known_keys.update(fresh)
    return [known[form] if form in known else fresh[form] for form in forms]


_known_keys: dict[str, KinKeys] = {}
_MOST_KEYS = 50_000


def count_of(words: Words, word: str, *, sought: bool = False) -> int:
    """In about how many units a word of letters stands; 0 for others, and where its kin was never ``sought``."""
    if sought:
        kin(words, word)
    return int(words.kept.get(("count", word), 0))


def of_each_kind(keys: KinKeys, counts: Counts) -> list[Counts]:
    """Kin kind by kind, of words that share one of the keys or only seem to: for engines that compare hashes."""
    forms = list(counts)
    found: list[dict[str, int]] = [{} for _ in keys]
    for form, form_keys in zip(forms, _keys(forms), strict=True):
        for kind, own, its in zip(found, keys, form_keys, strict=True):
            if own == its:
                kind[form] = counts[form]
    return list[Counts](found)


def _weighed(word: str, found: Sequence[Counts]) -> dict[str, float]:
    weights: dict[str, float] = {}
    counts: dict[str, int] = {}
    for weight, kind in zip(KIN_WEIGHTS, found, strict=True):
        counts.update(kind)
        for form in kind:
            weights[form] = max(weights.get(form, 0.0), weight)
    others, own, has_enye = APART.get(without_number(word), ()), plain(word), "ñ" in word
    variants = {}
    for form in sorted(counts, key=lambda form: (-counts[form], form))[:MOST_VARIANTS]:
        if others and without_number(form) in others:
            continue
        weight = 1.0 if plain(form) == own else weights[form]
        variants[form] = weight * OTHER_ENYE if ("ñ" in form) != has_enye else weight
    return variants


def inflections(word: str, variants: Variants) -> Variants:
    """Of a word's kin itself and its surest: other numbers, genders and tenses, typed with ñ or n."""

    def is_sure(form: str, weight: float) -> bool:
        return weight >= (SURE_KIN if ("ñ" in form) == ("ñ" in word) else SURE_KIN * OTHER_ENYE)

    return {form: weight for form, weight in variants.items() if is_sure(form, weight)}


def sounding_like(words: Words, word: str) -> list[str]:
    """Words of the index that are said as the word is, the most frequent first."""
    sought = sound_key(word)
    if not has_kin(word) or len(sought) < SHORTEST_SOUND or VOWELS.isdisjoint(sought):
        return []
    counts = words.sounding(sought)
    alike = [
        form
        for form in counts
        if form != word and sound_key(form) == sought and abs(len(form) - len(word)) <= MOST_SILENT
    ]
    return sorted(alike, key=lambda form: (-counts[form], form))


def beginning_with(words: Words, word: str, limit: int = 10) -> list[str]:
    """The most frequent words of the index that the word begins."""
    found = words.starting_with(word, limit + 1)
    return sorted(found.keys() - {word}, key=lambda form: (-found[form], form))[:limit]


def most_edits(word: str) -> int:
    """How many edits a misspelt word may be away: one, two for long words, none for short ones and numbers."""
    if len(word) < _SHORTEST_MISSPELT or any(letter.isdigit() for letter in word):
        return 0
    return MOST_EDITS if len(word) >= _LONG_WORD else 1


def at_distance(words: Words, word: str, edits: int) -> list[str]:
    """Words of the index exactly so many edits away, accents and ñ aside.

    An edit puts in, takes out or changes a letter, or swaps two neighbours. What begins alike comes first, then what
    is more frequent. Short words that begin otherwise are others, and all that are further away: boto is no foto,
    humanos no manos.
    """
    known: list[str] | None = words.kept.get((edits, word))
    if known is None:
        known = words.kept[edits, word] = _at_distance(words, word, edits)
    return known


def _at_distance(words: Words, word: str, edits: int) -> list[str]:
    counts = words.near(word, edits)
    forms = list(counts)
    measured = zip(forms, distances(plain(word), [plain(form) for form in forms]).tolist(), strict=True)
    found = [form for form, distance in measured if distance == edits]
    if len(word) < _FIRST_LETTER_MAY_DIFFER or edits > 1:
        found = [form for form in found if form[:1] == word[:1]]
    return sorted(found, key=lambda form: (form[:1] != word[:1], -counts[form], form))
