"""What somebody who types may mean, and whether others' searches have an answer, as the database tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search import expansion
from search.documents import Completion
from search.parsing import MOST_WORDS, Asked, parse, with_enye
from search.postgres_index import lexemes
from search.postgres_index.rows import title_key
from search.postgres_index.vocabulary import ViewersWords
from search.typed import MOST_NAMES, Typed, arranged, read

_MOST_READ = 2_000
"""Titles that are looked at, of those that hold what was typed, and of those that begin so."""
_NAMES = """
SELECT kind, text FROM (
    SELECT kind, text, row_number() OVER (PARTITION BY kind ORDER BY sum(count) DESC, text COLLATE "C") AS place
    FROM names WHERE vector @@ %(query)s::tsquery AND audience = ANY(%(audiences)s) AND count > 0
    GROUP BY kind, text
) AS ranked
WHERE place <= %(most)s ORDER BY kind DESC, place
"""
_TITLES = """
SELECT title, id FROM (
    (SELECT number, title, documents.id, uses, title_key, 0 AS begins
    FROM units JOIN documents ON number = document
    WHERE vector @@ %(query)s::tsquery AND units.audience = ANY(%(audiences)s) LIMIT %(most_read)s)
    UNION ALL
    (SELECT begun.*, 10 AS begins
    FROM unnest(%(starts)s::text[], %(ends)s::text[]) AS typed (first, beyond), LATERAL (
        SELECT number, title, id, uses, title_key FROM documents
        WHERE title_key >= typed.first COLLATE "C" AND title_key < typed.beyond COLLATE "C"
            AND audience = ANY(%(audiences)s)
        ORDER BY title_key LIMIT %(most_read)s
    ) AS begun)
) AS known
GROUP BY number, title, id, uses, title_key
ORDER BY ln(1 + uses) - 0.02 * length(title_key) + max(begins) DESC, number
LIMIT %(limit)s
"""
_HELD = "SELECT EXISTS (SELECT FROM units WHERE vector @@ %(query)s::tsquery AND audience = ANY(%(audiences)s))"
# Materialized, or the database, which thinks that one document is found soon, walks through all units for each word.
_HELD_TOGETHER = """
WITH held AS MATERIALIZED (
    SELECT document, number
    FROM unnest(%(queries)s::text[]) WITH ORDINALITY AS given (query, number), LATERAL (
        SELECT document FROM units WHERE vector @@ given.query::tsquery AND audience = ANY(%(audiences)s)
    ) AS unit
)
SELECT EXISTS (SELECT FROM held GROUP BY document HAVING count(DISTINCT number) = cardinality(%(queries)s::text[]))
"""


def suggest(words: ViewersWords, text: str, limit: int) -> list[Completion]:
    """See search.engine.Index: names that begin as was typed, then titles, each text once."""
    typed = read(text)
    if typed is None:
        return []
    channel, seen = words.live.channel, {"audiences": words.audiences, "query": _query(typed)}
    names = [Completion(name, kind) for kind, name in channel.rows(_NAMES, most=MOST_NAMES, **seen)]
    wholes = with_enye(typed.whole)[:MOST_WORDS]
    starts = [title_key(whole) + ("" if typed.start else " ") for whole in wholes]
    ends = [f"{start}\U0010ffff" for start in starts]
    rows = channel.rows(_TITLES, starts=starts, ends=ends, most_read=_MOST_READ, limit=limit * 2, **seen)
    return arranged(typed, [*names, *(Completion(title, "title", number) for title, number in rows)], limit)


def _query(typed: Typed) -> str:
    queries = [lexemes.any_of(map(lexemes.in_title, with_enye(word))) for word in typed.finished]
    if typed.start:
        queries.append(lexemes.any_of(map(lexemes.beginning, with_enye(typed.start))))
    return lexemes.all_of(queries)


def answers(words: ViewersWords, texts: Sequence[str]) -> list[bool]:
    """See search.engine.Index. Of what names a field or years nothing is known: it is never suggested."""
    return [_is_answered(words, parse(text)) for text in texts]


def _is_answered(words: ViewersWords, asked: Asked) -> bool:
    named = any(term.field for clause in asked.required for term in clause)
    if not asked.words or named or asked.years != (None, None):
        return False
    queries = [_anywhere(forms) for forms in expansion.kin_of_all(words, asked.words)]
    held = words.live.channel.rows(_HELD, query=lexemes.all_of(queries), audiences=words.audiences)
    if not held[0][0]:
        held = words.live.channel.rows(_HELD_TOGETHER, queries=queries, audiences=words.audiences)
    return bool(held[0][0])


def _anywhere(forms: Iterable[str]) -> str:
    return lexemes.any_of(query for form in forms for query in (lexemes.in_title(form), lexemes.in_text(form)))
