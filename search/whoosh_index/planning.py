"""From words typed to words sought: which are known to this viewer, what stands in for those that are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from search.parsing import Asked
from search.whoosh_index import expansion
from search.whoosh_index.expansion import Variants
from search.whoosh_index.reading import Snapshot

IsFound = Callable[[Variants], bool]
"""Whether any of some words stands in something that the viewer may see."""

_MOST_TRIED = 40


@dataclass(frozen=True)
class Plan:
    words: Sequence[Variants]
    """For each word of the query the words of the index that stand for it; empty where none does."""
    instead: Sequence[str] = field(default=())
    """Words that stand in for misspelt ones."""


def plan(snapshot: Snapshot, asked: Asked, is_found: IsFound) -> Plan:
    """Decide for each word. Only words unknown to the viewer are completed (the last one) or corrected."""
    sought: list[Variants] = []
    instead: list[str] = []
    for number, word in enumerate(asked.words):
        variants = expansion.kin(snapshot, word)
        if not is_found(variants):
            variants = {}
            if asked.is_open and number == len(asked.words) - 1 and len(word) > 2:
                variants = _completed(snapshot, word, is_found)
            if not variants:
                variants, best = _corrected(snapshot, word, is_found)
                instead.extend(best)
        sought.append(variants)
    return Plan(sought, instead)


def _completed(snapshot: Snapshot, word: str, is_found: IsFound) -> Variants:
    forms = [form for form in expansion.beginning_with(snapshot, word) if is_found({form: 1.0})]
    return dict.fromkeys(forms, expansion.PREFIX_WEIGHT)


def _corrected(snapshot: Snapshot, word: str, is_found: IsFound) -> tuple[Variants, Sequence[str]]:
    near = expansion.nearest(snapshot, word)
    seen = [(form, distance) for form, distance in near[:_MOST_TRIED] if is_found({form: 1.0})]
    kept = [form for form, distance in seen if distance == seen[0][1]][: expansion.MOST_NEAR]
    variants: dict[str, float] = {}
    for place, form in enumerate(kept):
        weight = expansion.NEAR_WEIGHT if place == 0 else expansion.NEAR_WEIGHT / 2
        for kindred, share in expansion.kin(snapshot, form).items():
            variants[kindred] = max(variants.get(kindred, 0.0), weight * share)
    return variants, kept[:1]


def suggestion(snapshot: Snapshot, asked: Asked, is_found: IsFound) -> str:
    """The query with the nearest words that have hits for the viewer; empty where there are none."""
    found = [_first(_further(snapshot, word), is_found) for word in asked.words]
    return " ".join(form for form in found if form)


def _further(snapshot: Snapshot, word: str) -> Iterable[str]:
    yield from (form for form, _ in expansion.nearest(snapshot, word, more=1)[:_MOST_TRIED])
    for length in range(len(word) - 1, 2, -1):
        yield from expansion.beginning_with(snapshot, word[:length])


def _first(forms: Iterable[str], is_found: IsFound) -> str:
    return next((form for form in forms if is_found({form: 1.0})), "")
