"""Makes known-item searches of titles, each with the records that answer it, deformed as bench.deformations knows."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.deformations import Change, bare, is_telling
from search.analysis import kin_keys, normal, split

_FEWEST_WORDS, _MOST_WORDS = 2, 5
_RARE = 60
"""A word of the text that is added to tell records apart stands in at most so many."""


@dataclass(frozen=True)
class Judged:
    """A search, the ids of the records that answer it, how it was deformed and the title that was meant."""

    typed: str
    relevant: frozenset[str]
    kind: str
    title: str


class Shelf:
    """Records as they are looked up to make searches of them that only one title answers."""

    def __init__(self, records: Sequence[Mapping[str, Any]]) -> None:
        self.records = [record for record in records if record.get("language") == "es"]
        self.known: dict[str, int] = defaultdict(int)
        self._entitled: dict[str, set[int]] = defaultdict(set)
        self._roots_of = [frozenset(_roots(words_of(whole_text(record)))) for record in self.records]
        for number, record in enumerate(self.records):
            titled = words_of(record["title"])
            for word in {*titled, *words_of(record.get("description", ""))}:
                self.known[word] += 1
            for root in _roots(titled):
                self._entitled[root].add(number)

    def asked(self, chance: random.Random, number: int) -> tuple[list[str], list[str], frozenset[str]] | None:
        """Words of a record's title as they stand there, words of its text, and the records that they mean.

        None where no words of it tell it from others: titles of one word, repeated ones without a rare word.
        """
        titled = words_of(self.records[number]["title"])
        telling = [place for place, word in enumerate(titled) if is_telling(word)]
        if sum(len(titled[place]) > 3 and titled[place].isalpha() for place in telling) < _FEWEST_WORDS:
            return None
        size = min(len(telling), chance.randint(_FEWEST_WORDS, _MOST_WORDS))
        first = chance.randint(0, len(telling) - size)
        words = titled[telling[first] : telling[first + size - 1] + 1]
        rivals = set.intersection(*(self._entitled[root] for root in _roots(words)))
        added = [] if rivals == {number} else self._distinction(chance, number, rivals)
        if added is None:
            return None
        return words, added, frozenset({str(self.records[number]["id"])})

    def _distinction(self, chance: random.Random, number: int, rivals: set[int]) -> list[str] | None:
        """A rare word that only this record has of those that rival for the words."""
        others = frozenset().union(*(self._roots_of[rival] for rival in rivals - {number}))
        own = sorted(set(words_of(self.records[number].get("description", ""))))
        rare = [word for word in own if len(word) > 4 and word.isalpha() and 1 < self.known[word] <= _RARE]
        told = [word for word in rare if others.isdisjoint(_roots([word]))]
        return [chance.choice(told)] if told else None


def whole_text(record: Mapping[str, Any]) -> str:
    return f"{record['title']} {record.get('description', '')}"


def words_of(text: str) -> list[str]:
    return [word.lower() for word in split(normal(text))]


def _roots(words: Sequence[str]) -> list[str]:
    return kin_keys([bare(word) for word in words if is_telling(word)])[0]


def make(shelf: Shelf, kinds: Mapping[str, Change], each: int, seed: int) -> list[Judged]:
    """``each`` searches of every kind, fewer where the records give no more; no record serves twice."""
    chance = random.Random(seed)
    order = chance.sample(range(len(shelf.records)), len(shelf.records))
    made: list[Judged] = []
    used: set[int] = set()
    for kind, change in kinds.items():
        wanted = each
        for number in order:
            if not wanted:
                break
            if number not in used and (judged := _judged(shelf, chance, number, (kind, change))):
                used.add(number)
                made.append(judged)
                wanted -= 1
    return made


def _judged(shelf: Shelf, chance: random.Random, number: int, deformed: tuple[str, Change]) -> Judged | None:
    kind, change = deformed
    found = shelf.asked(chance, number)
    if found is None:
        return None
    words, added, relevant = found
    typed = change(chance, words, shelf.known)
    if typed is None or (typed == words and kind != "exacto"):
        return None
    # Half of us leave the accents out, and half the little words, whatever else we do.
    if chance.random() < 0.5 and not kind.endswith("vacías"):
        typed = [word for word in typed if is_telling(word)]
    whole = " ".join([*typed, *added])
    return Judged(bare(whole) if chance.random() < 0.5 else whole, relevant, kind, shelf.records[number]["title"])
