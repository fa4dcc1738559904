"""Writing documents: inverted in memory into one segment after another, each written when its memory is full."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import count, repeat
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Segment

from search.analysis import compounds, has_kin, is_stop_word, normal, words
from search.contents import without_contents
from search.documents import KINDS, Document
from search.whoosh_index import vocabulary
from search.whoosh_index.layout import (
    BACK_COLUMN,
    FIELDS,
    INDEX_NAME,
    KEY_COLUMN,
    KIND_COLUMN,
    PAGE_COLUMN,
    Generation,
    make_codec,
    make_schema,
)
from search.whoosh_index.postings import BlockFieldWriter

Number = TypeVar("Number", bound=np.generic)

MOST_POSTINGS = 3_000_000
"""Postings held in memory before a segment is written: about 60 MB with their sorting."""
MOST_TEXT = 48 * 1024 * 1024
"""Characters of text before a segment is written."""
_NAME_WEIGHT = 2.0  # a word among subjects or creators counts as so many in the description
_LABEL_WEIGHT = 2.0  # the same for a page: its label is mostly the heading under which it stands
_HEAD_FIELDS = (
    "record_id",
    "type",
    "date",
    "language",
    "license",
    "media_type",
    "size_bytes",
    "page_count",
    "thumbnail",
    "level",
    "effort_minutes",
    "gives_certificate",
)


def key_of(document_id: str) -> int:
    """The number by which a document is found again: 64 bits of a hash of its id."""
    return int.from_bytes(hashlib.blake2b(document_id.encode("utf-8"), digest_size=8).digest(), "big")


class _Inverted:
    """The postings of one field: three parallel columns in the order of arrival."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._terms = array("I")
        self._units = array("I")
        self._weights = array("f")

    def __len__(self) -> int:
        return len(self._terms)

    def add(self, unit: int, weights: dict[str, float] | Counter[str]) -> None:
        self._terms.extend(map(self._numbers.__getitem__, weights))
        self._units.extend(repeat(unit, len(weights)))
        self._weights.extend(weights.values())

    def sorted(self) -> Iterator[tuple[bytes, npt.NDArray[np.int32], npt.NDArray[np.float32]]]:
        """Every term in order of its bytes, with its units (ascending) and weights."""
        terms = _as_array(self._terms, np.uint32)
        order = np.argsort(terms, kind="stable")
        units = _as_array(self._units, np.uint32)[order].astype(np.int32)
        weights = _as_array(self._weights, np.float32)[order]
        ends = np.cumsum(np.bincount(terms, minlength=len(self._numbers)))
        for text, number in sorted((term.encode("utf-8"), number) for term, number in self._numbers.items()):
            part = slice(int(ends[number - 1]) if number else 0, int(ends[number]))
            yield text, units[part], weights[part]


def _as_array(numbers: array[Any], dtype: type[Number]) -> npt.NDArray[Number]:
    return np.frombuffer(numbers, dtype) if numbers else np.zeros(0, dtype)


class SegmentWriter:
    """Takes documents until ``is_full``; ``finish`` writes the segment, which nobody sees before a commit names it."""

    def __init__(self, generation: Generation) -> None:
        codec = make_codec()
        self._generation = generation
        self._schema = make_schema()
        self.segment: W3Segment = codec.new_segment(generation.storage, INDEX_NAME)
        self._documents = codec.per_document_writer(generation.storage, self.segment)
        self._fields = {name: _Inverted() for name in FIELDS}
        self._heads: dict[int, tuple[int, int]] = {}
        self._units = 0
        self._characters = 0

    @property
    def is_full(self) -> bool:
        return self._characters > MOST_TEXT or sum(map(len, self._fields.values())) > MOST_POSTINGS

    def add(self, document: Document) -> None:
        """Add a document; the same id given before in this segment is replaced."""
        key, first = key_of(document.id), self._units
        if key in self._heads:
            for unit in range(*self._heads[key]):
                self.segment.delete_document(unit)
        title_words = set(self._add_head(document, key))
        for page in document.pages:
            text = normal(page.text)
            label = normal(page.label)
            weights, length = _counted_in(without_contents(text))
            heading = [word for word in words(label) if has_kin(word) and word not in title_words]
            length += _add_names(weights, heading, _LABEL_WEIGHT)
            stored = {"page": page.number, "label": label, "text": text}
            columns = (key, self._units - first, page.number, KINDS.index(document.kind))
            self._add_unit({"text": (weights, length)}, stored, columns)
            self._fields["audience"].add(self._units - 1, {document.audience: 1.0})
        self._heads[key] = (first, self._units)

    def _add_head(self, document: Document, key: int) -> list[str]:
        """Returns the words of the title, which tell no page of it from another."""
        title, description = normal(document.title), normal(document.description)
        title_words = [*words(title), *compounds(title)]
        weights, length = _counted_in(description)
        length += _add_names(weights, words(normal(" ".join((*document.subjects, *document.creators)))), _NAME_WEIGHT)
        stored: dict[str, Any] = {name: value for name in _HEAD_FIELDS if (value := getattr(document, name))}
        stored |= {"id": document.id, "title": title, "text": description, "creators": tuple(document.creators)}
        told = sum(1 for word in title_words if not is_stop_word(word))
        title_weights = {word: float(number) for word, number in Counter(title_words).items()}
        columns = (key, 0, 0, KINDS.index(document.kind))
        self._add_unit({"title": (title_weights, told or 1), "text": (weights, length)}, stored, columns)
        self._fields["audience"].add(self._units - 1, {document.audience: 1.0})
        return title_words

    def _add_unit(
        self,
        fields: dict[str, tuple[dict[str, float], int]],
        stored: dict[str, Any],
        columns: tuple[int, int, int, int],
    ) -> None:
        writer, unit = self._documents, self._units
        writer.start_doc(unit)
        for name, (weights, length) in fields.items():
            writer.add_field(name, self._schema[name], None, length)
            self._fields[name].add(unit, weights)
        writer.add_column_value("_stored", None, stored)
        key, back, page, kind = columns
        writer.add_column_value("key", KEY_COLUMN, key)
        writer.add_column_value("back", BACK_COLUMN, back)
        writer.add_column_value("page", PAGE_COLUMN, page)
        writer.add_column_value("kind", KIND_COLUMN, kind)
        writer.finish_doc()
        self._units += 1
        self._characters += len(stored["text"])

    def close(self) -> None:
        """End the writing of documents; whatever is not finished is deleted by the next writer."""
        if not self._documents.is_closed:
            self._documents.close()

    def finish(self) -> Iterator[tuple[W3Segment, npt.NDArray[np.uint64]]]:
        """Write the segment out; yields it with the keys that it holds, or nothing where no document was added."""
        self.close()
        self.segment.set_doc_count(self._units)
        if not self._units:
            return
        found: dict[bytes, list[int]] = {}
        writer = BlockFieldWriter(make_codec(), self._generation.storage, self.segment)
        for name in FIELDS:
            writer.start_field(name, self._schema[name])
            for term, units, weights in self._fields[name].sorted():
                start = writer.add_postings_of(term, units, weights)
                if name != "audience":
                    entry = found.setdefault(term, [0, -1, -1])
                    entry[0] = max(entry[0], len(units))
                    entry[1 if name == "title" else 2] = start
            writer.finish_field()
        writer.close()
        save_vocabulary(self._generation, self.segment, found)
        yield self.segment, np.fromiter(self._heads, np.uint64, len(self._heads))


def save_vocabulary(generation: Generation, segment: W3Segment, found: dict[bytes, list[int]]) -> None:
    rows = ((term, entry[0], entry[1], entry[2]) for term, entry in sorted(found.items()))
    path = Path(generation.path) / segment.make_filename(vocabulary.EXTENSION)
    vocabulary.save(vocabulary.build(rows), path)


def _counted_in(text: str) -> tuple[dict[str, float], int]:
    """How often each telling word stands in a text, and how many there are; what hyphens join adds no length."""
    counted = Counter(words(text))
    told = {word: float(number) for word, number in counted.items() if not is_stop_word(word)}
    length = int(sum(told.values()))
    for word in compounds(text):
        told[word] = told.get(word, 0.0) + 1
    return told, length


def _add_names(weights: dict[str, float], names: Iterable[str], weight: float) -> int:
    """Add telling words of names to the weights; returns how many."""
    told = [word for word in names if not is_stop_word(word)]
    for word in told:
        weights[word] = weights.get(word, 0.0) + weight
    return len(told)


def write_segments(
    generation: Generation, documents: Iterable[Document]
) -> Iterator[tuple[W3Segment, npt.NDArray[np.uint64]]]:
    """Write documents into as many segments as memory asks for; yields each with the keys that it holds."""
    writer = SegmentWriter(generation)
    try:
        for document in documents:
            writer.add(document)
            if writer.is_full:
                yield from writer.finish()
                writer = SegmentWriter(generation)
        yield from writer.finish()
    finally:
        writer.close()
