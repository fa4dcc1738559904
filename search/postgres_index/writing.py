"""Writing documents into a generation, a bounded number at a time, with the words and names that they are found by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from search.documents import Document
from search.postgres_index import rows
from search.postgres_index.inverting import Unit, units_of
from search.postgres_index.layout import Live

Item = TypeVar("Item")
_DOCUMENTS_AT_ONCE = 500
_CHARACTERS_AT_ONCE = 4_000_000
_ROWS_AT_ONCE = 20_000
_MOST_COUNTED = 200_000
"""Words with their counts held in memory before they are written."""

_NUMBERS = "SELECT number FROM documents WHERE id = ANY(%(ids)s)"
_FORGET_WORDS = """
UPDATE words SET count = words.count - gone.count
FROM (
    SELECT ltrim(held.lexeme, '=') AS word, units.audience, count(DISTINCT units.id)::integer AS count
    FROM units, unnest(units.vector) AS held
    WHERE units.document = ANY(%(numbers)s) AND left(held.lexeme, 1) NOT IN ('@', '#', '.')
    GROUP BY 1, 2
) AS gone
WHERE words.word = gone.word AND words.audience = gone.audience
"""
_FORGET_NAMES = """
UPDATE names SET count = names.count - gone.count
FROM (
    SELECT name->>0 AS kind, name->>1 AS text, documents.audience, count(*)::integer AS count
    FROM documents, jsonb_array_elements(documents.fields->'names') AS name
    WHERE documents.number = ANY(%(numbers)s)
    GROUP BY 1, 2, 3
) AS gone
WHERE names.text = gone.text AND names.kind = gone.kind AND names.audience = gone.audience
"""
_FORGET_UNITS = """
WITH gone AS (DELETE FROM units WHERE document = ANY(%(numbers)s) RETURNING title_length, text_length)
SELECT count(*), coalesce(sum(title_length), 0)::bigint, coalesce(sum(text_length), 0)::bigint FROM gone
"""
_FORGET_DOCUMENTS = "DELETE FROM documents WHERE number = ANY(%(numbers)s)"
_COUNT_WORDS = """
UPDATE words SET count = words.count + given.count
FROM unnest(%(words)s::text[], %(audiences)s::integer[], %(counts)s::integer[]) AS given (word, audience, count)
WHERE words.word = given.word AND words.audience = given.audience
RETURNING words.word, words.audience
"""
_COUNT_NAMES = """
UPDATE names SET count = names.count + given.count
FROM unnest(%(kinds)s::text[], %(texts)s::text[], %(audiences)s::integer[], %(counts)s::integer[])
    AS given (kind, text, audience, count)
WHERE names.text = given.text AND names.kind = given.kind AND names.audience = given.audience
RETURNING names.kind, names.text, names.audience
"""
_AUDIENCES = "SELECT name, id FROM audiences WHERE name = ANY(%(names)s)"
_ADD_AUDIENCES = "INSERT INTO audiences (name) SELECT unnest(%(names)s::text[]) RETURNING name, id"
_VALUES = "SELECT facet, value, id FROM facet_values WHERE value = ANY(%(values)s)"
_ADD_VALUES = """
INSERT INTO facet_values (facet, value)
SELECT * FROM unnest(%(facets)s::text[], %(values)s::text[]) RETURNING facet, value, id
"""


class Filling:
    """One write: what it adds and takes out counts once ``finish`` has saved the totals."""

    def __init__(self, live: Live) -> None:
        self._live, self._channel = live, live.channel
        self._first_number = live.next_unit
        self._audiences: dict[str, int] = {}
        self._values: dict[tuple[str, str], int] = {}
        self._words: Counter[tuple[str, int]] = Counter()
        self._names: Counter[tuple[str, str, int]] = Counter()

    def delete(self, ids: Iterable[str]) -> None:
        for some in _some_of(ids, _DOCUMENTS_AT_ONCE):
            self._delete([rows.storable(each) for each in some])

    def _delete(self, ids: Sequence[str]) -> None:
        numbers = [number for (number,) in self._channel.rows(_NUMBERS, ids=ids)]
        if not numbers:
            return
        if max(numbers) >= self._first_number:  # given twice in this write
            self._flush()
        for statement in (_FORGET_WORDS, _FORGET_NAMES):
            self._channel.run(statement, numbers=numbers)
        ((units, title_length, text_length),) = self._channel.rows(_FORGET_UNITS, numbers=numbers)
        self._channel.run(_FORGET_DOCUMENTS, numbers=numbers)
        self._live.documents -= len(numbers)
        self._live.units -= units
        self._live.title_length -= title_length
        self._live.text_length -= text_length
        self._live.stale += len(numbers)

    def add(self, documents: Iterable[Document]) -> None:
        for some in _bounded(documents):
            self._delete(list(some))
            self._add(list(some.values()))

    def _add(self, documents: Sequence[Document]) -> None:
        facets = [rows.facet_values(document) for document in documents]
        self._learn_audiences({document.audience for document in documents})
        self._learn_values({value for values in facets for value in values})
        about, units = [], []
        for document, values in zip(documents, facets, strict=True):
            number, audience = self._live.next_unit, self._audiences[rows.storable(document.audience)]
            about.append(rows.document_row(document, number, audience, [self._values[value] for value in values]))
            for unit in units_of(document):
                units.append(rows.unit_row(unit, self._live.next_unit, number, audience))
                self._count(unit, audience)
            self._names.update((kind, text, audience) for kind, text in rows.names_of(document))
        self._channel.copy(rows.DOCUMENTS, about)
        self._channel.copy(rows.UNITS, units)
        self._live.documents += len(documents)
        if len(self._words) > _MOST_COUNTED:
            self._flush()

    def _count(self, unit: Unit, audience: int) -> None:
        self._words.update((word, audience) for word in unit.lexemes.told)
        self._live.next_unit += 1
        self._live.units += 1
        self._live.title_length += unit.title_length
        self._live.text_length += unit.text_length

    def _learn_audiences(self, names: Iterable[str]) -> None:
        new = sorted({rows.storable(name) for name in names} - self._audiences.keys())
        if new:
            self._audiences.update(self._pairs(_AUDIENCES, names=new))
        if missing := [name for name in new if name not in self._audiences]:
            self._audiences.update(self._pairs(_ADD_AUDIENCES, names=missing))

    def _pairs(self, statement: str, **given: object) -> Mapping[str, int]:
        return {row[0]: row[1] for row in self._channel.rows(statement, **given)}

    def _learn_values(self, values: set[tuple[str, str]]) -> None:
        new = sorted(values - self._values.keys())
        if new:
            found = self._channel.rows(_VALUES, values=[value for _, value in new])
            self._values.update({(facet, value): number for facet, value, number in found})
        if missing := [pair for pair in new if pair not in self._values]:
            given = {"facets": [facet for facet, _ in missing], "values": [value for _, value in missing]}
            added = self._channel.rows(_ADD_VALUES, **given)
            self._values.update({(facet, value): number for facet, value, number in added})

    def finish(self) -> None:
        """Write the counts of words and names, and the totals."""
        self._flush()
        self._live.save()

    def _flush(self) -> None:
        counted = sorted((word, audience, count) for (word, audience), count in self._words.items())
        self._words.clear()
        for some in _some_of(counted, _ROWS_AT_ONCE):
            words, audiences, counts = _columns(some)
            known = self._channel.rows(_COUNT_WORDS, words=words, audiences=audiences, counts=counts)
            there = {(word, audience) for word, audience in known}
            self._channel.copy(rows.WORDS, rows.word_rows([row for row in some if row[:2] not in there]))
        self._flush_names()

    def _flush_names(self) -> None:
        named = sorted((*key, count) for key, count in self._names.items())
        self._names.clear()
        for some in _some_of(named, _ROWS_AT_ONCE):
            kinds, texts, audiences, counts = _columns(some)
            known = self._channel.rows(_COUNT_NAMES, kinds=kinds, texts=texts, audiences=audiences, counts=counts)
            there = {tuple(row) for row in known}
            self._channel.copy(rows.NAMES, (rows.name_row(*row) for row in some if row[:3] not in there))


def _bounded(documents: Iterable[Document]) -> Iterator[dict[str, Document]]:
    """Documents by id, a bounded number and length at a time; of those given twice the last."""
    some: dict[str, Document] = {}
    length = 0
    for document in documents:
        some[rows.storable(document.id)] = document
        length += len(document.description) + sum(len(page.text) for page in document.pages)
        if len(some) >= _DOCUMENTS_AT_ONCE or length >= _CHARACTERS_AT_ONCE:
            yield some
            some, length = {}, 0
    if some:
        yield some


def _some_of(items: Iterable[Item], number: int) -> Iterator[list[Item]]:
    left = iter(items)
    while some := list(islice(left, number)):
        yield some


def _columns(table: Iterable[Sequence[object]]) -> Iterator[list[object]]:
    return map(list, zip(*table, strict=True))
