"""Which documents obey what is asked beside the words: terms required and excluded, values chosen, years, kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from search.analysis import normal
from search.documents import KINDS, Query
from search.parsing import Asked, Term, Years
from search.whoosh_index.caching import Cache
from search.whoosh_index.phrases import occurrences, within
from search.whoosh_index.postings import Ids, united
from search.whoosh_index.reading import Mask, SegmentFiles

YEAR, KIND = "year", "kind"
"""What can be chosen and counted beside the facets."""
Numbers = npt.NDArray[np.int64]
Units = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Limits:
    """What terms leave of one segment; None where they leave everything. Both masks are parallel to units."""

    heads: Mask | None = None
    """True at the heads of documents that hold what is required and nothing that is excluded."""
    holding: Mask | None = None
    """The units in which something required stands: a page that holds it answers before one that does not."""


def limits(files: SegmentFiles, asked: Asked) -> Limits:
    """Documents count as a whole: one page may hold what is required, and what is excluded stands in none."""
    if not asked.required and not asked.excluded:
        return Limits()
    heads = np.ones(files.units, np.bool_)
    holding = np.zeros(files.units, np.bool_) if asked.required else None
    for clause in asked.required:
        held = np.zeros(files.units, np.bool_)
        for term in clause:
            units = holders(files, term, term.lenient_forms())
            held[files.heads[units]] = True
            if holding is not None:
                holding[units] = True
        heads &= held
    for term in asked.excluded:
        heads[files.heads[holders(files, term, term.forms())]] = False
    return Limits(heads, holding)


def holders(files: SegmentFiles, term: Term, forms: Sequence[Sequence[str]]) -> Ids:
    """The units that hold a term, of whose words the forms are given."""
    if term.field in ("creator", "subject"):
        return reduce(within, (_of_any(files, (term.field,), each) for each in forms))
    fields = ("title",) if term.field == "title" else ("title", "text")
    if len(forms) == 1:
        return _of_any(files, fields, forms[0])
    return united([occurrences(files, name, forms)[0] for name in fields])


def _of_any(files: SegmentFiles, fields: Sequence[str], forms: Iterable[str]) -> Ids:
    words = files.words
    numbers = [number for form in forms if (number := words.find(form)) >= 0]
    starts = [int(getattr(words, f"{name}_at")[number]) for name in fields for number in numbers]
    return united([files.postings(start)[0] for start in starts if start >= 0])


@dataclass(frozen=True)
class Passing:
    """Which of some documents obey what was chosen."""

    all: Mask | None
    """Those that obey everything; None: all of them."""
    failed: Mapping[str, Mask] = field(default_factory=dict)
    """For each thing chosen (facets, "year", "kind") those that do not obey it."""
    times: npt.NDArray[np.uint8] | None = None
    """How many of the things chosen each fails."""

    def without(self, name: str) -> Mask | None:
        """Those that obey everything but what was chosen of one thing; None: all of them."""
        if self.times is None or name not in self.failed:
            return self.all
        return np.asarray(self.times == self.failed[name], np.bool_)


@dataclass(frozen=True)
class Choices:
    """What was chosen in a query, to be asked of the documents found in each segment."""

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    years: Years = (None, None)
    typed_years: Years = (None, None)
    """The same, but no choice that counting could leave aside."""
    kind: str = ""
    added_since: int = 0

    @classmethod
    def of(cls, query: Query, asked: Asked) -> Choices:
        """What a query chooses, and the years in what was typed."""
        values = {facet: frozenset(map(normal, values)) for facet, values in query.chosen.items() if values}
        return cls(values, query.years, asked.years, query.kind, query.added_since)

    def __bool__(self) -> bool:
        return self != Choices()

    def passing(self, files: SegmentFiles, heads: Units, cache: Cache) -> Passing:
        """Which of the documents with these heads obey."""
        if not self:
            return Passing(None)
        failed = {name: ~having(files, heads, name, values, cache) for name, values in self.values.items()}
        if self.kind:
            failed[KIND] = files.kinds[heads] != (KINDS.index(self.kind) if self.kind in KINDS else len(KINDS))
        if self.years != (None, None):
            failed[YEAR] = _outside(files.numbers("year")[heads], self.years)
        if self.typed_years != (None, None):
            failed["typed years"] = _outside(files.numbers("year")[heads], self.typed_years)
        if self.added_since > 0:
            failed["added"] = files.numbers("added")[heads] <= self.added_since
        times = np.zeros(len(heads), np.uint8)
        for mask in failed.values():
            times += mask
        return Passing(times == 0, failed, times)


def _outside(years: Numbers, asked: Years) -> Mask:
    # A year that is not known is 0, and before all others.
    first, last = asked
    return np.asarray((years < max(first or 1, 1)) | (years > (last if last is not None else 9999)), np.bool_)


def having(files: SegmentFiles, heads: Units, facet: str, values: Iterable[str], cache: Cache) -> Mask:
    """Which of the documents with these heads have one of some values of a facet."""
    if facet == KIND:
        return np.isin(files.kinds[heads], [KINDS.index(value) for value in values if value in KINDS])
    held = files.facet(facet)
    # One more than there are values, at the end: what -1, no value, points to.
    is_meant = np.zeros(len(held.values) + 1, np.bool_)
    is_meant[[place for value in values if (place := held.values.find(value)) >= 0]] = True
    if held.offsets is None:
        return is_meant[held.codes[heads]]
    key = (files.id, "having", facet, frozenset(values))
    kept = cache.get(key)
    if kept is None:
        whole = np.zeros(files.units, np.bool_)
        whole[np.searchsorted(held.offsets, np.flatnonzero(is_meant[held.codes]), "right") - 1] = True
        kept = (whole,)
        cache.put(key, kept)
    return np.asarray(kept[0][heads], np.bool_)
