"""The search done plainly, document by document: what the engines' answers are compared with.

For words that have no kin and no neighbours (letters with digits), so that a word answers to itself alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from search.analysis import is_stop_word, normal, words
from search.documents import Document, Query
from search.facets import values_of, year_of
from search.parsing import Asked, Term, Years, parse


def holding(documents: Iterable[Document], query: Query) -> list[Document]:
    """What holds what was typed, before anything is chosen."""
    asked = parse(query.text)
    visible = [each for each in documents if each.audience in query.audiences]
    return [each for each in visible if _holds(each, asked) and _is_within(each, asked.years)]


def failed(document: Document, query: Query) -> set[str]:
    """The choices of a query that a document does not obey."""
    values = values_of(document)
    names = {name for name, chosen in query.chosen.items() if chosen and chosen.isdisjoint(values.get(name, ()))}
    if query.kind and document.kind != query.kind:
        names.add("kind")
    if not _is_within(document, query.years):
        names.add("year")
    if query.added_since > 0 and document.added <= query.added_since:
        names.add("added")
    return names


def counts(held: Iterable[Document], query: Query, facet: str) -> dict[str, int]:
    """How many of those that hold a query have each value of a facet, "kind" or "year", nothing of it being chosen."""
    counted: Counter[str] = Counter()
    for each in held:
        if failed(each, query) <= {facet}:
            counted.update(_values(each, facet))
    return dict(counted)


def _values(document: Document, facet: str) -> Sequence[str]:
    if facet == "kind":
        return [document.kind]
    if facet == "year":
        return [str(year)] if (year := year_of(document.date)) else []
    return values_of(document).get(facet, ())


def in_order(documents: Iterable[Document], sort: str) -> list[tuple[object, ...]]:
    """What documents are put in order by, least first."""
    return sorted(key(each, sort) for each in documents)


def key(document: Document, sort: str) -> tuple[object, ...]:
    year = year_of(document.date)
    return {
        "newest": (-year,),
        "oldest": (year or 9999,),
        "title": (" ".join(words(normal(document.title))),),
        "uses": (-document.uses,),
        "added": (-document.added,),
    }[sort]


def _is_within(document: Document, years: Years) -> bool:
    if years == (None, None):
        return True
    year = year_of(document.date)
    return year > 0 and (years[0] or 0) <= year <= (years[1] if years[1] is not None else 9999)


def _holds(document: Document, asked: Asked) -> bool:
    # Of stop words, which count where nothing else is asked, those of titles alone are found.
    every = {word for text in _texts(document) for word in words(normal(text)) if not is_stop_word(word)}
    every.update(words(normal(document.title)))
    sought = {*asked.words, *(other for others in asked.alternatives.values() for other in others)}
    return (
        (not sought or not sought.isdisjoint(every))
        and all(any(_has(document, term) for term in clause) for clause in asked.required)
        and not any(_has(document, term) for term in asked.excluded)
    )


def _has(document: Document, term: Term) -> bool:
    if term.field in ("creator", "subject"):
        names = document.creators if term.field == "creator" else document.subjects
        return set(term.words) <= {word for name in names for word in words(normal(name))}
    texts = [document.title] if term.field == "title" else _texts(document)
    return any(_follows(words(normal(text)), term.words) for text in texts)


def _texts(document: Document) -> list[str]:
    pages = [page.text for page in document.pages]
    return [document.title, document.description, *document.creators, *document.subjects, *pages]


def _follows(text: Sequence[str], run: Sequence[str]) -> bool:
    return any(tuple(text[place : place + len(run)]) == tuple(run) for place in range(len(text)))
