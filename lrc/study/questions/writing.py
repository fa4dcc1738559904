"""What is wrong with the texts of a question as its author wrote them, whatever its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def is_one_empty(texts: Iterable[str]) -> bool:
    """Is one of them empty?"""
    return any(not text.strip() for text in texts)


def repeated(texts: Iterable[str]) -> list[str]:
    """Those that are there more than once, capitals and spaces aside, each once; empty ones are another matter."""
    written = [text.strip() for text in texts]
    counted = Counter(_alike(text) for text in written)
    first = {_alike(text): text for text in reversed(written)}
    return [first[alike] for alike, times in counted.items() if alike and times > 1]


def _alike(text: str) -> str:
    return " ".join(text.split()).casefold()
