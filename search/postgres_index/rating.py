"""How well candidates answer: BM25 of title and text apart, by how often each word stands in which of their units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search import weighing
from search.expansion import Variants
from search.postgres_index import lexemes
from search.postgres_index.layout import Live

_OCCURRENCES = """
SELECT units.id, units.document, units.title_length, units.text_length, held.lexeme,
    cardinality(held.positions) + cardinality(array_positions(held.weights, 'B'))
FROM units, unnest(units.vector) AS held
WHERE units.id = ANY(%(units)s) AND held.lexeme = ANY(%(lexemes)s)
"""
_RUNS = """
SELECT units.id, units.document, units.title_length, units.text_length, runs.query, 1
FROM unnest(%(queries)s::text[]) AS runs (query), units
WHERE units.id = ANY(%(units)s) AND units.vector @@ runs.query::tsquery
"""
_HOLDING = """
SELECT id FROM units
WHERE id = ANY(%(units)s) AND EXISTS (SELECT FROM unnest(%(queries)s::text[]) AS query WHERE vector @@ query::tsquery)
"""
_UNITS_OF = """
SELECT document, array_agg(id) FROM units
WHERE document = ANY(%(documents)s) AND vector @@ %(query)s::tsquery
GROUP BY 1
"""


@dataclass
class _Unit:
    """What a unit holds: of each word of the query, in each field, how often, by how much its variants count."""

    document: int
    lengths: Mapping[str, int]
    weights: defaultdict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))


@dataclass(frozen=True)
class Rated:
    """A document with its score, and its units that answer, best first."""

    number: int
    score: float
    units: Sequence[tuple[int, float]] = ()
    is_pinned: bool = False


class Rater:
    """One question on one state of the index."""

    def __init__(self, live: Live, words: Sequence[Variants], rarity: Sequence[float], required: Sequence[str]) -> None:
        """``required``: queries of which each document answers all, in whichever of its units."""
        self._live, self._words, self._rarity = live, words, rarity
        self._required = required
        self._holding: set[int] = set()
        self.shares = [each / (sum(rarity) or 1.0) for each in rarity]
        """Of the query's rarity what each word has."""
        self._average = {name: live.average(name) for name in weighing.FIELD_WEIGHT}
        self._meaning: defaultdict[str, list[tuple[str, int, float]]] = defaultdict(list)
        for number, variants in enumerate(words):
            for form, weight in variants.items():
                self._meaning[_plain(lexemes.in_title(form))].append(("title", number, weight))
                self._meaning[_plain(lexemes.in_text(form))].append(("text", number, weight))

    def rate(self, units_of: Mapping[int, Sequence[int]]) -> list[Rated]:
        """Rate documents by some of their units, in the order of the numbers given."""
        units = self._read({unit for number, some in units_of.items() for unit in (number, *some)})
        by_document: defaultdict[int, dict[int, _Unit]] = defaultdict(dict)
        for number, unit in units.items():
            by_document[unit.document][number] = unit
        return [self._rated(number, by_document[number]) for number in units_of if by_document[number]]

    def whole(self, documents: Sequence[int]) -> dict[int, Sequence[tuple[int, float]]]:
        """Of some documents all the units that hold any of the words, best first; the head where none does."""
        if not documents:
            return {}
        query = lexemes.any_of(arm for variants in self._words for form in variants for arm in _both(form))
        found: dict[int, Sequence[int]] = dict.fromkeys(documents, ())
        if query:
            rows = self._live.channel.rows(_UNITS_OF, documents=list(documents), query=query)
            found |= dict(rows)
        rated = {each.number: each.units for each in self.rate(found)}
        return {number: rated.get(number, [(number, 0.0)]) for number in documents}

    def _read(self, units: Iterable[int]) -> dict[int, _Unit]:
        numbers = list(units)
        single = [key for key in self._meaning if "<->" not in key]
        runs = [key for key in self._meaning if "<->" in key]
        rows = list(self._live.channel.rows(_OCCURRENCES, units=numbers, lexemes=single))
        if runs:
            rows += self._live.channel.rows(_RUNS, units=numbers, queries=runs)
        if self._required:
            held = self._live.channel.rows(_HOLDING, units=numbers, queries=list(self._required))
            self._holding.update(unit for (unit,) in held)
        found: dict[int, _Unit] = {}
        for number, document, title_length, text_length, key, times in rows:
            if number not in found:
                found[number] = _Unit(document, {"title": title_length, "text": text_length})
            for name, word, weight in self._meaning[key]:
                found[number].weights[name, word] += weight * times
        return found

    def _rated(self, number: int, units: Mapping[int, _Unit]) -> Rated:
        head = units.get(number)
        head_score, head_bits = self._scored(head) if head else (0.0, 0)
        whole = weighing.WITHOUT_PHRASE if self._required and number not in self._holding else 1.0
        entitled = {word for name, word in head.weights if name == "title"} if head else set()
        best, telling = head_score * self._covered(head_bits) * whole, []
        for unit, held in units.items():
            if unit != number:
                score, bits = self._scored(held)
                covered = self._covered(bits | head_bits) * (1.0 if unit in self._holding else whole)
                best = max(best, (score + head_score) * covered)
                repeated = sum(self._worth(held, "text", word) for word in entitled if ("text", word) in held.weights)
                telling.append((unit, (score + head_score - (1 - weighing.REPEATED) * repeated) * covered))
        telling.sort(key=lambda pair: (-pair[1], pair[0]))
        worthy = [pair for pair in telling if pair[1] >= weighing.NEARLY * telling[0][1]]
        return Rated(number, best, worthy or [(number, best)])

    def _covered(self, bits: int) -> float:
        """How far some words (a bit each) are all that was asked."""
        held = sum(share for word, share in enumerate(self.shares) if bits >> word & 1)
        return float(held**weighing.COVERAGE_POWER)

    def _scored(self, unit: _Unit) -> tuple[float, int]:
        score, bits = 0.0, 0
        for name, word in unit.weights:
            score += self._worth(unit, name, word)
            bits |= 1 << word
        return score, bits

    def _worth(self, unit: _Unit, name: str, word: int) -> float:
        b, weight = weighing.LENGTH_WEIGHT[name], unit.weights[name, word]
        room = weighing.SATURATION[name] * (1 - b + b / self._average[name] * unit.lengths[name])
        return weighing.FIELD_WEIGHT[name] * self._rarity[word] * weight / (weight + room)


def _both(form: str) -> tuple[str, str]:
    return lexemes.in_title(form), lexemes.in_text(form)


def _plain(query: str) -> str:
    """The query of one word as the lexeme that it is; of a run as it is."""
    return query if "<->" in query else query.strip("()'")
