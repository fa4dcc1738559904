"""Marks the words that were asked for in a text, in any of their forms, as the search room understands words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search import analysis, parsing
from search.matching import Matching
from search.snippets import places

Runs = Sequence[tuple[str, bool]]
"""Pieces of text, each with whether it is a match; joined they are the text."""

_SHORTEST_MISSPELT = 5


class Marker:
    """Knows the words of one query and their kin; false where the query has no words.

    A word counts where it shares a kin key with one of the query, or with one that does as well (OR). Texts are to be
    ``analysis.normal``, as those of the catalogue are. Remembers what it learnt about words, so one marker is for one
    request.
    """

    def __init__(self, query: str) -> None:
        asked = parsing.parse(query)
        self._count = len(asked.words)
        self._asked: dict[str, int] = {}
        """Every word that answers, as it was asked for, with the number of what it answers."""
        for number, word in enumerate(asked.words):
            self._asked[word] = number
        for number, word in enumerate(asked.words):
            for other in asked.alternatives.get(word, ()):
                self._asked.setdefault(other, number)
        self._number_of: dict[str, int | None] = dict(self._asked)
        self._by_key: list[dict[str, int]] = [
            dict(zip(keys, self._asked.values(), strict=True)) for keys in analysis.kin_keys(list(self._asked))
        ]

    def __bool__(self) -> bool:
        return bool(self._asked)

    @property
    def all_words(self) -> frozenset[int]:
        """What is asked for, by number: each word with those that do as well."""
        return frozenset(range(self._count))

    def words_in(self, text: str) -> frozenset[int]:
        """What of it a text holds, in any form."""
        held = set(analysis.words(text))
        self._learn(held)
        return frozenset(number for word in held if (number := self._number_of[word]) is not None)

    def allow_misspelt(self, text: str) -> None:
        """For words of the query that this text lacks in every form, take its words that are misspelt so instead."""
        held = self.words_in(text)
        lacking = [word for word, n in self._asked.items() if n not in held and len(word) >= _SHORTEST_MISSPELT]
        for word in set(analysis.words(text)) if lacking else ():
            for asked in lacking:
                if self._number_of[word] is None and _is_misspelt(word, asked):
                    self._number_of[word] = self._asked[asked]

    def runs(self, text: str) -> Runs:
        """The text in pieces, those that are words asked for marked."""
        self._learn(set(analysis.words(text)))
        forms = {word: number for word, number in self._number_of.items() if number is not None}
        runs: list[tuple[str, bool]] = []
        at = 0
        for start, end, _ in places(text, Matching(forms)):
            if start > at:
                runs.append((text[at:start], False))
            runs.append((text[start:end], True))
            at = end
        return [*runs, (text[at:], False)] if at < len(text) else runs

    def _learn(self, words: Iterable[str]) -> None:
        new = [word for word in words if word not in self._number_of]
        self._number_of.update(dict.fromkeys(new))
        kindred = [word for word in new if analysis.has_kin(word)]
        for known, keys in zip(self._by_key, analysis.kin_keys(kindred), strict=True):
            for word, key in zip(kindred, keys, strict=True):
                if key in known and self._number_of[word] is None:
                    self._number_of[word] = known[key]


def _is_misspelt(one: str, other: str) -> bool:
    """Whether two words are said alike or are one edit apart."""
    return analysis.sound_key(one) == analysis.sound_key(other) or _one_edit_apart(one, other)


def _one_edit_apart(one: str, other: str) -> bool:
    """Does a letter put in, left out, exchanged, or swapped with its neighbour make one word of the other?"""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[start:], other[start:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    )
