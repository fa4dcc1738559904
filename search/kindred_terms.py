"""Terms that mean the same as what was typed: synonyms that librarians taught, and terms of the other language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from search import expansion, translations
from search.analysis import is_stop_word, without_number
from search.dictionary import Dictionary
from search.expansion import Words
from search.parsing import numbers_of
from search.translations import Key

SYNONYM_WEIGHT = 0.8
SPANISH_WEIGHT = 0.5
"""Of a Spanish term where the English one was typed."""
ENGLISH_WEIGHT = 0.2
"""Of an English term where the Spanish one was typed."""
PLENTY = 200
"""A Spanish word that so many documents or pages have finds enough by itself: it is not sought in English too."""
_MOST_FORMS = 4
"""Of a term: numbers in which it is sought."""
_MOST_TERMS = 6


@dataclass
class Slot:
    """One word that is sought: how it is understood, and what stands for it."""

    word: str
    variants: dict[str, float]
    instead: str = ""
    """What stands in for it where it was misspelt, or of its first part where it was run together."""


def add(words: Words, sought: Sequence[Slot], dictionary: Dictionary) -> tuple[str, ...]:
    """Add to what stands for the words the terms that mean the same as they do, and tell them.

    A term that stands for several words is added to each of them. Told is which were added: those that the viewer may
    see somewhere and that are not what was typed anyway.
    """
    understood = {slot.word for slot in sought}
    told: dict[str, None] = {}
    for slots, term, weight in _terms(words, sought, dictionary):
        forms = () if set(term.split()) <= understood else _forms(words, term)
        for slot in slots if forms else ():
            for form in forms:
                slot.variants[form] = max(slot.variants.get(form, 0.0), weight)
            told[term] = None
        if len(told) == _MOST_TERMS:
            break
    return tuple(told)


def stand_for(words: Words, word: str, dictionary: Dictionary) -> bool:
    """Whether there is something to be found for a word by a term that means the same."""
    return any(_forms(words, term) for _, term, _ in _terms(words, [Slot(word, {})], dictionary))


def _terms(words: Words, sought: Sequence[Slot], dictionary: Dictionary) -> Iterator[tuple[Sequence[Slot], str, float]]:
    """Words that are a known term, each term for it, and how much that counts; the longest first."""
    taught = _taught(dictionary)
    keys = [without_number(slot.word) for slot in sought]
    translated: set[int] = set()
    for size in range(min(translations.MOST_WORDS, len(sought)), 0, -1):
        for first in range(len(sought) - size + 1):
            slots, key = sought[first : first + size], tuple(keys[first : first + size])
            yield from ((slots, term, SYNONYM_WEIGHT) for term in taught.get(key, ()))
            places = range(first, first + size)
            # What is part of a longer term means nothing by itself: no learning in machine learning. And what was
            # understood of a misspelt word is a guess already.
            if not translated.issuperset(places) and (size > 1 or not slots[0].instead):
                found = list(_translated(words, slots, key))
                translated.update(places if found else ())
                yield from ((slots, term, weight) for term, weight in found)


def _translated(words: Words, slots: Sequence[Slot], key: Key) -> Iterator[tuple[str, float]]:
    yield from ((term, SPANISH_WEIGHT) for term in translations.spanish(key))
    if len(slots) > 1 or expansion.count_of(words, slots[0].word) < PLENTY:
        yield from ((term, ENGLISH_WEIGHT) for term in translations.english(key))


@lru_cache(maxsize=8)
def _taught(dictionary: Dictionary) -> Mapping[Key, tuple[str, ...]]:
    return {translations.key_of(term): others for term, others in dictionary.synonyms.items()}


def _forms(words: Words, term: str) -> Sequence[str]:
    """A term in the numbers in which the viewer may see it somewhere."""
    ways = []
    for part in term.split():
        forms = (part,) if is_stop_word(part) else words.seen(numbers_of(part), _MOST_FORMS)
        ways.append(forms)
    found = [" ".join(way) for way in islice(product(*ways), _MOST_FORMS)]
    return words.seen(found, _MOST_FORMS) if " " in term else found
