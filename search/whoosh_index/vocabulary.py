"""The words of one segment, with where their postings lie and which are kin: arrays among those of the segment."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.analysis import has_kin, kin_keys, sound_key
from search.whoosh_index.columns import Columns, ColumnWriter

Starts = npt.NDArray[np.int64]
KIN_KINDS = 4
"""Three kinds of kin_keys, and what sounds alike."""
SOUND = 3
FIELDS_AT = ("title", "text", "stop", "creator", "subject")
"""Fields of words: of each there is an array that ends in ``_at``."""
_LETTERS = {letter: 1 << place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyzñ")}


@dataclass(frozen=True)
class Vocabulary:
    """All words of a segment, in order of their UTF-8 bytes; arrays are parallel unless said otherwise."""

    texts: npt.NDArray[np.bytes_]
    counts: npt.NDArray[np.uint32]
    """In how many units each word stands (an upper bound); 0 where neither titles nor telling words have it."""
    title_at: Starts
    """Where the word's postings in titles begin in the segment's file of postings; -1: none."""
    text_at: Starts
    stop_at: Starts
    """The same of stop words in texts, which ``text_at`` leaves out: for phrases."""
    creator_at: Starts
    subject_at: Starts
    lengths: npt.NDArray[np.uint8]
    letters: npt.NDArray[np.uint32]
    """Which letters each word has, a bit each: tells at once what cannot be one edit away."""
    kin: Sequence[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]]
    """For each kind of kinship: hashes of keys in order, and the number of the word of each."""

    def __len__(self) -> int:
        return len(self.texts)

    def text(self, number: int) -> str:
        return bytes(self.texts[number]).decode("utf-8")

    def find(self, word: str) -> int:
        """Number of a word, or -1."""
        sought = word.encode("utf-8")
        if len(sought) > self.texts.itemsize:  # NumPy would widen all the others first
            return -1
        place = int(np.searchsorted(self.texts, np.bytes_(sought)))
        return place if place < len(self.texts) and bytes(self.texts[place]) == sought else -1

    def kin_of(self, kind: int, key: str) -> list[int]:
        """Numbers of words whose key of this kind may be ``key``: hashes can collide, compare before use."""
        hashes, numbers = self.kin[kind]
        sought = np.uint32(_hash(key))
        low, high = np.searchsorted(hashes, sought, "left"), np.searchsorted(hashes, sought, "right")
        return [int(number) for number in numbers[low:high]]

    def starting_with(self, start: str, limit: int) -> list[int]:
        """Numbers of the most frequent words that begin so."""
        sought = start.encode("utf-8")
        if len(sought) > self.texts.itemsize:
            return []
        low = int(np.searchsorted(self.texts, np.bytes_(sought)))
        beyond = np.bytes_((sought + b"\xff")[: self.texts.itemsize])
        high = int(np.searchsorted(self.texts, beyond, "left" if len(sought) < self.texts.itemsize else "right"))
        best = np.argsort(-self.counts[low:high].astype(np.int64), kind="stable")[:limit]
        return [low + int(place) for place in best]

    def near(self, word: str, edits: int) -> list[int]:
        """Numbers of words that may be so few edits away: right in length and letters, to be measured by the caller."""
        size = len(word)
        close = np.abs(self.lengths.astype(np.int16) - size) <= edits
        differing = np.bitwise_count(self.letters ^ np.uint32(letters_of(word))) <= 2 * edits
        return [int(number) for number in np.flatnonzero(close & differing)]


def letters_of(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= _LETTERS.get(letter, 1 << 31)
    return bits


def _hash(key: str) -> int:
    return zlib.crc32(key.encode("utf-8"))


def add(columns: ColumnWriter, words: Sequence[bytes], counts: npt.NDArray[np.int64], at: Mapping[str, Starts]) -> None:
    """Write the words of a segment, in order of their bytes, with their counts and, by field, their postings."""
    forms = [word.decode("utf-8") for word in words]
    columns.add("words.texts", np.array(words, dtype=np.bytes_))
    columns.add("words.counts", counts.astype(np.uint32))
    for name in FIELDS_AT:
        columns.add(f"words.{name}_at", at[name])
    columns.add("words.lengths", np.array([min(len(form), 255) for form in forms], dtype=np.uint8))
    columns.add("words.letters", np.array([letters_of(form) for form in forms], dtype=np.uint32))
    for kind, (hashes, numbers) in enumerate(_kin(forms)):
        columns.add(f"words.hashes{kind}", hashes)
        columns.add(f"words.numbers{kind}", numbers)


def _kin(forms: Sequence[str]) -> list[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]]:
    numbers = [number for number, form in enumerate(forms) if has_kin(form)]
    tables = []
    able = [forms[number] for number in numbers]
    for keys in (*kin_keys(able), [sound_key(form) for form in able]):
        hashes = np.array([_hash(key) for key in keys], dtype=np.uint32)
        order = np.argsort(hashes, kind="stable")
        tables.append((hashes[order], np.array(numbers, dtype=np.uint32)[order]))
    return tables


def read(columns: Columns) -> Vocabulary:
    """The words of a segment that is opened."""
    plain = ("texts", "counts", *(f"{name}_at" for name in FIELDS_AT), "lengths", "letters")
    kin = [(columns[f"words.hashes{kind}"], columns[f"words.numbers{kind}"]) for kind in range(KIN_KINDS)]
    return Vocabulary(kin=kin, **{name: columns[f"words.{name}"] for name in plain})
