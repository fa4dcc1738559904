"""From words typed to words sought: which are known to this viewer, what stands in for those that are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from search.parsing import Asked
from search.whoosh_index import expansion
from search.whoosh_index.expansion import Variants
from search.whoosh_index.reading import Snapshot

IsFound = Callable[[Variants], bool]
"""Whether any of some words stands in something that the viewer may see."""

DOUBT = 0.5
"""How much a correction counts beside inflections of the word that are there."""
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
        if not is_found({word: 1.0}):
            is_last = asked.is_open and number == len(asked.words) - 1
            variants, best = _standing_in(snapshot, word, variants, is_found, is_last=is_last)
            instead.extend(best)
        sought.append(variants)
    return Plan(sought, tuple(dict.fromkeys(instead)))


def _standing_in(
    snapshot: Snapshot, word: str, kin: Variants, is_found: IsFound, *, is_last: bool
) -> tuple[Variants, Sequence[str]]:
    """What to seek for a word that is not there itself, and which words of it the person should be told."""
    inflected = {form: weight for form, weight in kin.items() if weight >= expansion.SURE_KIN}
    near, best = _corrected(snapshot, word, is_found)
    if is_found(inflected):
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
    kept: list[str] = []
    for edits in range(1, expansion.most_edits(word) + 1):
        near = expansion.at_distance(snapshot, word, edits)[:_MOST_TRIED]
        kept = [form for form in near if is_found({form: 1.0})][: expansion.MOST_NEAR]
        if kept:
            break
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


def _further(snapshot: Snapshot, word: str) -> Iterator[str]:
    """Words beyond what is corrected unasked: one more edit, then those that begin alike, ever less."""
    yield from expansion.at_distance(snapshot, word, expansion.most_edits(word) + 1)[:_MOST_TRIED]
    for length in range(len(word) - 1, 2, -1):
        yield from expansion.beginning_with(snapshot, word[:length])


def _first(forms: Iterable[str], is_found: IsFound) -> str:
    return next((form for form in forms if is_found({form: 1.0})), "")
