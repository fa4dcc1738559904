"""The words of the index for one viewer, as planning asks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from search.analysis import fold, is_stop_word, split
from search.expansion import Counts, KinKeys, of_each_kind
from search.postgres_index import lexemes
from search.postgres_index.layout import Live
from search.postgres_index.rows import hashed, letters_of, storable
from search.snippets import MOST_TEXT

_TEXTS_READ = 3
_AUDIENCES = "SELECT id FROM audiences WHERE name = ANY(%(names)s)"
_KIN = """
SELECT asked.number, kin.word, sum(kin.count)::integer
FROM unnest(%(inflected)s::integer[], %(derived)s::integer[], %(english)s::integer[]) WITH ORDINALITY
        AS asked (inflected, derived, english, number),
    LATERAL (
        SELECT word, audience, count FROM words WHERE words.inflected = asked.inflected
        UNION SELECT word, audience, count FROM words WHERE words.derived = asked.derived
        UNION SELECT word, audience, count FROM words WHERE words.english = asked.english
    ) AS kin
WHERE kin.count > 0
GROUP BY 1, 2
"""
_SOUNDING = """
SELECT word, sum(count)::integer FROM words
WHERE sound = %(key)s AND count > 0
GROUP BY 1
"""
_STARTING = """
SELECT word, sum(count)::integer FROM words
WHERE word >= %(start)s AND word < %(end)s AND count > 0
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(limit)s
"""
_NEAR = """
SELECT word, sum(count)::integer FROM words
WHERE length BETWEEN %(shortest)s AND %(longest)s AND bit_count((letters # %(letters)s)::bit(32)) <= %(differing)s
    AND count > 0
GROUP BY 1
"""
_SEEN = "SELECT DISTINCT word FROM words WHERE word = ANY(%(words)s) AND audience = ANY(%(audiences)s) AND count > 0"
_SEEN_RUN = """
SELECT EXISTS (SELECT FROM units WHERE vector @@ %(query)s::tsquery AND audience = ANY(%(audiences)s))
"""
_COUNTS = "SELECT word, sum(count)::integer FROM words WHERE word = ANY(%(words)s) GROUP BY 1"
_HOLDING = """
SELECT documents.title, documents.fields->'creators', held.text
FROM (
    (SELECT document, text FROM units
    WHERE vector @@ %(in_title)s::tsquery AND audience = ANY(%(audiences)s) LIMIT %(limit)s)
    UNION ALL
    (SELECT document, text FROM units
    WHERE vector @@ %(in_text)s::tsquery AND audience = ANY(%(audiences)s) LIMIT %(limit)s)
) AS held JOIN documents ON number = document
LIMIT %(limit)s
"""


class ViewersWords:
    """The words that one state of the index holds, for some audiences: a search.expansion.Words."""

    def __init__(self, live: Live, audiences: frozenset[str], kept: dict[Any, Any]) -> None:
        self.live, self.kept = live, kept
        names = [storable(name) for name in audiences]
        self.audiences = [number for (number,) in live.channel.rows(_AUDIENCES, names=names)]
        """The numbers of the audiences, of which nothing outside may be told."""
        self._seen: dict[str, bool] = {}

    def kin_of(self, keys: Sequence[KinKeys]) -> Sequence[Sequence[Counts]]:
        found: list[dict[str, int]] = [{} for _ in keys]
        if keys:
            inflected, derived, english = ([hashed(key) for key in kind] for kind in zip(*keys, strict=True))
            rows = self.live.channel.rows(_KIN, inflected=inflected, derived=derived, english=english)
            for number, word, count in rows:
                found[number - 1][word] = count
        return [of_each_kind(own, counts) for own, counts in zip(keys, found, strict=True)]

    def sounding(self, key: str) -> Counts:
        return self._counts(_SOUNDING, key=hashed(key))

    def starting_with(self, start: str, limit: int) -> Counts:
        return self._counts(_STARTING, start=start, end=f"{start}\U0010ffff", limit=limit)

    def near(self, word: str, edits: int) -> Counts:
        size = len(word)
        return self._counts(
            _NEAR, shortest=size - edits, longest=size + edits, letters=letters_of(word), differing=2 * edits
        )

    def _counts(self, statement: str, **given: object) -> Counts:
        return dict(self.live.channel.rows(statement, **given))

    def seen(self, forms: Sequence[str], most: int = 1) -> Sequence[str]:
        unknown = [form for form in forms if form not in self._seen]
        single = [form for form in unknown if " " not in form]
        if single:
            rows = self.live.channel.rows(_SEEN, words=single, audiences=self.audiences)
            self._seen.update(dict.fromkeys(single, False) | {word: True for (word,) in rows})
        found: list[str] = []
        for form in forms:
            if self._is_seen(form):
                found.append(form)
                if len(found) == most:
                    break
        return found

    def _is_seen(self, form: str) -> bool:
        known = self._seen.get(form)
        if known is None:
            query = lexemes.any_of([lexemes.in_title(form), lexemes.in_text(form)])
            ((known,),) = self.live.channel.rows(_SEEN_RUN, query=query, audiences=self.audiences)
            self._seen[form] = known
        return known

    def counts(self, forms: Sequence[str]) -> Counts:
        """In how many units each of some words stands, whoever may see them; of a run its rarest word's."""
        single = list({word for form in forms for word in form.split()})
        found = dict(self.live.channel.rows(_COUNTS, words=single))
        return {form: min(found.get(word, 0) for word in form.split()) for form in forms}

    def written(self, term: str) -> str:
        """Folded words in small letters as mostly written where the viewer reads: tecnología for tecnologia."""
        return " ".join(word if is_stop_word(word) else self._written(word) for word in term.split())

    def _written(self, form: str) -> str:
        given = {"in_title": lexemes.in_title(form), "in_text": lexemes.in_text(form), "limit": _TEXTS_READ}
        seen: Counter[str] = Counter()
        for title, creators, text in self.live.channel.rows(_HOLDING, audiences=self.audiences, **given):
            whole = " ".join((title, *creators, text))
            seen.update(word.lower() for word in split(whole[:MOST_TEXT]) if fold(word) == form)
        return max(seen, key=lambda word: (seen[word], not word.isascii()), default=form)
