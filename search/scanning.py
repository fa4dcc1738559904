"""Where words of a query stand in a text, found without a look at each of its words, of which most are others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from search.analysis import LONGEST_WORD, fold, is_stop_word, spans, split

Place = tuple[int, int, int]
"""Start, end, and which word of the query."""

MOST_TEXT = 60_000
"""Characters of a text that are looked at."""
_LONGEST_GAP = 60
_PREFIX = 4
_APOSTROPHES = ("'", "’")
_SPLITS_A_WORD = re.compile("[^\\W_]['’][^\\W_]")
_BEYOND_LATIN = re.compile(r"[^\W_\x00-\xff]")


def _folded_byte(number: int) -> int | None:
    """What a letter of Latin-1 is folded to; None where that is not one such letter."""
    letter = chr(number)
    if not letter.isalnum():
        return number
    folded = fold(letter)
    return ord(folded) if len(folded) == 1 and ord(folded) < 256 else None


_FOLDED = [_folded_byte(number) for number in range(256)]
_TABLE = bytes(0 if folded is None else folded for folded in _FOLDED)
_HARD = re.compile(b"[" + bytes(number for number, folded in enumerate(_FOLDED) if folded is None) + b"]")
_LETTERS = bytes(number for number in range(256) if chr(number).isalnum())
_PLAIN_WORD = re.compile(r"(?:(?![^\x00-\xff])[^\W_])+")
_REST_OF_WORD = re.compile(b"[" + re.escape(_LETTERS) + b"]*")
_HYPHENED = re.compile(b"([" + re.escape(_LETTERS) + b"]+)-(?=([" + re.escape(_LETTERS) + b"]+))")
_IS_LETTER = [number in _LETTERS for number in range(256)]


class Scanner:
    """Finds the words of one query. ``forms``: folded word of the index -> number of the word it stands for."""

    def __init__(self, forms: Mapping[str, int]) -> None:
        self._forms = forms
        self._by_bytes: dict[bytes, int] = {}
        for form, number in forms.items():
            # Others are only in texts that are read word by word.
            if _PLAIN_WORD.fullmatch(form):
                self._by_bytes[form.encode("latin-1")] = number
        self._starts = sorted({form[:_PREFIX] for form in self._by_bytes})

    def places(self, text: str) -> list[Place]:
        """In order, the places in a ``normal`` text of words that answer; e-mail answers to email too."""
        seen = text[:MOST_TEXT]
        folded = _one_to_one(seen)
        if folded is None or self._joins(folded):
            return self._word_by_word(seen)
        found = [place for start in self._starts for place in self._beginning(folded, start)]
        found.sort()
        return found

    def _beginning(self, folded: bytes, start: bytes) -> Iterator[Place]:
        at = folded.find(start)
        while at >= 0:
            ends = _REST_OF_WORD.match(folded, at)
            end = ends.end() if ends else at
            if not at or not _IS_LETTER[folded[at - 1]]:
                number = self._by_bytes.get(folded[at : min(end, at + LONGEST_WORD)])
                # A short form is a start too: the place belongs to the start that is as long as can be.
                if number is not None and folded[at : at + _PREFIX][: end - at] == start:
                    yield at, end, number
            at = folded.find(start, end)

    def _joins(self, folded: bytes) -> bool:
        """Whether a hyphen parts what the query has as one word."""
        if b"-" not in folded:
            return False
        pairs = (one + other for one, other in _HYPHENED.findall(folded))
        return any(pair[:LONGEST_WORD] in self._by_bytes for pair in pairs)

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


def _one_to_one(text: str) -> bytes | None:
    """The text folded letter by letter; None where a letter folds otherwise, or a word has an apostrophe inside."""
    if any(each in text for each in _APOSTROPHES) and _SPLITS_A_WORD.search(text):
        return None
    if text.isascii():
        return text.lower().encode("ascii")
    try:
        encoded = text.encode("latin-1")
    except UnicodeEncodeError:
        if _BEYOND_LATIN.search(text):
            return None
        encoded = text.encode("latin-1", "replace")
    return None if _HARD.search(encoded) else encoded.translate(_TABLE)


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
