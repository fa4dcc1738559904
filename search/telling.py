"""Which words tell most of a document, by which others like it are found: the same for every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

from search.analysis import is_light_word, is_stop_word, normal, words
from search.facets import SUBJECT_SEPARATOR

TITLE_WEIGHT, SUBJECT_WEIGHT = 3.0, 2.0
"""How often a word of the title, or of a subject, counts beside one of the description."""
MOST_TERMS = 10
MOST_OFTEN = 3
"""A word of the description counts at most so often."""
COMMON = 0.05
"""A word that more than this share of all documents and pages have tells nothing of likeness."""
SAME_SUBJECT = 1.3
"""How much more alike what has a subject in common is."""
_MOST_TEXT = 2_000


def weighed(title: str, text: str, subjects: Sequence[str]) -> dict[str, float]:
    """Telling words of a document and how much they count: of subjects (values of the facet) the narrowest step."""
    often = Counter(words(normal(text[:_MOST_TEXT])))
    weights = {word: float(min(count, MOST_OFTEN)) for word, count in often.items()}
    named = words(normal(" ".join(subject.rpartition(SUBJECT_SEPARATOR)[2] for subject in subjects)))
    for some, weight in ((words(normal(title)), TITLE_WEIGHT), (named, SUBJECT_WEIGHT)):
        for word in dict.fromkeys(some):
            weights[word] = weights.get(word, 0.0) + weight
    return {word: weight for word, weight in weights.items() if _tells(word)}


def _tells(word: str) -> bool:
    return not (is_stop_word(word) or is_light_word(word) or word.isdigit())


def rarest(weights: Mapping[str, float], counts: Mapping[str, int], units: int) -> dict[str, float]:
    """Of weighed words the ones that tell most, by ``counts``: in how many of all ``units`` each stands."""
    most = max(COMMON * units, MOST_TERMS)
    rated = {word: weight * log(units / counts[word]) for word, weight in weights.items() if 1 < counts[word] <= most}
    best = sorted(rated, key=lambda word: (-rated[word], word))[:MOST_TERMS]
    return {word: weights[word] for word in best}
