"""What columns tell of each document: its values in the facets, numbers to sort and filter by, the order of titles."""

from __future__ import annotations

import hashlib
import heapq
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from search.analysis import normal, words
from search.documents import Document
from search.facets import FACETS, values_of, year_of
from search.whoosh_index import alike
from search.whoosh_index.columns import Columns, ColumnWriter, Texts, ranges

AUDIENCE = "audience.whole"
"""The column of who may see a unit: single-valued, and of pages too."""
MULTIPLE = ("subject", "creator")
"""Columns of several values a document; creators are no facet, but who completes what is typed wants their names."""
SINGLE = (*(name for name in FACETS if name not in MULTIPLE), AUDIENCE)
RECORD = "record"
"""The column of numbers by which a document is found when its record is named."""
COUNTED_TOGETHER = tuple(name for name in SINGLE if name != AUDIENCE)
"""Facets by all of which units are sorted at once (see alike)."""
NUMBERS = ("year", "added", "uses", "size", "revision", RECORD)
TITLE = "title.order"
ID = "id"
_LONGEST_TITLE = 160
_AFTER_N = "n\x7f"
_TOGETHER = "single"

Codes = npt.NDArray[np.int32]
Units = npt.NDArray[np.int64]


def facet_column(name: str) -> str:
    return f"facet.{name}"


def number_column(name: str) -> str:
    return f"number.{name}"


def title_key(title: str) -> str:
    """What titles are put in order by: folded words; ñ comes after n."""
    return " ".join(words(normal(title)))[:_LONGEST_TITLE].replace("ñ", _AFTER_N)


def title_words(key: str) -> str:
    """The folded words of a title from what it is put in order by."""
    return key.replace(_AFTER_N, "ñ")


def record_number(record_id: str) -> int:
    """A hash of a record's id: whoever finds a document by it compares the ids themselves."""
    return int.from_bytes(hashlib.blake2b(record_id.encode("utf-8"), digest_size=8).digest(), "big", signed=True)


class FactWriter:
    """Takes the documents of one segment, in the order of their heads."""

    def __init__(self) -> None:
        self._single: dict[str, list[str]] = {name: [] for name in SINGLE}
        self._multiple: dict[str, list[Sequence[str]]] = {name: [] for name in MULTIPLE}
        self._numbers = {name: array("q") for name in NUMBERS}
        self._titles: list[str] = []
        self._ids: list[bytes] = []

    def add(self, document: Document) -> None:
        values = values_of(document)
        for name, given in self._single.items():
            given.append(values[name][0] if name in values else "")
        self._single[AUDIENCE][-1] = document.audience
        self._multiple["subject"].append(values.get("subject", ()))
        self._multiple["creator"].append(tuple(dict.fromkeys(filter(None, map(str.strip, document.creators)))))
        record = record_number(document.record_id)
        told = (year_of(document.date), document.added, document.uses, document.size_bytes, document.revision, record)
        for name, number in zip(NUMBERS, told, strict=True):
            self._numbers[name].append(number)
        self._titles.append(title_key(document.title))
        self._ids.append(document.id.encode("utf-8"))

    def audiences(self) -> tuple[list[bytes], Codes]:
        """All audiences in order of their bytes, and of each document the place of its own."""
        return numbered(self._single[AUDIENCE])

    def write(self, columns: ColumnWriter, heads: Units, of_document: Codes) -> None:
        """Write all, given the unit of each document's head and for each unit the number of its document."""
        units = len(of_document)
        single = {}
        for name, given in self._single.items():
            values, codes = numbered(given)
            single[name] = codes[of_document] if name == AUDIENCE else _at(heads, codes, units)
            _add_single(columns, name, values, single[name])
        _add_sorts(columns, single)
        for name, lists in self._multiple.items():
            values, codes = numbered(list(chain.from_iterable(lists)))
            sizes = np.zeros(units, np.int64)
            sizes[heads] = np.fromiter(map(len, lists), np.int64, len(lists))
            _add_multiple(columns, name, values, codes, sizes)
        for name, numbers in self._numbers.items():
            column = np.zeros(units, np.int64)
            column[heads] = np.frombuffer(numbers, np.int64)
            columns.add(number_column(name), column)
        values, codes = numbered(self._titles, is_nothing=None)
        _add_titles(columns, values, _at(heads, codes, units))
        sizes = np.zeros(units, np.int64)
        sizes[heads] = np.fromiter(map(len, self._ids), np.int64, len(self._ids))
        _add_ids(columns, [b"".join(self._ids)], sizes)


def numbered(given: Sequence[str], is_nothing: str | None = "") -> tuple[list[bytes], Codes]:
    """Different texts, clean, in order of their bytes, and the place of each given one among them; -1 of nothing."""
    clean = {text: normal(text).encode("utf-8") for text in set(given) - {is_nothing}}
    values = sorted(set(clean.values()))
    place = {text: number for number, text in enumerate(values)}
    places = {text: place[told] for text, told in clean.items()}
    return values, np.fromiter((places.get(text, -1) for text in given), np.int32, len(given))


def _at(heads: Units, codes: Codes, units: int) -> Codes:
    spread = np.full(units, -1, np.int32)
    spread[heads] = codes
    return spread


def _add_single(columns: ColumnWriter, name: str, values: Sequence[bytes], codes: Codes) -> None:
    columns.add_texts(facet_column(name), values)
    columns.add(f"{facet_column(name)}.codes", codes)


def _add_multiple(columns: ColumnWriter, name: str, values: Sequence[bytes], codes: Codes, sizes: Units) -> None:
    _add_single(columns, name, values, codes)
    columns.add(f"{facet_column(name)}.offsets", np.append(np.int64(0), np.cumsum(sizes)))
    if name in FACETS:
        alike.add_multiple(columns, name, codes, sizes)


def _add_sorts(columns: ColumnWriter, single: Mapping[str, Codes]) -> None:
    alike.add_single(columns, _TOGETHER, [single[name] for name in COUNTED_TOGETHER])


def sorts_of(facet: str) -> str:
    """The name under which units are sorted by their values of a facet, and maybe of others."""
    return _TOGETHER if facet in COUNTED_TOGETHER else facet


def _add_titles(columns: ColumnWriter, values: Sequence[bytes], order: Codes) -> None:
    columns.add_texts(TITLE, values)
    columns.add(f"{TITLE}.ranks", order)


def _add_ids(columns: ColumnWriter, ids: Sequence[bytes], sizes: Units) -> None:
    columns.add(f"{ID}.ends", np.append(np.int64(0), np.cumsum(sizes)))
    columns.add(f"{ID}.bytes", *(np.frombuffer(each, np.uint8) for each in ids))


Part = tuple[Columns, Units]
"""A segment's columns and which of its units are kept, ascending."""


def merge(columns: ColumnWriter, parts: Sequence[Part]) -> None:
    """Write the columns of several segments joined, their tables of values made one."""
    single = {}
    for name in SINGLE:
        values, places = united(part.texts(facet_column(name)) for part, _ in parts)
        codes = [
            _moved(part[f"{facet_column(name)}.codes"][kept], to)
            for (part, kept), to in zip(parts, places, strict=True)
        ]
        single[name] = np.concatenate(codes)
        _add_single(columns, name, values, single[name])
    _add_sorts(columns, single)
    for name in MULTIPLE:
        values, places = united(part.texts(facet_column(name)) for part, _ in parts)
        several = [_kept_of(part.codes(facet_column(name)), kept) for part, kept in parts]
        moved = [_moved(codes, to) for (codes, _), to in zip(several, places, strict=True)]
        _add_multiple(columns, name, values, np.concatenate(moved), np.concatenate([sizes for _, sizes in several]))
    for name in NUMBERS:
        columns.add(number_column(name), *(part[number_column(name)][kept] for part, kept in parts))
    values, places = united(part.texts(TITLE) for part, _ in parts)
    ranks = [_moved(part[f"{TITLE}.ranks"][kept], to) for (part, kept), to in zip(parts, places, strict=True)]
    _add_titles(columns, values, np.concatenate(ranks))
    _merge_ids(columns, parts)


def _merge_ids(columns: ColumnWriter, parts: Sequence[Part]) -> None:
    content, sizes = [], []
    for part, kept in parts:
        ends = part[f"{ID}.ends"]
        starts, stops = ends[kept], ends[kept + 1]
        content.append(part[f"{ID}.bytes"][ranges(starts, stops)].tobytes())
        sizes.append(stops - starts)
    _add_ids(columns, content, np.concatenate(sizes))


def united(tables: Iterable[Texts]) -> tuple[list[bytes], list[Codes]]:
    """One table of all texts of several, and for each of them where its texts are in it."""
    several = list(tables)
    values: list[bytes] = []
    places = [array("i") for _ in several]
    texts = (zip(table.all_encoded(), repeat(to), strict=False) for table, to in zip(several, places, strict=True))
    for value, to in heapq.merge(*texts, key=itemgetter(0)):
        if not values or values[-1] != value:
            values.append(value)
        to.append(len(values) - 1)
    return values, [np.array(to, np.int32) for to in places]


def _moved(codes: Codes, to: Codes) -> Codes:
    if not len(to):
        return codes
    return np.where(codes < 0, np.int32(-1), to[codes])


def _kept_of(several: Any, kept: Units) -> tuple[Codes, Units]:
    """The codes of some units one after another, and how many each has."""
    starts, ends = several.offsets[kept], several.offsets[kept + 1]
    return several.codes[ranges(starts, ends)], ends - starts
