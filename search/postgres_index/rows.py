"""The rows of documents, units and names as they are copied into the tables."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence

from search.analysis import has_kin, kin_keys, normal, sound_key, words
from search.documents import KINDS, Document, Hit
from search.facets import values_of, year_of
from search.postgres_index.inverting import TITLE, Lexemes, Unit

_APART = {"record_id", "title", "creators", "thumbnail", "added"}
_FIELDS = tuple(name for name in Hit.__annotations__ if name in Document.__annotations__ and name not in _APART)
"""Of a document what a hit tells, beside what is a column of its own (or, as creators are, no plain value)."""
_LETTERS = {letter: 1 << place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
_OTHER_LETTERS = 1 << 26
_MOST_NAME_WORDS = 50
_AFTER_N = "n\x7f"
_MOST_KEY = 160
"""Characters of a title by which it is sorted."""

DOCUMENTS = """
COPY documents (number, id, record_id, audience, kind, year, added, uses, revision, facets, title_key, title, fields,
    thumbnail) FROM STDIN
"""
UNITS = """
COPY units (id, document, audience, page, title_length, text_length, label, text, vector) FROM STDIN
"""
NAMES = "COPY names (kind, text, audience, count, vector) FROM STDIN"
WORDS = "COPY words (word, audience, count, length, letters, inflected, derived, english, sound) FROM STDIN"


def storable(text: str) -> str:
    """A text as the database takes it: without NUL and lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def facet_values(document: Document) -> list[tuple[str, str]]:
    """(facet, value) of a document, its kind and its year among them."""
    found = [(facet, normal(value)) for facet, values in values_of(document).items() for value in values]
    found.append(("kind", document.kind))
    if year := year_of(document.date):
        found.append(("year", str(year)))
    return found


def names_of(document: Document) -> Iterator[tuple[str, str]]:
    """(kind, text) of what names a document beside its title, each once; subjects with all that are broader."""
    yield from (("subject", normal(path)) for path in values_of(document).get("subject", ()))
    creators = (" ".join(normal(each).split()) for each in document.creators)
    yield from (("creator", name) for name in dict.fromkeys(creators) if name)


def document_row(document: Document, number: int, audience: int, facets: Sequence[int]) -> tuple[object, ...]:
    title = normal(document.title)
    fields = {name: storable(v) if isinstance(v := getattr(document, name), str) else v for name in _FIELDS}
    fields["creators"] = [storable(each) for each in document.creators]
    fields["names"] = list(names_of(document))
    return (
        number,
        storable(document.id),
        storable(document.record_id),
        audience,
        KINDS.index(document.kind),
        year_of(document.date),
        document.added,
        document.uses,
        document.revision,
        list(facets),
        title_key(title),
        title,
        json.dumps(fields, ensure_ascii=False),
        document.thumbnail,
    )


def title_key(title: str) -> str:
    """What titles are put in order by: folded words; ñ comes after n."""
    return " ".join(words(normal(title)))[:_MOST_KEY].replace("ñ", _AFTER_N)


def unit_row(unit: Unit, number: int, head: int, audience: int) -> tuple[object, ...]:
    return (
        number,
        head,
        audience,
        unit.page,
        unit.title_length,
        unit.text_length,
        unit.label,
        unit.text,
        str(unit.lexemes),
    )


def name_row(kind: str, text: str, audience: int, count: int) -> tuple[object, ...]:
    lexemes = Lexemes()
    lexemes.add(words(text)[:_MOST_NAME_WORDS], 1, TITLE)
    return kind, text, audience, count, str(lexemes)


def word_rows(counts: Sequence[tuple[str, int, int]]) -> Iterator[tuple[object, ...]]:
    """Rows of (word, audience, count), with what tells which words are kin to which."""
    able = list(dict.fromkeys(word for word, _, _ in counts if has_kin(word)))
    hashes = {
        word: tuple(map(hashed, keys)) for word, *keys in zip(able, *kin_keys(able), map(sound_key, able), strict=True)
    }
    for word, audience, count in counts:
        yield word, audience, count, len(word), letters_of(word), *hashes.get(word, (None,) * 4)


def hashed(key: str) -> int:
    """A key as a number that fits a column; others may have the same."""
    return zlib.crc32(key.encode("utf-8")) - (1 << 31)


def letters_of(word: str) -> int:
    """Which letters a word has, a bit each, n and ñ being one: tells at once what cannot be one edit away."""
    bits = 0
    for letter in word.replace("ñ", "n"):
        bits |= _LETTERS.get(letter, _OTHER_LETTERS)
    return bits
