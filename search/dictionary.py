"""What librarians teach the search, as the engines take it: synonyms, stop words, pinned results and boosts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Boost:
    """Hits with a value of a facet (or of a kind: facet "kind") count ``factor`` times as much, 0.1 to 10."""

    facet: str
    value: str
    factor: float


@dataclass(frozen=True)
class Taught:
    """Words that stand for each other; ``is_one_way``: the first is a spelling of the others, no more."""

    words: tuple[str, ...]
    is_one_way: bool = False


@dataclass(frozen=True, eq=False)
class Dictionary:
    """One state of what was taught; the same object is handed to every search until something changes."""

    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Folded words, single spaces between several -> folded words or phrases that are sought beside them."""
    stop_words: frozenset[str] = frozenset()
    """Folded words that tell nothing, beside the built-in ones."""
    pins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A whole query, folded, stop words left out, single spaces -> record ids put first, in this order."""
    boosts: tuple[Boost, ...] = ()


EMPTY = Dictionary()
