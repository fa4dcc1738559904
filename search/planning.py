"""From words typed to words sought: what the viewer may see of them, what stands in for others, what is sought too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from search import expansion, kindred_terms
from search.analysis import can_join, is_light_word, is_stop_word, plain
from search.dictionary import EMPTY, Dictionary
from search.expansion import Variants, Words
from search.kindred_terms import Slot
from search.parsing import Asked

DOUBT = 0.5
"""How much a correction counts beside inflections of the word that are there."""
LIGHT = 0.3
"""How much a word counts of which any question is made, beside the others."""
MOST_SOUGHT = 16
"""Words sought, with those that parting a word makes two of."""
_MOST_TRIED = 40
_LETTERS_AN_EDIT = 3
"""A suggestion has more letters than so many for each edit: with fewer it is another word, not a misspelt one."""
_SHORTEST_START = 4
_SHORTEST_PART = 3


@dataclass(frozen=True)
class Plan:
    words: Sequence[Variants]
    """For each word sought what stands for it, runs of words among them; empty where nothing does."""
    shares: Sequence[float]
    """How much each of them counts, beside what its rarity tells."""
    instead: Sequence[str] = field(default=())
    """Words (or two, of what was typed as one) that stand in for misspelt ones, folded."""
    also: Sequence[str] = field(default=())
    """Synonyms and translations that are sought beside the words typed, folded."""

    def forms(self) -> dict[str, int]:
        """Every single word that answers, folded -> number of the word sought; words of a run one by one."""
        found: dict[str, int] = {}
        runs: dict[str, int] = {}
        for number, variants in enumerate(self.words):
            for form in variants:
                if " " in form:
                    runs.setdefault(form, number)
                else:
                    found.setdefault(form, number)
        for run, number in runs.items():
            telling = [word for word in run.split() if not is_stop_word(word)]
            last = max(n for n, variants in enumerate(self.words) if run in variants)
            for place, word in enumerate(telling):
                found.setdefault(word, min(number + place, last))
        return found


def plan(words: Words, asked: Asked, dictionary: Dictionary = EMPTY) -> Plan:
    """Decide for each word. Only words unknown to the viewer are completed (the last one), parted or corrected."""
    slots: list[Slot] = []
    kin = expansion.kin_of_all(words, asked.words)
    for number, (word, joined) in enumerate(zip(asked.words, _joined(words, asked.words), strict=True)):
        if joined or words.seen([word]) or kindred_terms.stand_for(words, word, dictionary):
            slots.append(Slot(word, {**kin[number], **joined}))
        else:
            left = len(asked.words) - number - 1
            is_last = asked.is_open and not left
            slots.extend(_standing_in(words, word, is_last=is_last, room=MOST_SOUGHT - len(slots) - left))
        for other in asked.alternatives.get(word, ()):
            slots[-1].variants |= _mixed(slots[-1].variants, _alternative(words, other), 1.0)
    also = kindred_terms.add(words, slots, dictionary)
    shares = [LIGHT if is_light_word(slot.word) else 1.0 for slot in slots]
    instead = tuple(dict.fromkeys(slot.instead for slot in slots if slot.instead))
    return Plan([slot.variants for slot in slots], shares, instead, also)


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


def _alternative(words: Words, word: str) -> Variants:
    return expansion.kin(words, word) if words.seen([word]) else _corrected(words, word)[0]


def _standing_in(words: Words, word: str, *, is_last: bool, room: int) -> list[Slot]:
    """What to seek for a word that is not there itself: one word, or those of which it was run together."""
    kin = expansion.kin(words, word)
    if inflected := words.seen(list(expansion.inflections(word, kin)), len(kin)):
        is_there = any(plain(form) == plain(word) for form in inflected)
        return [Slot(word, dict(kin) if is_there else _mixed(kin, _corrected(words, word)[0], DOUBT))]
    if is_last and len(word) > 2 and (completed := _completed(words, word)):
        return [Slot(word, _mixed(kin, completed, 1.0))]
    parts = parted(words, word) if room > 1 else []
    near, best = _corrected(words, word, most=1 if parts else expansion.MOST_EDITS)
    if best or not parts:
        return [Slot(best or word, _mixed(kin, near, 1.0), best)]
    telling = [part for part in parts if not is_stop_word(part)]
    return [
        Slot(part, dict(expansion.kin(words, part)), "" if number else " ".join(parts))
        for number, part in enumerate(telling)
    ]


def _mixed(one: Variants, other: Variants, share: float) -> dict[str, float]:
    return {form: max(one.get(form, 0.0), share * other.get(form, 0.0)) for form in {**one, **other}}


def _completed(words: Words, word: str) -> Variants:
    forms = expansion.beginning_with(words, word)
    return dict.fromkeys(words.seen(forms, len(forms)), expansion.PREFIX_WEIGHT)


def parted(words: Words, word: str) -> list[str]:
    """The two words that were run together, with a stop word between them where there is one; empty: none were.

    Of several ways the one whose shorter part is the longest: paginas|web, not pagina|sweb.
    """
    cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    ways = [(word[:cut], word[cut:]) for cut in cuts] if word.isalpha() else []
    there = set(words.seen([part for way in ways for part in way], 2 * len(ways)))
    telling = {part for part in there if not is_stop_word(part)}
    found = [[one, other] for one, other in ways if one in telling and other in telling]
    if not found:
        found = [
            [one[:-size], one[-size:], other]
            for one, other in ways
            for size in (1, 2, 3)
            if other in telling and is_stop_word(one[-size:]) and one[:-size] in telling
        ]
    return max(found, key=lambda parts: (min(len(parts[0]), len(parts[-1])), parts), default=[])


def _corrected(words: Words, word: str, most: int = expansion.MOST_EDITS) -> tuple[Variants, str]:
    """What may have been meant, at most so many edits away, and the likeliest word of it."""
    tried = (words.seen(forms[:_MOST_TRIED], expansion.MOST_NEAR) for forms in _nearer_first(words, word, most))
    kept = next(filter(None, tried), [])
    variants: dict[str, float] = {}
    for place, kin in enumerate(expansion.kin_of_all(words, kept)):
        weight = expansion.NEAR_WEIGHT if place == 0 else expansion.NEAR_WEIGHT * expansion.LESS_NEAR
        for kindred, share in kin.items():
            variants[kindred] = max(variants.get(kindred, 0.0), weight * share)
    return variants, kept[0] if kept else ""


def _nearer_first(words: Words, word: str, most: int) -> Iterator[Sequence[str]]:
    """What is said alike, however it is written, then what is ever more edits away."""
    yield expansion.sounding_like(words, word)
    for edits in range(1, min(most, expansion.most_edits(word)) + 1):
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
