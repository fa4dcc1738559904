"""Which documents answer, counted and put in a first order by the database: by what they hold, not yet how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from search import weighing
from search.analysis import normal
from search.documents import KINDS, SORTS
from search.facets import FACETS
from search.postgres_index.layout import Live
from search.postgres_index.rows import storable

YEAR = "year"
_BITS = {name: 1 << place for place, name in enumerate((*FACETS, YEAR, "kind"))}
"""One for each choice that a document may miss: a value is counted where nothing but its own facet's choice is."""
MOST_RATED = 100
"""Documents of the first order that are rated by how often they hold what is asked."""
UNITS_READ = 12
"""Of each candidate, the likeliest by what they hold."""

_HOLDING = """
WITH arms AS MATERIALIZED (
    SELECT query::tsquery, bit, worth, weight, is_title, least_room, room
    FROM unnest(%(queries)s::text[], %(bits)s::integer[], %(worths)s::real[], %(weights)s::real[],
        %(titled)s::boolean[], %(least_rooms)s::real[], %(rooms)s::real[])
        AS given (query, bit, worth, weight, is_title, least_room, room)
), held AS MATERIALIZED (
    SELECT unit.id, unit.document, bit_or(arms.bit) AS bits, sum(arms.worth * arms.weight / (arms.weight
        + arms.least_room + arms.room * CASE WHEN is_title THEN unit.title_length ELSE unit.text_length END)) AS worth
    FROM arms, LATERAL (
        SELECT id, document, title_length, text_length FROM units
        WHERE vector @@ arms.query AND audience = ANY(%(audiences)s)
    ) AS unit
    GROUP BY 1, 2
), heads AS (
    SELECT id, bits, worth FROM held WHERE id = document
), rated AS MATERIALIZED (
    SELECT id, document, worth * power((%(first_shares)s::real[])[(bits & 255) + 1]
        + (%(other_shares)s::real[])[(bits >> 8) + 1], %(power)s) AS rate
    FROM (
        SELECT id, id AS document, bits, worth FROM heads
        UNION ALL
        SELECT held.id, held.document, held.bits | coalesce(heads.bits, 0), held.worth + coalesce(heads.worth, 0)
        FROM held LEFT JOIN heads ON heads.id = held.document WHERE held.id <> held.document
    ) AS units
), found AS (
    SELECT document, max(rate) AS rate FROM (
        SELECT document, rate FROM rated
        UNION ALL SELECT number, 0 FROM documents WHERE record_id = ANY(%(pinned)s) AND audience = ANY(%(audiences)s)
    ) AS known GROUP BY 1
)"""
_EVERYTHING = """
WITH rated AS (
    SELECT 0::bigint AS id, 0::bigint AS document, 0::real AS rate WHERE false
), found AS (
    SELECT number AS document, 1::real AS rate FROM documents WHERE audience = ANY(%(audiences)s)
)"""
_CHOSEN = """, filters AS MATERIALIZED (
    SELECT bit, ids::integer[] FROM unnest(%(filter_bits)s::integer[], %(filter_ids)s::text[]) AS given (bit, ids)
), boosts AS MATERIALIZED (
    SELECT id, factor FROM unnest(%(boosted)s::integer[], %(factors)s::real[]) AS given (id, factor)
), required AS MATERIALIZED (
    SELECT unit.document
    FROM unnest(%(required)s::text[]) WITH ORDINALITY AS given (query, number), LATERAL (
        SELECT document FROM units WHERE vector @@ given.query::tsquery AND audience = ANY(%(audiences)s)
    ) AS unit
    GROUP BY 1 HAVING count(DISTINCT given.number) = cardinality(%(required)s::text[])
), excluded AS MATERIALIZED (
    SELECT unit.document
    FROM unnest(%(excluded)s::text[]) AS given (query), LATERAL (
        SELECT document FROM units WHERE vector @@ given.query::tsquery AND audience = ANY(%(audiences)s)
    ) AS unit
), hits AS MATERIALIZED (
    SELECT documents.number, documents.kind, found.rate,
        CASE WHEN %(has_boosts)s THEN coalesce(
            (SELECT exp(sum(ln(factor))) FROM boosts WHERE boosts.id = ANY(documents.facets)), 1
        ) ELSE 1 END AS boost,
        CASE WHEN %(kind)s >= 0 AND documents.kind <> %(kind)s THEN %(kind_bit)s ELSE 0 END
        | CASE WHEN %(has_years)s AND (documents.year = 0
            OR documents.year < coalesce(%(first_year)s::integer, 0)
            OR documents.year > coalesce(%(last_year)s::integer, 9999)) THEN %(year_bit)s ELSE 0 END
        | CASE WHEN %(has_filters)s THEN coalesce(
            (SELECT bit_or(bit) FROM filters WHERE NOT documents.facets && filters.ids), 0
        ) ELSE 0 END AS missed,
        array_position(%(pinned)s::text[], documents.record_id) AS pin,
        documents.facets, documents.year, documents.added, documents.uses, documents.title_key
    FROM found JOIN documents ON documents.number = found.document
    WHERE documents.added > %(added_since)s
        AND (NOT %(has_typed_years)s OR documents.year BETWEEN greatest(coalesce(%(first_typed)s::integer, 1), 1)
            AND coalesce(%(last_typed)s::integer, 9999))
        AND (%(required)s::text[] = '{}' OR documents.number IN (SELECT document FROM required))
        AND (%(excluded)s::text[] = '{}' OR documents.number NOT IN (SELECT document FROM excluded))
)"""
_TOLD = """, ordered AS MATERIALIZED (
    SELECT *, row_number() OVER () AS place FROM (
        SELECT number, rate * boost AS rate, boost, pin, added FROM hits WHERE missed = 0
        ORDER BY pin NULLS LAST,
            CASE %(sort)s WHEN 'newest' THEN -year WHEN 'oldest' THEN nullif(year, 0) WHEN 'uses' THEN -uses
                WHEN 'added' THEN -added END NULLS LAST,
            CASE WHEN %(sort)s = 'title' THEN title_key END,
            hits.rate * boost DESC, added DESC, number
        OFFSET %(offset)s LIMIT %(limit)s
    ) AS stretch
)
SELECT
    (SELECT json_agg(json_build_array(number, rate, boost, coalesce(pin, 0), added) ORDER BY place) FROM ordered),
    (SELECT json_agg(json_build_array(id, document, rate)) FROM (
        SELECT id, document, rated.rate, row_number() OVER (PARTITION BY document ORDER BY rated.rate DESC, id) AS place
        FROM rated JOIN ordered ON number = document AND ordered.place <= %(most_rated)s
    ) AS unit WHERE place <= %(units_read)s),
    (SELECT json_agg(json_build_array(kind, missed, number)) FROM (
        SELECT kind, missed, count(*) AS number FROM hits GROUP BY 1, 2
    ) AS kinds),
    (SELECT json_agg(json_build_array(facet, value, missed, number)) FROM (
        SELECT value_id, missed, count(*) AS number
        FROM (SELECT unnest(facets) AS value_id, missed FROM hits WHERE %(is_counted)s) AS held_values GROUP BY 1, 2
    ) AS counts JOIN facet_values ON id = value_id WHERE facet = ANY(%(counted)s))
"""
_OF_WORDS = _HOLDING + _CHOSEN + _TOLD
_OF_EVERYTHING = _EVERYTHING + _CHOSEN + _TOLD
_VALUE_IDS = "SELECT facet, value, id FROM facet_values WHERE value = ANY(%(values)s)"


@dataclass
class Arm:
    """One thing that units may hold, rated as by BM25 if it stands there once."""

    query: str
    bit: int
    """Which word of the question it answers."""
    field: str
    rarity: float
    """Of the word."""
    weight: float
    """How much this form of it counts."""


@dataclass
class Choices:
    """What is left of all that holds the words."""

    audiences: Sequence[int]
    kind: str = ""
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    years: tuple[int | None, int | None] = (None, None)
    typed_years: tuple[int | None, int | None] = (None, None)
    added_since: int = 0
    required: Sequence[str] = ()
    """Queries: a document is to answer each, in whichever of its units."""
    excluded: Sequence[str] = ()
    boosts: Sequence[tuple[str, str, float]] = ()
    """Facet (or "kind"), value and factor."""
    counted: Sequence[str] = ()
    sort: str = SORTS[0]
    pinned: Sequence[str] = ()
    """Records that come first, in this order, whether or not they hold the words."""


@dataclass(frozen=True)
class Candidate:
    """A document in its first order."""

    number: int
    rate: float
    boost: float
    """By how much it counts more, which the rate has in it."""
    pin: int
    """Its place among those that are pinned, from 1; 0: it is not."""
    added: int
    units: Sequence[int]
    """Those that hold most of the words, best first."""


@dataclass(frozen=True)
class Found:
    candidates: Sequence[Candidate]
    total: int
    kinds: Mapping[str, int]
    counts: Mapping[str, Mapping[str, int]]
    """Facet -> value -> hits that have it, if all is met but the choice of this facet."""


def find(live: Live, arms: Sequence[Arm] | None, shares: Sequence[float], choices: Choices, stretch: slice) -> Found:
    """One question to the database; where None is sought all that the choices leave answers."""
    given = _given(live, choices) | {
        "offset": stretch.start,
        "limit": max(0, stretch.stop - stretch.start),
        "units_read": UNITS_READ,
        "most_rated": MOST_RATED,
    }
    if arms is not None:
        given |= {
            "queries": [arm.query for arm in arms],
            "bits": [arm.bit for arm in arms],
            "worths": [weighing.FIELD_WEIGHT[arm.field] * arm.rarity for arm in arms],
            "weights": [arm.weight for arm in arms],
            "titled": [arm.field == "title" for arm in arms],
            "least_rooms": [weighing.SATURATION[arm.field] * (1 - weighing.LENGTH_WEIGHT[arm.field]) for arm in arms],
            "rooms": [_room(arm.field, live.average(arm.field)) for arm in arms],
            "first_shares": _sums(shares[:8]),
            "other_shares": _sums(shares[8:]),
            "power": weighing.COVERAGE_POWER,
        }
    ((ordered, units, kinds, counts),) = live.channel.rows(_OF_EVERYTHING if arms is None else _OF_WORDS, **given)
    return Found(_candidates(ordered or (), units or ()), *_kinds(kinds or (), choices.kind), _counts(counts or ()))


def _given(live: Live, choices: Choices) -> dict[str, Any]:
    return _values_given(live, choices) | {
        "audiences": list(choices.audiences),
        "required": list(choices.required),
        "excluded": list(choices.excluded),
        "kind": _kind(choices.kind),
        "kind_bit": _BITS["kind"],
        "has_years": choices.years != (None, None),
        "first_year": choices.years[0],
        "last_year": choices.years[1],
        "year_bit": _BITS[YEAR],
        "has_typed_years": choices.typed_years != (None, None),
        "first_typed": choices.typed_years[0],
        "last_typed": choices.typed_years[1],
        "added_since": choices.added_since or -1,
        "sort": choices.sort,
        "pinned": list(map(storable, choices.pinned)),
        "counted": list(choices.counted),
        "is_counted": bool(choices.counted),
    }


def _values_given(live: Live, choices: Choices) -> dict[str, Any]:
    """What is given of values of facets, by their numbers; what no document has filters all or boosts nothing."""
    pairs = [(facet, normal(value)) for facet, values in choices.chosen.items() for value in values]
    pairs += [(facet, normal(value)) for facet, value, _ in choices.boosts]
    rows = live.channel.rows(_VALUE_IDS, values=[value for _, value in pairs]) if pairs else ()
    known = {(facet, value): number for facet, value, number in rows}
    filters = {
        facet: [known[pair] for value in values if (pair := (facet, normal(value))) in known]
        for facet, values in choices.chosen.items()
    }
    boosts = [
        (known[pair], factor) for facet, value, factor in choices.boosts if (pair := (facet, normal(value))) in known
    ]
    return {
        "filter_bits": [_BITS[facet] for facet in filters],
        "filter_ids": ["{" + ",".join(map(str, ids)) + "}" for ids in filters.values()],
        "has_filters": bool(filters),
        "boosted": [number for number, _ in boosts],
        "factors": [factor for _, factor in boosts],
        "has_boosts": bool(boosts),
    }


def _kind(asked: str) -> int:
    """The number of a kind; -1 where none is asked for, and one that nothing has for what is none."""
    return KINDS.index(asked) if asked in KINDS else (len(KINDS) if asked else -1)


def _room(name: str, average: float) -> float:
    """How much room each word of a field takes from the worth of one of them."""
    return weighing.SATURATION[name] * weighing.LENGTH_WEIGHT[name] / average


def _sums(shares: Sequence[float]) -> list[float]:
    """For each set of words (bit by bit) the sum of their shares."""
    table = [0.0]
    for share in shares:
        table += [each + share for each in table]
    return table


def _candidates(ordered: Sequence[Any], units: Sequence[Any]) -> list[Candidate]:
    of_each: dict[int, list[tuple[float, int]]] = {}
    for unit, document, rate in units:
        of_each.setdefault(document, []).append((-rate, unit))
    return [
        Candidate(number, rate, boost, pin, added, [unit for _, unit in sorted(of_each.get(number, ()))])
        for number, rate, boost, pin, added in ordered
    ]


def _kinds(rows: Sequence[Any], asked: str) -> tuple[int, dict[str, int]]:
    """How many there are in all, and of each kind whichever was asked for."""
    total, kinds = 0, dict.fromkeys(KINDS, 0)
    for kind, missed, number in rows:
        total += number if missed == 0 else 0
        kinds[KINDS[kind]] += number if missed & ~_BITS["kind"] == 0 else 0
    return total, {kind: number for kind, number in kinds.items() if number}


def _counts(rows: Sequence[Any]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for facet, value, missed, number in rows:
        if missed & ~_BITS[facet] == 0:
            values = counts.setdefault(facet, {})
            values[value] = values.get(value, 0) + number
    return counts
