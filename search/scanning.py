"""Where words of a query stand in a text, found without a look at each of its words, of which most are others."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from search.analysis import LONGEST_WORD, fold, is_stop_word, spans, split

Place = tuple[int, int, int]
"""Start, end, and which word of the query."""

MOST_TEXT = 60_000
"""Characters of a text that are looked at."""
_LONGEST_GAP = 60
_PREFIX = 4
_HARD = 0
"""Stands in a folded text for a letter that is not folded to one of Latin-1."""
_CURLED = "’"


def _folded_byte(number: int) -> int:
    """What a character of Latin-1 is folded to."""
    letter = chr(number)
    if not letter.isalnum():
        return number
    folded = fold(letter)
    return ord(folded) if len(folded) == 1 and ord(folded) < 256 else _HARD


_TABLE = bytes(map(_folded_byte, range(256)))
_LETTERS = bytes(number for number in range(256) if chr(number).isalnum())
_IS_LETTER = [number in _LETTERS for number in range(256)]
_WORDS_ALONE = bytes(n if _IS_LETTER[n] or n == _HARD else ord(" ") for n in range(256))
_LETTER = b"[" + re.escape(_LETTERS) + b"]"
_PLAIN_WORD = re.compile(r"(?:(?![^\x00-\xff])[^\W_])+")
_REST_OF_WORD = re.compile(_LETTER + b"*")
_WITH_APOSTROPHE = re.compile(_LETTER + b"+(?:'" + _LETTER + b"+)+")
_HYPHENED = re.compile(b"'" + _LETTER + b"+-|-" + _LETTER + b"+'")
"""Words with an apostrophe inside, beside a hyphen."""


def _beyond_latin(error: UnicodeError) -> tuple[bytes, int]:
    """Written for characters that Latin-1 has not: what parts words there too, or _HARD for letters."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = error.object[error.start : error.end]
    written = ((b"'" if each == _CURLED else b"?") if not each.isalnum() else bytes([_HARD]) for each in found)
    return b"".join(written), error.end


_NEAREST = "search.scanning.nearest"
codecs.register_error(_NEAREST, _beyond_latin)


class Scanner:
    """Finds the words of one query. ``forms``: folded word of the index -> number of the word it stands for."""

    def __init__(self, forms: Mapping[str, int]) -> None:
        self._forms = forms
        # Others are only in texts that are read word by word.
        self._by_bytes = {
            form.encode("latin-1"): number for form, number in forms.items() if _PLAIN_WORD.fullmatch(form)
        }
        # Of words in a text with a blank before and after each; short ones are looked for whole.
        self._starts = {b" " + (form[:_PREFIX] if len(form) >= _PREFIX else form + b" ") for form in self._by_bytes}

    def places(self, text: str) -> list[Place]:
        """In order, the places in a ``normal`` text of words that answer; e-mail answers to email too."""
        seen = text if len(text) <= MOST_TEXT else text[:MOST_TEXT]
        folded = seen.encode("latin-1", _NEAREST).translate(_TABLE)
        if _HARD in folded or (b"-" in folded and self._joins(folded)):
            return self._word_by_word(seen)
        found: list[Place] = []
        if b"'" in folded:
            folded = self._without_apostrophes(folded, found)
        alone = b" %b " % folded.translate(_WORDS_ALONE)
        for start in self._starts:
            self._add_beginning(alone, start, found)
        found.sort()
        return found

    def _add_beginning(self, alone: bytes, start: bytes, found: list[Place]) -> None:
        at = alone.find(start)
        while at >= 0:
            end = alone.find(b" ", at + 1)
            number = self._by_bytes.get(alone[at + 1 : min(end, at + 1 + LONGEST_WORD)])
            if number is not None:
                found.append((at, end - 1, number))
            at = alone.find(start, end)

    def _without_apostrophes(self, folded: bytes, found: list[Place]) -> bytes:
        """The text with blanks for words that have an apostrophe inside; those that answer are added."""
        blanked = bytearray(folded)
        at = folded.find(b"'")
        while at >= 0:
            first = _start_of_word(folded, at)
            word = _WITH_APOSTROPHE.match(folded, first)
            if word:
                number = self._by_bytes.get(word.group().replace(b"'", b"")[:LONGEST_WORD])
                if number is not None:
                    found.append((first, word.end(), number))
                blanked[first : word.end()] = b" " * (word.end() - first)
            at = folded.find(b"'", word.end() if word else at + 1)
        return bytes(blanked)

    def _joins(self, folded: bytes) -> bool:
        """Whether a hyphen parts what the query has as one word, or may."""
        if b"'" in folded and _HYPHENED.search(folded):
            return True
        at = folded.find(b"-")
        while at >= 0:
            first = _start_of_word(folded, at)
            end = _REST_OF_WORD.match(folded, at + 1).end()  # type: ignore[union-attr]
            if first < at < end - 1 and (folded[first:at] + folded[at + 1 : end])[:LONGEST_WORD] in self._by_bytes:
                return True
            at = folded.find(b"-", at + 1)
        return False

    def _word_by_word(self, text: str) -> list[Place]:
        found: list[Place] = []
        before: re.Match[str] | None = None
        for match in spans(text):
            number, start = self._forms.get(fold(match.group()), -1), match.start()
            if before and text[start - 1] == "-" and before.end() == start - 1:
                joined = self._forms.get(fold(before.group() + match.group()), -1)
                if joined >= 0:
                    number, start = joined, before.start()
                    if found and found[-1][0] == start:
                        found.pop()
            if number >= 0:
                found.append((start, match.end(), number))
            before = match
        return found


def _start_of_word(folded: bytes, end: int) -> int:
    while end and _IS_LETTER[folded[end - 1]]:
        end -= 1
    return end


def kept_in_order(text: str, places: Sequence[Place], values: Sequence[float]) -> float:
    """The share (by value) of neighbouring words of the query that are neighbours in the text too, in that order.

    Stop words left aside; 0 to 1. A page's share of closeness.order_kept, from places that are known already.
    """
    whole = sum(min(values[n - 1], values[n]) for n in range(1, len(values)))
    if not whole:
        return 0.0
    kept = {
        after
        for (_, end, before), (start, _, after) in pairwise(places)
        if after == before + 1 and start - end <= _LONGEST_GAP and _says_nothing(text[end:start])
    }
    return sum(min(values[n - 1], values[n]) for n in kept) / whole


def _says_nothing(between: str) -> bool:
    return all(is_stop_word(fold(word)) for word in split(between))
