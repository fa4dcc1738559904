"""Writing documents: inverted in memory into one segment after another, each written when its memory is full."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.util.numeric import byte_to_length, length_to_byte

from search.analysis import normal
from search.contents import without_contents
from search.documents import KINDS, Document
from search.whoosh_index import columns, deletions, facts, positions, stored, vocabulary
from search.whoosh_index.columns import ColumnWriter
from search.whoosh_index.inverting import Inverter
from search.whoosh_index.layout import INDEX_NAME, POSITIONED, SCORED, Generation, make_codec
from search.whoosh_index.positions import PositionsWriter
from search.whoosh_index.postings import BlockFieldWriter
from search.whoosh_index.stored import Stored, StoredWriter

MOST_WORDS = 3_000_000
"""Words held in memory before a segment is written."""
MOST_TEXT = 48 * 1024 * 1024
"""Characters of text before a segment is written."""
_SHOWN = (
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
    "institution",
    "access",
    "added",
)
"""What is shown of documents as it was given."""
_LENGTH_OF = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)


Lengths = Mapping[str, Sequence[npt.NDArray[Any]]]
"""How many telling words each unit has, by field, in pieces one after another."""


def key_of(document_id: str) -> int:
    """The number by which a document is found again: 64 bits of a hash of its id."""
    return int.from_bytes(hashlib.blake2b(document_id.encode("utf-8"), digest_size=8).digest(), "big")


class SegmentWriter:
    """Takes documents until ``is_full``; ``finish`` writes the segment, which nobody sees before a commit names it."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self.segment: W3Segment = make_codec().new_segment(generation.storage, INDEX_NAME)
        self._inverter = Inverter()
        self._facts = facts.FactWriter()
        self._stored = StoredWriter(self._path(W3Codec.column_filename(self.segment, stored.COLUMN)))
        self._keys, self._firsts = array("Q"), array("q")
        self._pages, self._kinds = array("I"), array("B")
        self._numbers: dict[int, int] = {}
        """Key of a document -> its number in this segment, the last one where it was given again."""
        self._replaced = array("q")
        self._characters = 0

    @property
    def is_full(self) -> bool:
        return self._characters > MOST_TEXT or len(self._inverter) > MOST_WORDS

    def add(self, document: Document) -> None:
        """Add a document; the same id given before in this segment is replaced."""
        key, number, head = key_of(document.id), len(self._keys), len(self._pages)
        if key in self._numbers:
            self._forget(self._numbers[key])
        self._numbers[key] = number
        self._keys.append(key)
        self._firsts.append(head)
        self._facts.add(document)
        kind = KINDS.index(document.kind)
        title_words = self._add_head(document, head, kind)
        for page in document.pages:
            text, label = normal(page.text), normal(page.label)
            self._inverter.add_page(len(self._pages), without_contents(text), label, title_words)
            self._add_unit(Stored(text, page.number, label), kind)

    def _forget(self, number: int) -> None:
        """Note that a document of this segment is replaced by one that comes."""
        last = self._firsts[number + 1] if number + 1 < len(self._firsts) else len(self._pages)
        self._replaced.extend(range(self._firsts[number], last))

    def _add_head(self, document: Document, unit: int, kind: int) -> set[int]:
        title, description = normal(document.title), normal(document.description)
        names = [("subject", each) for each in document.subjects] + [("creator", each) for each in document.creators]
        title_words = self._inverter.add_title(unit, title)
        self._inverter.add_text(unit, description, names)
        shown: dict[str, Any] = {name: getattr(document, name) for name in _SHOWN}
        self._add_unit(Stored(description, id=document.id, title=title, creators=(*document.creators,), **shown), kind)
        return title_words

    def _add_unit(self, unit: Stored, kind: int) -> None:
        self._stored.add(unit)
        self._pages.append(unit.page or 0)
        self._kinds.append(kind)
        self._characters += len(unit.text)

    def close(self) -> None:
        """End the writing of documents; whatever is not finished is deleted by the next writer."""
        self._stored.close()

    def finish(self) -> Iterator[tuple[W3Segment, npt.NDArray[np.uint64]]]:
        """Write the segment out; yields it with the keys that it holds, or nothing where no document was added."""
        units = len(self._pages)
        if not units:
            self.close()
            return
        self._stored.finish()
        self.segment.set_doc_count(units)
        deletions.delete(self.segment, np.array(self._replaced))
        heads = np.frombuffer(self._firsts, np.int64)
        of_document = np.zeros(units, np.int32)
        of_document[heads[1:]] = 1
        of_document = np.cumsum(of_document, dtype=np.int32)
        with columns.writing(self._path(self.segment.make_filename(columns.EXTENSION))) as arrays:
            self._write_units(arrays, heads, of_document)
            self._facts.write(arrays, heads, of_document)
            self._write_terms(arrays, of_document)
            lengths = self._inverter.lengths(units)
            write_lengths(self._generation, self.segment, arrays, {name: (each,) for name, each in lengths.items()})
        yield self.segment, np.fromiter(self._numbers, np.uint64, len(self._numbers))

    def _path(self, name: str) -> Path:
        return self._generation.path / name

    def _write_units(self, arrays: ColumnWriter, heads: npt.NDArray[np.int64], of_document: Any) -> None:
        write_heads(arrays, heads[of_document].astype(np.int32))
        write_keys(arrays, np.frombuffer(self._keys, np.uint64), heads)
        arrays.add("pages", np.frombuffer(self._pages, np.uint32))
        arrays.add("kinds", np.frombuffer(self._kinds, np.uint8))

    def _write_terms(self, arrays: ColumnWriter, of_document: Any) -> None:
        words = self._inverter.words()
        counts = np.zeros(len(words), np.int64)
        at = {name: np.full(len(words), -1, np.int64) for name in vocabulary.FIELDS_AT}
        writer = BlockFieldWriter(make_codec(), self._generation.storage, self.segment)
        places = PositionsWriter(
            self._path(self.segment.make_filename(positions.EXTENSION)),
            positions.dtype_for(self._inverter.most_places),
        )
        for name in vocabulary.FIELDS_AT:
            writer.start_field(name)
            found = self._inverter.postings(name)
            terms = (words[rank] for rank in found.terms.tolist())
            starts = writer.add_field(terms, found.firsts.tolist(), found.units, found.weights)
            at[name][found.terms] = starts
            if name in SCORED:
                counts[found.terms] = np.maximum(counts[found.terms], np.diff(found.firsts))
            if name in POSITIONED:
                marked = positions.marked(found.places, found.place_firsts[:-1], places.dtype)
                places.add_all(starts, np.diff(found.place_firsts[found.firsts]), marked)
            writer.finish_field()
        self._write_audiences(writer, of_document)
        arrays.add("postings.size", np.array([writer.close()]))
        places.finish(arrays)
        vocabulary.add(arrays, np.array(words, np.bytes_), counts, at, vocabulary.shapes_of(words))

    def _write_audiences(self, writer: BlockFieldWriter, of_document: Any) -> None:
        writer.start_field("audience")
        values, codes = self._facts.audiences()
        write_audiences(writer, values, codes[of_document])
        writer.finish_field()


def write_audiences(writer: BlockFieldWriter, values: Iterable[bytes], codes: npt.NDArray[np.int32]) -> None:
    """Write the units of each audience as postings, which the stock searcher filters by."""
    for code, value in enumerate(values):
        units = np.flatnonzero(codes == code).astype(np.int32)
        writer.add_postings_of(value, units, np.ones(len(units), np.float32))


def write_heads(arrays: ColumnWriter, heads: npt.NDArray[np.int32]) -> None:
    arrays.add("heads", heads)
    arrays.add("is_head", heads == np.arange(len(heads)))


def write_keys(arrays: ColumnWriter, keys: npt.NDArray[np.uint64], heads: npt.NDArray[np.int64]) -> None:
    """Write the keys of documents in order, each with the unit of the head."""
    order = np.argsort(keys, kind="stable")
    arrays.add("keys", keys[order])
    arrays.add("key_units", heads[order].astype(np.int32))


def write_lengths(generation: Generation, segment: W3Segment, arrays: ColumnWriter, lengths: Lengths) -> None:
    """Write the lengths of units in each scored field: as Whoosh keeps them, about, and the same as we read them."""
    told = {}
    for name, pieces in lengths.items():
        with (generation.path / W3Codec.column_filename(segment, f"_{name}_len")).open("wb") as file:
            rounded = []
            for numbers in pieces:
                different, places = np.unique(numbers, return_inverse=True)
                as_bytes = np.fromiter(map(length_to_byte, different.tolist()), np.uint8, len(different))[places]
                file.write(as_bytes.tobytes())
                rounded.append(_LENGTH_OF[as_bytes])
        arrays.add(f"lengths.{name}", *rounded)
        told[name] = int(sum(numbers.sum(dtype=np.int64) for numbers in pieces))
    vars(segment)["_fieldlengths"] = told


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
