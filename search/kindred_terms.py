"""Terms that mean the same as what was typed: synonyms that librarians taught, and terms of the other language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product

from search import expansion, translations
from search.analysis import is_stop_word, kin_keys
from search.dictionary import Dictionary
from search.expansion import Words
from search.translations import Stems

SYNONYM_WEIGHT = 0.8
SPANISH_WEIGHT = 0.7
"""Of a Spanish term where the English one was typed."""
ENGLISH_WEIGHT = 0.4
"""Of an English term where the Spanish one was typed."""
PLENTY = 200
"""A Spanish word that so many documents or pages have finds enough by itself: it is not sought in English too."""
_MOST_FORMS = 4
"""Of a run of words: numbers and genders in which it is sought."""
_MOST_TERMS = 6


def add(words: Words, sought: Sequence[tuple[str, dict[str, float]]], dictionary: Dictionary) -> tuple[str, ...]:
    """Add to the variants of words sought (each with how it is understood) the terms that mean the same as they do.

    A term that stands for several words is added to each of them. Told is which were added: those that the viewer may
    see somewhere and that are not what was typed anyway.
    """
    understood = [word for word, _ in sought]
    told: dict[str, None] = {}
    for first, end, term, weight in _terms(words, understood, dictionary):
        forms = _forms(words, term)
        if not forms or set(term.split()) <= set(understood):
            continue
        told[term] = None
        for _, variants in sought[first:end]:
            for form, share in forms.items():
                variants[form] = max(variants.get(form, 0.0), weight * share)
        if len(told) == _MOST_TERMS:
            break
    return tuple(told)


def _terms(words: Words, understood: Sequence[str], dictionary: Dictionary) -> Iterator[tuple[int, int, str, float]]:
    """Where a known term stands among the words (first, end), each term for it, and how much that counts."""
    taught = _taught(dictionary)
    inflected, _, english = kin_keys(understood)
    translated: set[int] = set()
    for size in range(min(translations.MOST_WORDS, len(understood)), 0, -1):
        for first in range(len(understood) - size + 1):
            places = range(first, first + size)
            ours, theirs = tuple(inflected[first : first + size]), tuple(english[first : first + size])
            for term in taught.get(ours, ()):
                yield first, first + size, term, SYNONYM_WEIGHT
            # What is part of a longer term means nothing by itself: no learning in machine learning.
            if translated.issuperset(places):
                continue
            spanish = translations.spanish(theirs)
            is_enough = size == 1 and expansion.count_of(words, understood[first]) >= PLENTY
            others = () if is_enough else translations.english(ours)
            if spanish or others:
                translated.update(places)
            yield from ((first, first + size, term, SPANISH_WEIGHT) for term in spanish)
            yield from ((first, first + size, term, ENGLISH_WEIGHT) for term in others)


@lru_cache(maxsize=8)
def _taught(dictionary: Dictionary) -> Mapping[Stems, tuple[str, ...]]:
    return {translations.stems(term)[0]: others for term, others in dictionary.synonyms.items()}


def _forms(words: Words, term: str) -> dict[str, float]:
    """A term as the texts may have it, in other numbers too; empty where the viewer may see none of a word of it."""
    ways = []
    for part in term.split():
        if is_stop_word(part):
            ways.append([(part, 1.0)])
            continue
        kin = expansion.inflections(part, expansion.kin(words, part))
        ways.append([(form, kin[form]) for form in words.seen(list(kin), _MOST_FORMS)])
    found = {}
    for way in islice(product(*ways), _MOST_FORMS):
        found[" ".join(form for form, _ in way)] = min(share for _, share in way)
    return found
