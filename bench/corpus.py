"""The records and queries of the search benchmarks: as many as are wanted, made of those given, with all facets."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench.relevance import lines
from search.analysis import is_stop_word, normal, words
from search.documents import Document, Page

LICENSES = ("CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC0 1.0")
LEVELS = ("introductory", "intermediate", "advanced")
PAGES_OF_ONE = 20
_STRIDE = 7919


def given(path: Path) -> list[Document]:
    """The records of a file as `lrc import` takes it; what it lacks for a facet is dealt out evenly."""
    found = []
    for number, record in enumerate(lines(path)):
        found.append(
            Document(
                id=str(number + 1),
                record_id=record["id"],
                title=record["title"],
                description=record.get("description", ""),
                creators=tuple(record.get("creator", ())),
                subjects=tuple(record.get("subject", ())),
                language=record.get("language", ""),
                type=record.get("type", ""),
                date=record.get("date", ""),
                publisher=record.get("publisher", ""),
                license=LICENSES[number % len(LICENSES)],
                level=LEVELS[number * 5 % len(LEVELS)],
                institution=str(1 + sum(map(ord, record.get("publisher", ""))) % 36),
                added=1_600_000_000 + number,
            )
        )
    return found


def mixed(records: Sequence[Document], size: int) -> Iterator[Document]:
    """So many documents: those given, then titles of some with texts of others."""
    for number in range(size):
        one = records[number % len(records)]
        other = records[(number + _STRIDE * (number // len(records))) % len(records)]
        yield replace(
            one, id=str(number + 1), record_id=f"m{number}", description=other.description, subjects=other.subjects
        )


def paged(records: Sequence[Document], pages: int) -> Iterator[Document]:
    """Documents of PAGES_OF_ONE pages each, so many pages in all; each page is one record's text."""
    for number in range(pages // PAGES_OF_ONE):
        texts = [records[(number * PAGES_OF_ONE + n) % len(records)] for n in range(PAGES_OF_ONE)]
        held = [Page(n, f"{each.title}. {each.description}") for n, each in enumerate(texts, 1)]
        one = records[(number * _STRIDE) % len(records)]
        yield replace(one, id=str(number + 1), record_id=f"p{number}", pages=held, page_count=len(held))


def asked(records: Sequence[Document], count: int) -> dict[str, list[str]]:
    """Queries by kind, the same for every size."""
    chance = random.Random(20)
    pairs = []
    while len(pairs) < count:
        told = [w for w in words(normal(chance.choice(records).title)) if not is_stop_word(w) and w.isalpha()]
        if len(told) > 1:
            pairs.append(chance.sample(told, 2))
    typos = [[_misspelt(chance, pair[0]), pair[1]] for pair in pairs[: count // 3]]
    return {
        "one word": [pair[0] for pair in pairs],
        "two words": [" ".join(pair) for pair in pairs],
        "typo": [" ".join(pair) for pair in typos],
    }


def _misspelt(chance: random.Random, word: str) -> str:
    place = chance.randrange(1, len(word)) if len(word) > 1 else 0
    return word[:place] + chance.choice("aeiorstx") + word[place + 1 :]
