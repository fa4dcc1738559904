"""The words of one segment, with where their postings lie and which are kin: arrays in a file beside the segment."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search.analysis import has_kin, kin_keys, sound_key

Array = npt.NDArray[np.generic]
KIN_KINDS = 4
"""Three kinds of kin_keys, and what sounds alike."""
SOUND = 3
EXTENSION = ".words.npz"
_LETTERS = {letter: 1 << place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyzñ")}


@dataclass(frozen=True)
class Vocabulary:
    """All words of a segment, in order of their UTF-8 bytes; arrays are parallel unless said otherwise."""

    texts: npt.NDArray[np.bytes_]
    counts: npt.NDArray[np.uint32]
    """In how many units each word stands (an upper bound)."""
    title_at: npt.NDArray[np.int64]
    """Where the word's postings in titles begin in the segment's file of postings; -1: none."""
    text_at: npt.NDArray[np.int64]
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
        low = int(np.searchsorted(self.texts, np.bytes_(start.encode("utf-8"))))
        high = int(np.searchsorted(self.texts, np.bytes_(start.encode("utf-8") + b"\xff")))
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


def build(entries: Iterable[tuple[bytes, int, int, int]]) -> Vocabulary:
    """A vocabulary of (word, count, title_at, text_at), in order of the words."""
    rows = list(entries)
    forms = [row[0].decode("utf-8") for row in rows]
    return Vocabulary(
        texts=np.array([row[0] for row in rows], dtype=np.bytes_),
        counts=np.array([row[1] for row in rows], dtype=np.uint32),
        title_at=np.array([row[2] for row in rows], dtype=np.int64),
        text_at=np.array([row[3] for row in rows], dtype=np.int64),
        lengths=np.array([min(len(form), 255) for form in forms], dtype=np.uint8),
        letters=np.array([letters_of(form) for form in forms], dtype=np.uint32),
        kin=_kin(forms),
    )


def _kin(forms: Sequence[str]) -> list[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]]:
    numbers = [number for number, form in enumerate(forms) if has_kin(form)]
    tables = []
    able = [forms[number] for number in numbers]
    for keys in (*kin_keys(able), [sound_key(form) for form in able]):
        hashes = np.array([_hash(key) for key in keys], dtype=np.uint32)
        order = np.argsort(hashes, kind="stable")
        tables.append((hashes[order], np.array(numbers, dtype=np.uint32)[order]))
    return tables


_PLAIN_ARRAYS = ("texts", "counts", "title_at", "text_at", "lengths", "letters")


def save(vocabulary: Vocabulary, path: Path) -> None:
    arrays: dict[str, Array] = {name: getattr(vocabulary, name) for name in _PLAIN_ARRAYS}
    for kind, (hashes, numbers) in enumerate(vocabulary.kin):
        arrays[f"hashes{kind}"], arrays[f"numbers{kind}"] = hashes, numbers
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def load(path: Path) -> Vocabulary:
    """Raises OSError or ValueError where the file is missing or broken."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            kin = [(arrays[f"hashes{kind}"], arrays[f"numbers{kind}"]) for kind in range(KIN_KINDS)]
            return Vocabulary(kin=kin, **{name: arrays[name] for name in _PLAIN_ARRAYS})
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(f"{path} is broken: {error}") from error
