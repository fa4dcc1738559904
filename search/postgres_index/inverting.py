"""From a document to its rows: units with their tsvectors, made of our own folded words, not of PostgreSQL's.

The lexemes of a tsvector: ``word`` of a text (description, names, page), ``=word`` of the title, ``@word`` of a
creator, ``#word`` of a subject, ``.word`` a stop word of a text, which only runs of words ask for. So the GIN index
alone answers where a word stands, without a look at the rows. Weight B marks what counts twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.analysis import compounds, has_kin, is_stop_word, normal, words
from search.contents import without_contents
from search.documents import Document

TITLE, CREATOR, SUBJECT, STOP = "=", "@", "#", "."
ONCE, TWICE = "D", "B"
_MOST_WORDS = 14_000
"""Of a text in one tsvector, which counts positions to 16,383 and holds at most a megabyte."""
_LAST_POSITION = 16_383
_MOST_TITLE_WORDS = 500
_GAP = 2
"""Positions between what is no neighbour: names, and what hyphens join."""


def letters(word: str) -> str:
    """A folded word as it is kept: letters and digits (⑴ folds to 1 in brackets), which mean nothing in a tsquery."""
    return word if word.isalnum() else "".join(filter(str.isalnum, word))


def mark_in_text(word: str) -> str:
    """What marks a folded word of a text."""
    return STOP if is_stop_word(word) else ""


class Lexemes:
    """A tsvector in the making."""

    def __init__(self) -> None:
        self._places: defaultdict[str, list[str]] = defaultdict(list)
        self.told: set[str] = set()
        """The words for which it is found: those of its title, and those of its texts that are no stop words."""

    def add(self, words: Iterable[str], start: int, mark: str = "", weight: str = ONCE) -> int:
        """Add words that follow each other; returns where the next may stand."""
        at = start
        for at, word in enumerate(filter(None, map(letters, words)), start):
            marked = (mark or mark_in_text(word)) + word
            self._places[marked].append(f"{min(at, _LAST_POSITION)}{weight}")
            if marked == word or mark == TITLE:
                self.told.add(word)
        return at + _GAP

    def __str__(self) -> str:
        """As PostgreSQL reads it."""
        return " ".join(f"'{word}':{','.join(places)}" for word, places in self._places.items())


@dataclass(frozen=True)
class Unit:
    """A row of units: a head (page 0), a page, or a further part of one that is too long for one tsvector."""

    page: int
    label: str
    text: str
    lexemes: Lexemes
    text_length: int
    title_length: int = 0


def units_of(document: Document) -> Iterator[Unit]:
    """The head first, then the pages."""
    title_words = words(normal(document.title))[:_MOST_TITLE_WORDS]
    yield from _head(document, title_words)
    entitled = set(title_words)
    for page in document.pages:
        yield from _page(page.number, normal(page.label), normal(page.text), entitled)


def _head(document: Document, title_words: Sequence[str]) -> Iterator[Unit]:
    lexemes, description = Lexemes(), normal(document.description)
    at = lexemes.add(title_words, 1, TITLE)
    joined = list(compounds(normal(document.title)))[:_MOST_TITLE_WORDS]
    lexemes.add(joined, at, TITLE)
    told = sum(not is_stop_word(word) for word in (*title_words, *joined))
    first, *others = _parts(words(description))
    length, at = _add_text(lexemes, description, first, is_last=not others)
    names = [(CREATOR, each) for each in document.creators] + [(SUBJECT, each) for each in document.subjects]
    for mark, name in names:
        name_words = words(normal(name))
        length += sum(not is_stop_word(word) for word in name_words)
        lexemes.add(name_words, at, mark)
        at = lexemes.add(name_words, at, weight=TWICE)
    yield Unit(0, "", description, lexemes, length, told or 1)
    yield from _others(0, description, others)


def _page(number: int, label: str, text: str, entitled: set[str]) -> Iterator[Unit]:
    lexemes, said = Lexemes(), without_contents(text)
    first, *others = _parts(words(said))
    length, at = _add_text(lexemes, said, first, is_last=not others)
    heading = [word for word in words(label) if has_kin(word) and word not in entitled]
    lexemes.add(heading, at, weight=TWICE)
    yield Unit(number, label, text, lexemes, length + sum(not is_stop_word(word) for word in heading))
    yield from _others(number, said, others)


def _others(number: int, text: str, parts: Sequence[Sequence[str]]) -> Iterator[Unit]:
    for place, part in enumerate(parts, 1):
        lexemes = Lexemes()
        length, _ = _add_text(lexemes, text, part, is_last=place == len(parts))
        yield Unit(number, "", " ".join(part), lexemes, length)


def _add_text(lexemes: Lexemes, text: str, part: Sequence[str], *, is_last: bool) -> tuple[int, int]:
    """Add a part of a text's words; returns how many tell something and where the next may stand."""
    at = lexemes.add(part, 1)
    if is_last:
        at = lexemes.add(compounds(text), at)
    return sum(not is_stop_word(word) for word in part), at


def _parts(found: list[str]) -> Iterator[Sequence[str]]:
    for start in range(0, max(len(found), 1), _MOST_WORDS):
        yield found[start : start + _MOST_WORDS]
