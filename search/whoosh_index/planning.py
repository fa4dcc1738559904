"""From words typed to words sought: which are known to this viewer, what stands in for those that are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from search.analysis import can_join, is_light_word
from search.parsing import Asked
from search.whoosh_index import expansion
from search.whoosh_index.expansion import Variants
from search.whoosh_index.reading import Snapshot

IsFound = Callable[[Variants], bool]
"""Whether any of some words stands in something that the viewer may see."""

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
    """For each word of the query the words of the index that stand for it; empty where none does."""
    shares: Sequence[float]
    """How much each of them counts, beside what its rarity tells."""
    instead: Sequence[str] = field(default=())
    """Words that stand in for misspelt ones."""


def plan(snapshot: Snapshot, asked: Asked, is_found: IsFound) -> Plan:
    """Decide for each word. Only words unknown to the viewer are completed (the last one) or corrected."""
    sought: list[Variants] = []
    instead: list[str] = []
    for number, (word, joined) in enumerate(zip(asked.words, _joined(snapshot, asked.words, is_found), strict=True)):
        variants: Variants = {**expansion.kin(snapshot, word), **joined}
        if not joined and not is_found({word: 1.0}):
            is_last = asked.is_open and number == len(asked.words) - 1
            variants, best = _standing_in(snapshot, word, variants, is_found, is_last=is_last)
            instead.extend(best)
        sought.append(variants)
    shares = [LIGHT if is_light_word(word) else 1.0 for word in asked.words]
    return Plan(sought, shares, tuple(dict.fromkeys(instead)))


def _joined(snapshot: Snapshot, words: Sequence[str], is_found: IsFound) -> list[Variants]:
    """For each word what it makes with its neighbours, where that is a word too: video llamada, pre profesional."""
    found: list[dict[str, float]] = [{} for _ in words]
    for number, (one, other) in enumerate(pairwise(words)):
        whole = one + other
        variants = expansion.inflections(whole, expansion.kin(snapshot, whole)) if can_join(whole) else {}
        if is_found(variants):
            found[number].update(variants)
            found[number + 1].update(variants)
    return list[Variants](found)


def _standing_in(
    snapshot: Snapshot, word: str, kin: Variants, is_found: IsFound, *, is_last: bool
) -> tuple[Variants, Sequence[str]]:
    """What to seek for a word that is not there itself, and which words of it the person should be told."""
    near, best = _corrected(snapshot, word, is_found)
    if is_found(expansion.inflections(word, kin)):
        return _mixed(kin, near, DOUBT), ()
    if is_last and len(word) > 2 and (completed := _completed(snapshot, word, is_found)):
        return _mixed(kin, completed, 1.0), ()
    return _mixed(kin, near, 1.0), best


def _mixed(one: Variants, other: Variants, share: float) -> Variants:
    return {form: max(one.get(form, 0.0), share * other.get(form, 0.0)) for form in {**one, **other}}


def _completed(snapshot: Snapshot, word: str, is_found: IsFound) -> Variants:
    forms = [form for form in expansion.beginning_with(snapshot, word) if is_found({form: 1.0})]
    return dict.fromkeys(forms, expansion.PREFIX_WEIGHT)


def _corrected(snapshot: Snapshot, word: str, is_found: IsFound) -> tuple[Variants, Sequence[str]]:
    kept = next(filter(None, (_seen(forms, is_found) for forms in _nearer_first(snapshot, word))), [])
    variants: dict[str, float] = {}
    for place, form in enumerate(kept):
        weight = expansion.NEAR_WEIGHT if place == 0 else expansion.NEAR_WEIGHT / 2
        for kindred, share in expansion.kin(snapshot, form).items():
            variants[kindred] = max(variants.get(kindred, 0.0), weight * share)
    return variants, kept[:1]


def _nearer_first(snapshot: Snapshot, word: str) -> Iterator[Sequence[str]]:
    """What is said alike, however it is written, then what is ever more edits away."""
    yield expansion.sounding_like(snapshot, word)
    for edits in range(1, expansion.most_edits(word) + 1):
        yield expansion.at_distance(snapshot, word, edits)


def _seen(forms: Sequence[str], is_found: IsFound) -> list[str]:
    return [form for form in forms[:_MOST_TRIED] if is_found({form: 1.0})][: expansion.MOST_NEAR]


def suggestion(snapshot: Snapshot, asked: Asked, is_found: IsFound) -> list[str]:
    """For the words of the query the nearest ones that have hits for the viewer; empty where none is near."""
    found = [_first(_further(snapshot, word), is_found) for word in asked.words]
    return [form for form in found if form]


def _further(snapshot: Snapshot, word: str) -> Iterator[str]:
    """Words beyond what is corrected unasked: one more edit, then those that begin alike, ever less."""
    edits = expansion.most_edits(word) + 1
    if edits * _LETTERS_AN_EDIT < len(word):
        yield from expansion.at_distance(snapshot, word, edits)[:_MOST_TRIED]
    for length in range(len(word) - 1, max(_SHORTEST_START, len(word) * 2 // 3) - 1, -1):
        yield from expansion.beginning_with(snapshot, word[:length])


def _first(forms: Iterable[str], is_found: IsFound) -> str:
    return next((form for form in forms if is_found({form: 1.0})), "")
