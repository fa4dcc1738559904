"""From words typed to words sought: which are known to this viewer, what stands in for those that are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from search import expansion
from search.analysis import can_join, is_light_word
from search.dictionary import EMPTY, Dictionary
from search.expansion import Variants, Words
from search.parsing import Asked

DOUBT = 0.5
"""How much a correction counts beside inflections of the word that are there."""
LIGHT = 0.3
"""How much a word counts of which any question is made, beside the others."""
_MOST_TRIED = 40
_LETTERS_AN_EDIT = 3
"""A suggestion has more letters than so many for each edit: with fewer it is another word, not a misspelt one."""
_SHORTEST_START = 4


@dataclass(frozen=True)
class Plan:
    words: Sequence[Variants]
    """For each word of the query what stands for it, runs of words among them; empty where nothing does."""
    shares: Sequence[float]
    """How much each of them counts, beside what its rarity tells."""
    instead: Sequence[str] = field(default=())
    """Words that stand in for misspelt ones, folded."""
    also: Sequence[str] = field(default=())
    """Synonyms and translations that are sought beside the words typed, folded."""


def plan(words: Words, asked: Asked, dictionary: Dictionary = EMPTY) -> Plan:
    """Decide for each word. Only words unknown to the viewer are completed (the last one) or corrected."""
    sought: list[Variants] = []
    instead: list[str] = []
    kin = expansion.kin_of_all(words, asked.words)
    for number, (word, joined) in enumerate(zip(asked.words, _joined(words, asked.words), strict=True)):
        variants: Variants = {**kin[number], **joined}
        if not joined and not words.seen([word]):
            is_last = asked.is_open and number == len(asked.words) - 1
            variants, best = _standing_in(words, word, variants, is_last=is_last)
            instead.extend(best)
        sought.append(variants)
    shares = [LIGHT if is_light_word(word) else 1.0 for word in asked.words]
    return Plan(sought, shares, tuple(dict.fromkeys(instead)))


def _joined(words: Words, asked: Sequence[str]) -> list[Variants]:
    """For each word what it makes with its neighbours, where that is a word too: video llamada, pre profesional."""
    found: list[dict[str, float]] = [{} for _ in asked]
    wholes = [one + other for one, other in pairwise(asked)]
    for number, (whole, kin) in enumerate(zip(wholes, expansion.kin_of_all(words, wholes), strict=True)):
        variants = expansion.inflections(whole, kin) if can_join(whole) else {}
        if words.seen(list(variants)):
            found[number].update(variants)
            found[number + 1].update(variants)
    return list[Variants](found)


def _standing_in(words: Words, word: str, kin: Variants, *, is_last: bool) -> tuple[Variants, Sequence[str]]:
    """What to seek for a word that is not there itself, and which words of it the person should be told."""
    near, best = _corrected(words, word)
    if words.seen(list(expansion.inflections(word, kin))):
        return _mixed(kin, near, DOUBT), ()
    if is_last and len(word) > 2 and (completed := _completed(words, word)):
        return _mixed(kin, completed, 1.0), ()
    return _mixed(kin, near, 1.0), best


def _mixed(one: Variants, other: Variants, share: float) -> Variants:
    return {form: max(one.get(form, 0.0), share * other.get(form, 0.0)) for form in {**one, **other}}


def _completed(words: Words, word: str) -> Variants:
    forms = expansion.beginning_with(words, word)
    return dict.fromkeys(words.seen(forms, len(forms)), expansion.PREFIX_WEIGHT)


def _corrected(words: Words, word: str) -> tuple[Variants, Sequence[str]]:
    tried = (words.seen(forms[:_MOST_TRIED], expansion.MOST_NEAR) for forms in _nearer_first(words, word) if forms)
    kept = next(filter(None, tried), [])
    variants: dict[str, float] = {}
    for place, kin in enumerate(expansion.kin_of_all(words, kept)):
        weight = expansion.NEAR_WEIGHT if place == 0 else expansion.NEAR_WEIGHT / 2
        for kindred, share in kin.items():
            variants[kindred] = max(variants.get(kindred, 0.0), weight * share)
    return variants, kept[:1]


def _nearer_first(words: Words, word: str) -> Iterator[Sequence[str]]:
    """What is said alike, however it is written, then what is ever more edits away."""
    yield expansion.sounding_like(words, word)
    for edits in range(1, expansion.most_edits(word) + 1):
        yield expansion.at_distance(words, word, edits)


def suggestion(words: Words, asked: Asked) -> list[str]:
    """For the words of the query the nearest ones that have hits for the viewer; empty where none is near."""
    found = [next((form for forms in _further(words, word) for form in words.seen(forms)), "") for word in asked.words]
    return [form for form in found if form]


def _further(words: Words, word: str) -> Iterator[Sequence[str]]:
    """Words beyond what is corrected unasked: one more edit, then those that begin alike, ever less."""
    edits = expansion.most_edits(word) + 1
    if edits * _LETTERS_AN_EDIT < len(word):
        yield expansion.at_distance(words, word, edits)[:_MOST_TRIED]
    for length in range(len(word) - 1, max(_SHORTEST_START, len(word) * 2 // 3) - 1, -1):
        yield expansion.beginning_with(words, word[:length])
