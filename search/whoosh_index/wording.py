"""How words that the index holds without accents are written in the texts that a viewer may see."""

from __future__ import annotations

from collections import Counter

from search.analysis import fold, split
from search.snippets import MOST_TEXT
from search.whoosh_index.ranking import Ranker

_TEXTS_READ = 3


def written(ranker: Ranker, form: str) -> str:
    """A folded word in small letters as it is mostly written, tecnología for tecnologia; itself where none tells."""
    seen: Counter[str] = Counter()
    for stored in ranker.holding(form, _TEXTS_READ):
        text = " ".join((stored.get("title", ""), *stored.get("creators", ()), stored["text"]))
        seen.update(word.lower() for word in split(text[:MOST_TEXT]) if fold(word) == form)
    return max(seen, key=lambda word: (seen[word], not word.isascii()), default=form)
