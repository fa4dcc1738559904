"""What people type, as words and phrases. Anything can be typed; nothing here raises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from search.analysis import fold, is_stop_word, normal, spans, words

MOST_CHARACTERS = 1_000
MOST_WORDS = 12
_QUOTED = re.compile('["“«]([^"”»]+)["”»]')


@dataclass(frozen=True)
class Asked:
    """The words of a query: folded, each once, in order, without stop words unless there is nothing else."""

    words: Sequence[str]
    typed: Sequence[str]
    """The same words as they were typed."""
    phrases: Sequence[Sequence[str]] = ()
    """What stood between quotes, in folded words."""
    is_open: bool = False
    """Whether the last word may still be unfinished: nothing follows it."""


def parse(text: str) -> Asked:
    """Read a query. Operators mean nothing; of very long ones the first MOST_WORDS words count."""
    clean = normal(text[:MOST_CHARACTERS])
    phrases = [found for part in _QUOTED.findall(clean) if len(found := words(part)) > 1]
    typed: dict[str, str] = {}
    end = 0
    for match in spans(clean):
        typed.setdefault(fold(match.group()), match.group())
        end = match.end()
    typed.pop("", None)
    telling = {word: original for word, original in typed.items() if not is_stop_word(word)} or typed
    kept = list(telling)[:MOST_WORDS]
    is_open = bool(kept) and not clean[end:] and list(typed)[-1] == kept[-1]
    return Asked(kept, [telling[word] for word in kept], phrases, is_open)
