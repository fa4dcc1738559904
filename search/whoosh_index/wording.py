"""The words of a snapshot as planning asks for them, and how they are written in the texts that a viewer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from search.analysis import fold, is_stop_word
from search.expansion import Counts, KinKeys
from search.scanning import Scanner
from search.whoosh_index.ranking import Ranker
from search.whoosh_index.reading import Snapshot
from search.whoosh_index.vocabulary import SOUND, Vocabulary

_TEXTS_READ = 3


class SnapshotWords:
    """The words of all segments of a snapshot, for who asks the ranker: a search.expansion.Words."""

    def __init__(self, snapshot: Snapshot, ranker: Ranker) -> None:
        self._vocabularies = [view.files.words for view in snapshot.segments]
        self._ranker = ranker
        self.kept: dict[Any, Any] = snapshot.kept

    def kin_of(self, keys: Sequence[KinKeys]) -> Sequence[Sequence[Counts]]:
        return [
            [
                self._counted((words, number) for words in self._vocabularies for number in words.kin_of(kind, key))
                for kind, key in enumerate(own)
            ]
            for own in keys
        ]

    def sounding(self, key: str) -> Counts:
        return self._counted((words, number) for words in self._vocabularies for number in words.kin_of(SOUND, key))

    def starting_with(self, start: str, limit: int) -> Counts:
        return self._counted(
            (words, number) for words in self._vocabularies for number in words.starting_with(start, limit)
        )

    def near(self, word: str, edits: int) -> Counts:
        return self._counted((words, number) for words in self._vocabularies for number in words.near(word, edits))

    def seen(self, forms: Sequence[str], most: int = 1) -> Sequence[str]:
        found: list[str] = []
        for form in forms:
            key = (self._ranker.audiences, form)
            is_seen = self.kept.get(key)
            if is_seen is None:
                is_seen = self.kept[key] = self._ranker.is_found({form: 1.0})
            if is_seen:
                found.append(form)
                if len(found) == most:
                    break
        return found

    @staticmethod
    def _counted(numbered: Iterable[tuple[Vocabulary, int]]) -> Counts:
        counts: dict[str, int] = {}
        for words, number in numbered:
            text = words.text(number)
            counts[text] = counts.get(text, 0) + int(words.counts[number])
        return counts


def written(ranker: Ranker, term: str) -> str:
    """Folded words in small letters as they are mostly written, tecnología for tecnologia."""
    return " ".join(word if is_stop_word(word) else _written(ranker, word) for word in term.split())


def _written(ranker: Ranker, form: str) -> str:
    """One word; itself where no text tells."""
    scanner, seen = Scanner({form: 0}), Counter[str]()
    for stored in ranker.holding(form, _TEXTS_READ):
        text = " ".join((stored.title, *stored.creators, stored.text))
        found = (text[start:end] for start, end, _ in scanner.places(text))
        seen.update(word.lower() for word in found if fold(word) == form)
    return max(seen, key=lambda word: (seen[word], not word.isascii()), default=form)
