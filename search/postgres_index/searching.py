"""One question on one state of the index: planned, found in the database, rated, and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import log

from search import planning, weighing
from search.analysis import normal
from search.asking import asks_for_something
from search.documents import SORTS, FacetCounts, Hit, Query, Results
from search.expansion import Variants
from search.matching import Matching
from search.parsing import Asked, parse
from search.planning import Plan
from search.postgres_index import finding, hits, lexemes
from search.postgres_index.finding import MOST_RATED, UNITS_READ, YEAR, Arm, Choices, Found
from search.postgres_index.hits import Sought
from search.postgres_index.rating import Rated, Rater
from search.postgres_index.vocabulary import ViewersWords

_SURE = 0.85
"""Variants that count at least so much are sought apart from the others."""


class Search:
    """What somebody asks, with how it was understood."""

    def __init__(self, query: Query, words: ViewersWords) -> None:
        self.query, self.words = query, words
        self.asked: Asked = parse(query.text, query.dictionary.stop_words)
        self.plan: Plan = planning.plan(self.words, self.asked, query.dictionary)
        self._live = live = words.live
        pairs = zip(self.plan.shares, rarity_of(self.words, self.plan.words), strict=True)
        self.rarity = [share * rarity for share, rarity in pairs]
        self._required = [lexemes.any_of(map(lexemes.required, clause)) for clause in self.asked.required]
        self._rater = Rater(live, self.plan.words, self.rarity, self._required)

    def results(self) -> Results:
        if not asks_for_something(self.query):
            return Results()
        stretch = slice(self.query.offset, self.query.offset + self.query.limit)
        found, ordered = self._ordered(stretch)
        if not found.kinds:
            return Results(suggestion=self._suggestion())
        return Results(
            hits=self._hits(ordered[stretch]) if found.total else [],
            total=found.total,
            kinds=found.kinds,
            facets=self._facets(found),
            searched_for=tuple(map(self.words.written, self.plan.instead)),
            also=tuple(map(self.words.written, self.plan.also)),
        )

    def ids(self) -> list[str]:
        if not asks_for_something(self.query):
            return []
        stretch = slice(self.query.offset, self.query.offset + self.query.limit)
        _, ordered = self._ordered(stretch, is_finished=False)
        return hits.ids(self._live, [each.number for each in ordered[stretch]])

    def _ordered(self, stretch: slice, *, is_finished: bool = True) -> tuple[Found, list[Rated]]:
        """What was found, and the first documents in their order, to the end of the stretch."""
        arms = list(arms_of(self.plan.words, self.rarity)) if self.asked.words else None
        asked_for = slice(0, max(stretch.stop, MOST_RATED))
        found = finding.find(self._live, arms, self._rater.shares, self._choices(), asked_for)
        first, others = found.candidates[:MOST_RATED], found.candidates[MOST_RATED:]
        unrated = [Rated(each.number, each.rate) for each in others]
        if not arms or not self._is_by_relevance:
            return found, [Rated(each.number, each.rate, is_pinned=bool(each.pin)) for each in first] + unrated
        about = {each.number: each for each in first}
        rated = [
            Rated(each.number, each.score * about[each.number].boost, each.units)
            for each in self._rater.rate({each.number: each.units for each in first})
        ]
        rated.sort(key=lambda each: (-each.score, -about[each.number].added, each.number))
        if is_finished and rated:
            rated[: weighing.RERANKED] = hits.finished(self._live, rated[: weighing.RERANKED], self._sought)
        pinned = [Rated(each.number, each.rate, is_pinned=True) for each in first if each.pin]
        return found, pinned + [each for each in rated if not about[each.number].pin] + unrated

    @property
    def _is_by_relevance(self) -> bool:
        return self.query.sort == SORTS[0]

    def _choices(self) -> Choices:
        query, asked = self.query, self.asked
        return Choices(
            audiences=self.words.audiences,
            kind=query.kind,
            chosen={facet: values for facet, values in query.chosen.items() if values},
            years=query.years,
            typed_years=asked.years,
            added_since=query.added_since,
            required=self._required,
            excluded=[lexemes.excluded(term) for term in asked.excluded],
            boosts=[(each.facet, each.value, each.factor) for each in query.dictionary.boosts if self._is_by_relevance],
            counted=query.counted,
            sort="added" if self._is_by_relevance and not asked.words else query.sort,
            pinned=query.dictionary.pins.get(" ".join(asked.words), ()) if self._is_by_relevance else (),
        )

    @cached_property
    def _sought(self) -> Sought:
        return Sought(Matching(self.plan.forms()), self.rarity)

    def _hits(self, shown: Sequence[Rated]) -> list[Hit]:
        """What is shown, each with all its pages that answer."""
        if not shown:
            return []
        whole = self._rater.whole([each.number for each in shown if len(each.units) in (0, UNITS_READ)])
        full = [replace(each, units=whole.get(each.number, each.units)) for each in shown]
        return hits.hits(self._live, full, self._sought)

    def _facets(self, found: Found) -> dict[str, FacetCounts]:
        return {name: self._counted(name, found.counts.get(name, {})) for name in self.query.counted}

    def _counted(self, name: str, counts: Mapping[str, int]) -> FacetCounts:
        """The values of a facet that are told: the most frequent and those chosen; of years all, newest first."""
        if name == YEAR:
            return FacetCounts(tuple(sorted(counts.items(), reverse=True)), len(counts))
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        told = dict(ranked[: self.query.most_values or None])
        told |= {value: counts.get(value, 0) for value in map(normal, self.query.chosen.get(name, ()))}
        return FacetCounts(tuple(sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))), len(ranked))

    def _suggestion(self) -> str:
        """The nearest words that have hits, where no word that was typed has any."""
        if any(self.words.seen(list(variants)) for variants in self.plan.words):
            return ""
        return " ".join(map(self.words.written, planning.suggestion(self.words, self.asked)))


def rarity_of(words: ViewersWords, sought: Sequence[Variants]) -> list[float]:
    """How much each of several words tells (BM25's inverse document frequency)."""
    units, counts = max(words.live.units, 1), words.counts([form for variants in sought for form in variants])
    held = [min(sum(counts[form] for form in variants), units) for variants in sought]
    return [log(1 + (units - count + 0.5) / (count + 0.5)) if count else 0.0 for count in held]


def arms_of(sought: Sequence[Variants], rarity: Sequence[float]) -> Iterator[Arm]:
    """What is sought of each word: in titles and in texts, its surest forms apart from the others."""
    for number, (variants, tells) in enumerate(zip(sought, rarity, strict=True)):
        sure = [form for form, weight in variants.items() if weight >= _SURE]
        others = [form for form, weight in variants.items() if weight < _SURE]
        for forms, weight in ((sure, 1.0), (others, max((variants[form] for form in others), default=0.0))):
            if forms and tells:
                yield Arm(lexemes.any_of(map(lexemes.in_title, forms)), 1 << number, "title", tells, weight)
                yield Arm(lexemes.any_of(map(lexemes.in_text, forms)), 1 << number, "text", tells, weight)
