"""From words typed to words sought: what the viewer may see of them, what stands in for others, what is sought too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from search import expansion, kindred_terms
from search.analysis import can_join, is_light_word, is_stop_word, plain
from search.dictionary import EMPTY, Dictionary
from search.expansion import MOST_EDITS, Variants, Words
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
_LINKS = ("de", "del", "la", "el", "en", "y", "a", "los", "las", "por", "con", "para")
"""Little words that are run together with their neighbours: siembradelmaiz."""
_RARE, _MORE_OFTEN, _SHORTEST_DOUBTED = 5, 30, 5
"""A word in so few units may be somebody else's misspelling of one in so many times more."""


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
    doubted: list[str] = []
    kin = expansion.kin_of_all(words, asked.words)
    is_alone = len(asked.words) == 1
    there = set(words.seen(asked.words, len(asked.words)))
    for number, (word, joined) in enumerate(zip(asked.words, _joined(words, asked.words), strict=True)):
        if joined or word in there or kindred_terms.stand_for(words, word, dictionary):
            slots.append(Slot(word, {**kin[number], **joined}))
            doubted += [] if is_alone or joined else _doubt(words, slots[-1])
        else:
            left = len(asked.words) - number - 1
            reading = _Reading(is_alone, asked.is_open and not left, MOST_SOUGHT - len(slots) - left)
            slots.extend(_standing_in(words, word, reading))
        for other in asked.alternatives.get(word, ()):
            slots[-1].variants |= _mixed(slots[-1].variants, _alternative(words, other), 1.0)
    also = kindred_terms.add(words, slots, dictionary)
    shares = [LIGHT if is_light_word(slot.word) else 1.0 for slot in slots]
    instead = tuple(dict.fromkeys(slot.instead for slot in slots if slot.instead))
    return Plan([slot.variants for slot in slots], shares, instead, (*doubted, *also))


@dataclass(frozen=True)
class _Reading:
    """Where a word stands among those asked: the only one, the last and maybe unfinished; how many it may become."""

    is_alone: bool
    is_last: bool
    room: int


def _joined(words: Words, asked: Sequence[str]) -> list[Variants]:
    """For each word what it makes with its neighbours, where that is a word too: video llamada, pre profesional."""
    found: list[dict[str, float]] = [{} for _ in asked]
    wholes = [one + other for one, other in pairwise(asked)]
    kin = [
        expansion.inflections(whole, variants) if can_join(whole) else {}
        for whole, variants in zip(wholes, expansion.kin_of_all(words, wholes), strict=True)
    ]
    forms = [form for variants in kin for form in variants]
    there = set(words.seen(forms, len(forms)))
    for number, variants in enumerate(kin):
        if not there.isdisjoint(variants):
            found[number].update(variants)
            found[number + 1].update(variants)
    return list[Variants](found)


def _alternative(words: Words, word: str) -> Variants:
    return expansion.kin(words, word) if words.seen([word]) else _corrected(words, word, 1, is_alone=True)[0]


def _doubt(words: Words, slot: Slot) -> list[str]:
    """Seek beside a very rare word what it may be a misspelling of: others have misspelt it so; tells what."""
    count = expansion.count_of(words, slot.word)
    if not 0 < count <= _RARE or len(slot.word) < _SHORTEST_DOUBTED:
        return []
    near = expansion.at_distance(words, slot.word, 1)
    likely = [form for form in near[:1] if expansion.count_of(words, form, sought=True) >= _MORE_OFTEN * count]
    if not likely or likely[0] in slot.variants or not words.seen(likely):
        return []
    slot.variants.update(_mixed(slot.variants, expansion.kin(words, likely[0]), DOUBT))
    return likely


def _standing_in(words: Words, word: str, reading: _Reading) -> list[Slot]:
    """What to seek for a word that is not there itself: one word, or those of which it was run together."""
    kin = expansion.kin(words, word)
    if inflected := words.seen(list(expansion.inflections(word, kin)), len(kin)):
        is_there = any(plain(form) == plain(word) for form in inflected)
        near = {} if is_there else _corrected(words, word, MOST_EDITS, is_alone=True)[0]
        return [Slot(word, _mixed(kin, near, DOUBT))]
    if reading.is_last and len(word) > 2 and (completed := _completed(words, word)):
        return [Slot(word, _mixed(kin, completed, 1.0))]
    parts = parted(words, word) if reading.room > 1 else []
    is_sure = bool(parts) and min(map(len, telling_of(parts))) > _SHORTEST_PART
    near, best = _corrected(words, word, 1 if is_sure else MOST_EDITS, is_alone=reading.is_alone)
    if best or not parts:
        return [Slot(best or word, _mixed(kin, near, 1.0), best)]
    return [
        Slot(part, dict(expansion.kin(words, part)), "" if number else " ".join(parts))
        for number, part in enumerate(telling_of(parts))
    ]


def telling_of(parts: Sequence[str]) -> list[str]:
    return [part for part in parts if not is_stop_word(part)]


def _mixed(one: Variants, other: Variants, share: float) -> dict[str, float]:
    return {form: max(one.get(form, 0.0), share * other.get(form, 0.0)) for form in {**one, **other}}


def _completed(words: Words, word: str) -> Variants:
    forms = expansion.beginning_with(words, word)
    return dict.fromkeys(words.seen(forms, len(forms)), expansion.PREFIX_WEIGHT)


def parted(words: Words, word: str) -> list[str]:
    """The two words that were run together, with a little one between them where there is one; empty: none were.

    Of several ways the one whose shorter part is the longest: paginas|web, not pagina|sweb.
    """
    cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    ways = [[word[:cut], word[cut:]] for cut in cuts] if word.isalpha() else []
    linked = [
        [one[: -len(link)], link, other]
        for one, other in ways
        for link in _LINKS
        if one.endswith(link) and len(one) - len(link) > _SHORTEST_PART < len(other)
    ]
    telling = list({part for way in (*ways, *linked) for part in telling_of(way)})
    there = set(words.seen(telling, len(telling)))
    for some in (ways, linked):
        found = [way for way in some if not is_stop_word(way[0]) and there.issuperset((way[0], way[-1]))]
        if found:
            return max(found, key=lambda way: (min(len(way[0]), len(way[-1])), way))
    return []


def _corrected(words: Words, word: str, most: int, *, is_alone: bool) -> tuple[Variants, str]:
    """What may have been meant, at most so many edits away, and the likeliest word of it."""
    tried = (words.seen(forms[:_MOST_TRIED], expansion.MOST_NEAR) for forms in _nearer_first(words, word, most))
    kept = next(filter(None, tried), [])
    if not is_alone and kept and expansion.most_edits(word):
        # Other words will tell which was meant.
        near = words.seen(expansion.at_distance(words, word, 1)[:_MOST_TRIED], expansion.MOST_NEAR)
        kept = list(dict.fromkeys((*kept, *near)))[: expansion.MOST_NEAR]
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
