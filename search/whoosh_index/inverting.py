"""Inverting in memory: words of all units as flat arrays of numbers, sorted by word into postings all at once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.analysis import compounds_at, fold, has_kin, is_stop_word, normal, spans, split
from search.whoosh_index.postings import Ids, Weights

GAP = 2
"""How far apart the places of two names are at least, so that no phrase runs from one into the other."""
_JOINED, _PLAIN, _NAME = 0, 1, 2
_WEIGHTS = np.array([1, 1, 2], np.float32)
"""How much a word counts: made of what a hyphen parts; as it stands; in a name or a label."""
_NOTHING = 0
"""The number of no word: a place where one stands that does not count."""


class _Numbers(dict[str, int]):
    """Written words -> number of their folded form, given as they are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.of_form: dict[str, int] = {"": _NOTHING}

    def __missing__(self, written: str) -> int:
        number = self[written] = self.of(fold(written))
        return number

    def of(self, form: str) -> int:
        return self.of_form.setdefault(form, len(self.of_form))


class _Stream:
    """The words of one field in order of their units and places, and the runs in which they came."""

    def __init__(self) -> None:
        self.words = array("i")
        self.units, self.sizes, self.places, self.kinds = array("i"), array("i"), array("i"), array("b")

    def add(self, unit: int, words: Iterable[int], place: int, kind: int) -> int:
        """Add a run of words that stand one after another from ``place`` on; returns the place after the last."""
        before = len(self.words)
        self.words.extend(words)
        size = len(self.words) - before
        self.units.append(unit)
        self.sizes.append(size)
        self.places.append(place)
        self.kinds.append(kind)
        return place + size


@dataclass(frozen=True)
class FieldPostings:
    """All postings of a field: terms in order of their bytes, the units of each ascending."""

    terms: Ids
    """Ranks of the terms among all words of the segment."""
    firsts: npt.NDArray[np.int64]
    """Where the postings of each term begin, and where those of the last end."""
    units: Ids
    weights: Weights
    places: Ids
    """Of all occurrences, in order of the postings."""
    place_firsts: npt.NDArray[np.int64]
    """Where the places of each posting begin, and where those of the last end."""


class Inverter:
    """Takes the texts of a segment's units, ascending; ``words`` and ``postings`` then tell what stands where."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._title, self._text = _Stream(), _Stream()
        self._of_name: dict[str, list[int]] = {}
        self._names = {"creator": _Stream(), "subject": _Stream()}
        self._forms: list[str] = []
        self.most_places = 0

    def __len__(self) -> int:
        return sum(len(each.words) for each in (self._title, self._text, *self._names.values()))

    def add_title(self, unit: int, title: str) -> set[int]:
        """Returns the numbers of its words, which tell no page of the document from another."""
        before = len(self._title.words)
        self.most_places = max(self.most_places, self._add_running(self._title, unit, title, _PLAIN))
        return set(self._title.words[before:])

    def add_text(self, unit: int, text: str, names: Iterable[tuple[str, str]] = ()) -> None:
        """Add a description with (field, name) of creators and subjects, which count more."""
        place = self._add_running(self._text, unit, text, _JOINED)
        for field, name in names:
            words = self._of_name.get(name)
            if words is None:  # few subjects and creators are named many times
                words = self._of_name[name] = list(map(self._numbers.__getitem__, split(normal(name))))
            place = self._text.add(unit, words, place + GAP, _NAME)
            self._names[field].add(unit, words, 0, _PLAIN)
        self.most_places = max(self.most_places, place)

    def add_page(self, unit: int, text: str, label: str, title_words: set[int]) -> None:
        """Add a page; of its label what the title does not say counts more."""
        place = self._add_running(self._text, unit, text, _JOINED) + GAP
        if label:
            numbers = ((word, self._numbers[word]) for word in split(label))
            telling = [n if n not in title_words and has_kin(fold(word)) else _NOTHING for word, n in numbers]
            place = self._text.add(unit, telling, place, _NAME)
        self.most_places = max(self.most_places, place)

    def _add_running(self, stream: _Stream, unit: int, text: str, joined_kind: int) -> int:
        """Add running text from place 0 on; what hyphens join stands where its first part does."""
        number = self._numbers.__getitem__
        joined = list(compounds_at(text)) if "-" in text else []
        if not joined:
            return stream.add(unit, map(number, split(text)), 0, _PLAIN)
        found = list(spans(text))
        ends = {match.end(): place for place, match in enumerate(found)}
        words = [number(match.group()) for match in found]
        done = 0
        for at, form in joined:
            part = ends[at] + 1
            stream.add(unit, words[done:part], done, _PLAIN)
            stream.add(unit, (self._numbers.of(form),), part - 1, joined_kind)
            done = part
        return stream.add(unit, words[done:], done, _PLAIN)

    def words(self) -> list[bytes]:
        """All words that were given, in order of their bytes; ends the taking."""
        self._forms = list(self._numbers.of_form)
        encoded = [form.encode("utf-8") for form in self._forms]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        self._rank = np.empty(len(order), np.int64)
        self._rank[order] = np.arange(len(order))
        self._is_stop = np.fromiter(map(is_stop_word, self._forms), np.bool_, len(self._forms))
        return [encoded[number] for number in order]

    def lengths(self, units: int) -> dict[str, npt.NDArray[np.int64]]:
        """How many telling words each unit has, by field; a title has one at least."""
        told = {}
        for name, stream in (("title", self._title), ("text", self._text)):
            words, kinds = _as_array(stream.words, np.int32), _spread(stream, stream.kinds)
            counts = ~self._is_stop[words] & (words != _NOTHING) & (kinds != _JOINED)
            told[name] = np.bincount(_spread(stream, stream.units)[counts], minlength=units)
        titled = _as_array(self._title.units, np.int32)
        told["title"][titled] = np.maximum(told["title"][titled], 1)
        return told

    def postings(self, field: str) -> FieldPostings:
        """The postings of a field of layout.FIELDS but the audience. "stop" are the stop words of "text"."""
        stream = {"title": self._title, "text": self._text, "stop": self._text, **self._names}[field]
        words = _as_array(stream.words, np.int32)
        taken = words != _NOTHING
        if stream is self._text:
            is_stop = self._is_stop[words] & (_spread(stream, stream.kinds) != _JOINED)
            taken &= is_stop if field == "stop" else ~is_stop
        kept = np.flatnonzero(taken)
        # Sorted by word and arrival at once: numbers of 64 bits are sorted much faster than they are ranked.
        keys = self._rank[words[kept]] << 32
        keys |= kept
        keys.sort()
        order, ranks = (keys & 0xFFFFFFFF).astype(np.int32), (keys >> 32).astype(np.int32)
        del kept, keys
        units = _spread(stream, stream.units)[order]
        return _grouped(ranks, units, _WEIGHTS[_spread(stream, stream.kinds)[order]], _places(stream)[order])


def _grouped(ranks: Ids, units: Ids, weights: Weights, places: Ids) -> FieldPostings:
    is_first = np.ones(len(ranks), np.bool_)
    is_first[1:] = (ranks[1:] != ranks[:-1]) | (units[1:] != units[:-1])
    firsts = np.flatnonzero(is_first)
    of_posting = ranks[firsts]
    starts = np.flatnonzero(np.diff(of_posting, prepend=-1))
    return FieldPostings(
        terms=of_posting[starts],
        firsts=np.append(starts, len(firsts)),
        units=units[firsts],
        weights=np.add.reduceat(weights, firsts) if len(firsts) else weights,
        places=places,
        place_firsts=np.append(firsts, len(ranks)),
    )


def _as_array(numbers: array[Any], dtype: Any) -> npt.NDArray[Any]:
    return np.frombuffer(numbers, dtype) if numbers else np.zeros(0, dtype)


def _spread(stream: _Stream, of_runs: array[Any]) -> npt.NDArray[Any]:
    """What is known of each run, for each of its words."""
    dtype = np.int8 if of_runs.typecode == "b" else np.int32
    return np.repeat(_as_array(of_runs, dtype), _as_array(stream.sizes, np.int32))


def _places(stream: _Stream) -> Ids:
    sizes, places = _as_array(stream.sizes, np.int32), _as_array(stream.places, np.int32)
    before = np.cumsum(sizes, dtype=np.int32) - sizes
    spread: Ids = np.arange(len(stream.words), dtype=np.int32)
    spread += np.repeat(places - before, sizes)
    return spread
