"""The words of one segment, with where their postings lie and which are kin: arrays among those of the segment."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
_MOST_KEPT = 20_000
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
    kin: Sequence[tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]]
    """For each kind of kinship: hashes of keys in order, and the number of the word of each."""
    _found: dict[str, int] = field(default_factory=dict, init=False)
    """Words that were looked for lately, with their numbers."""

    def __len__(self) -> int:
        return len(self.texts)

    def text(self, number: int) -> str:
        return bytes(self.texts[number]).decode("utf-8")

    def find(self, word: str) -> int:
        """Number of a word, or -1."""
        number = self._found.get(word)
        if number is None:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            number = self._found[word] = self._find(word.encode("utf-8"))
        return number

    def _find(self, sought: bytes) -> int:
        if len(sought) > self.texts.itemsize:  # NumPy would widen all the others first
            return -1
        place = int(self.texts.searchsorted(np.bytes_(sought)))
        return place if place < len(self.texts) and bytes(self.texts[place]) == sought else -1

    def kin_of(self, kind: int, key: str) -> list[int]:
        """Numbers of words whose key of this kind is ``key``, as far as 64 bits of it tell."""
        hashes, numbers = self.kin[kind]
        sought = np.uint64(_hash(key))
        low, high = hashes.searchsorted(sought, "left"), hashes.searchsorted(sought, "right")
        found: list[int] = numbers[low:high].tolist()
        return found

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
        close = (self.lengths >= max(size - edits, 0)) & (self.lengths <= min(size + edits, 255))
        differing = np.bitwise_count(self.letters ^ np.uint32(letters_of(word))) <= 2 * edits
        found: list[int] = np.flatnonzero(close & differing).tolist()
        return found


def letters_of(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= _LETTERS.get(letter, 1 << 31)
    return bits


def _hash(key: str) -> int:
    told = key.encode("utf-8")
    return zlib.crc32(told) | zlib.crc32(told[::-1]) << 32


@dataclass(frozen=True)
class Shapes:
    """What is known of each word by how it is written; parallel to the words."""

    lengths: npt.NDArray[np.uint8]
    letters: npt.NDArray[np.uint32]
    can_have_kin: npt.NDArray[np.bool_]
    hashes: Sequence[npt.NDArray[np.uint64]]
    """For each kind of kinship the hash of each word's key; of words that can have no kin it means nothing."""

    def of(self, some: npt.NDArray[np.int64]) -> Shapes:
        """Of some of the words."""
        hashes = [each[some] for each in self.hashes]
        return Shapes(self.lengths[some], self.letters[some], self.can_have_kin[some], hashes)


def shapes_of(words: Sequence[bytes]) -> Shapes:
    forms = [word.decode("utf-8") for word in words]
    can_have_kin = np.fromiter(map(has_kin, forms), np.bool_, len(forms))
    able = [form for form in forms if has_kin(form)]
    hashes = np.zeros((KIN_KINDS, len(forms)), np.uint64)
    for kind, keys in enumerate((*kin_keys(able), map(sound_key, able))):
        hashes[kind, can_have_kin] = np.fromiter(map(_hash, keys), np.uint64, len(able))
    return Shapes(
        lengths=np.fromiter((min(len(form), 255) for form in forms), np.uint8, len(forms)),
        letters=np.fromiter(map(letters_of, forms), np.uint32, len(forms)),
        can_have_kin=can_have_kin,
        hashes=list(hashes),
    )


def shapes_joined(parts: Sequence[tuple[Vocabulary, npt.NDArray[np.int64]]], total: int) -> Shapes:
    """Of the words of several vocabularies, given where each has its own among the ``total`` of them."""
    lengths, letters = np.zeros(total, np.uint8), np.zeros(total, np.uint32)
    can_have_kin, hashes = np.zeros(total, np.bool_), np.zeros((KIN_KINDS, total), np.uint64)
    for words, places in parts:
        lengths[places], letters[places] = words.lengths, words.letters
        for kind, (kept, numbers) in enumerate(words.kin):
            hashes[kind, places[numbers]] = kept
            can_have_kin[places[numbers]] = True
    return Shapes(lengths, letters, can_have_kin, list(hashes))


def add(
    columns: ColumnWriter,
    words: npt.NDArray[np.bytes_],
    counts: npt.NDArray[np.int64],
    at: Mapping[str, Starts],
    shapes: Shapes,
) -> None:
    """Write the words of a segment, in order of their bytes, those left out that have no postings in any field.

    ``at`` tells by field where the postings of each word lie, -1 where it has none.
    """
    stand = np.flatnonzero(np.any([each >= 0 for each in at.values()], axis=0))
    shapes = shapes.of(stand)
    columns.add("words.texts", words[stand])
    columns.add("words.counts", counts[stand].astype(np.uint32))
    for name in FIELDS_AT:
        columns.add(f"words.{name}_at", at[name][stand])
    columns.add("words.lengths", shapes.lengths)
    columns.add("words.letters", shapes.letters)
    able = np.flatnonzero(shapes.can_have_kin)
    for kind, hashes in enumerate(shapes.hashes):
        order = np.argsort(hashes[able], kind="stable")
        columns.add(f"words.hashes{kind}", hashes[able][order])
        columns.add(f"words.numbers{kind}", able[order].astype(np.uint32))


def read(columns: Columns) -> Vocabulary:
    """The words of a segment that is opened."""
    plain = ("texts", "counts", *(f"{name}_at" for name in FIELDS_AT), "lengths", "letters")
    kin = [(columns[f"words.hashes{kind}"], columns[f"words.numbers{kind}"]) for kind in range(KIN_KINDS)]
    return Vocabulary(kin=kin, **{name: columns[f"words.{name}"] for name in plain})
