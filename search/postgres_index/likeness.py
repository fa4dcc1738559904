"""What is most like a document: what holds the words that tell most of its title, its subjects and its description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from search import expansion
from search.documents import Hit
from search.matching import Matching
from search.postgres_index import finding, hits
from search.postgres_index.finding import MOST_RATED, Choices
from search.postgres_index.hits import Sought
from search.postgres_index.rating import Rated, Rater
from search.postgres_index.rows import storable
from search.postgres_index.searching import arms_of, rarity_of
from search.postgres_index.vocabulary import ViewersWords
from search.telling import SAME_SUBJECT, rarest, weighed

_DOCUMENT = """
SELECT number, title, text, ARRAY(
    SELECT value FROM facet_values WHERE facet_values.id = ANY(facets) AND facet = 'subject'
)
FROM documents JOIN units ON units.id = number
WHERE documents.id = %(id)s AND documents.audience = ANY(%(audiences)s)
"""
_OTHERS = """
SELECT other.number, EXISTS (
    SELECT FROM facet_values WHERE facet = 'subject' AND id = ANY(this.facets) AND id = ANY(other.facets)
)
FROM documents AS this JOIN units AS own ON own.id = this.number,
    documents AS other JOIN units ON units.id = other.number
WHERE this.number = %(number)s AND other.number = ANY(%(numbers)s) AND other.number <> this.number
    AND (other.title_key <> this.title_key OR units.text <> own.text)
"""


def similar(words: ViewersWords, document_id: str, limit: int) -> list[Hit]:
    """See search.engine.Index. What has the same title and the same description is no other document."""
    live = words.live
    rows = live.channel.rows(_DOCUMENT, id=storable(document_id), audiences=words.audiences)
    if not rows:
        return []
    number, title, text, subjects = rows[0]
    weights = weighed(title, text, subjects)
    terms = rarest(weights, words.counts(list(weights)), live.units)
    kin = expansion.kin_of_all(words, list(terms))
    variants = [expansion.inflections(word, forms) for word, forms in zip(terms, kin, strict=True)]
    rarity = [w * r for w, r in zip(terms.values(), rarity_of(words, variants), strict=True)]
    rater = Rater(live, variants, rarity, ())
    arms = list(arms_of(variants, rarity))
    found = finding.find(live, arms, rater.shares, Choices(audiences=words.audiences), slice(0, MOST_RATED))
    rated = rater.rate({each.number: each.units for each in found.candidates})
    return hits.hits(live, _others(words, number, rated)[:limit], Sought(Matching({}), (1.0,)))


def _others(words: ViewersWords, number: int, rated: Sequence[Rated]) -> list[Rated]:
    """Without the document and its twins, those of the same subject rated higher."""
    numbers = [each.number for each in rated]
    factors = {
        other: SAME_SUBJECT if is_same else 1.0
        for other, is_same in words.live.channel.rows(_OTHERS, number=number, numbers=numbers)
    }
    others = [replace(each, score=each.score * factors[each.number]) for each in rated if each.number in factors]
    return sorted(others, key=lambda each: (-each.score, each.number))
