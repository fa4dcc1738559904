"""Whether a query asks for anything at all: the same for every engine."""

from __future__ import annotations

from search.documents import SORTS, Query
from search.parsing import parse


def asks_for_something(query: Query) -> bool:
    """Whether there is anything to look for: words, operators or choices; or everything, where it is put in order."""
    if query.kind or any(query.chosen.values()) or query.years != (None, None) or query.added_since > 0:
        return True
    if query.text.strip():
        return not parse(query.text, query.dictionary.stop_words).is_empty
    return query.sort != SORTS[0] or bool(query.counted)
