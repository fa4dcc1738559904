"""From scored documents to hits: the best of all segments in their final order, with what a list of results shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from search import closeness, snippets
from search.documents import KINDS, Hit
from search.matching import Matching
from search.snippets import MOST_TEXT
from search.whoosh_index.ranking import Found
from search.whoosh_index.reading import SegmentFiles, Snapshot

RERANKED = 20
"""How many of the first documents are put in order by a look at their titles."""
ORDER_WEIGHT = 0.5
"""How much it adds that the title holds the words in the order asked."""
WHOLE_WEIGHT = 0.2
"""How much it adds that the title holds nothing else."""
WITHOUT_PHRASE = 0.02
"""What is left of the score where words between quotes do not stand together."""
MOST_OTHER_PAGES = 5
PAGES_READ = 4
"""How many of a document's best pages are put in order by a look at their texts."""
TOGETHER_WEIGHT = 0.5
"""How much it adds that a page holds the words next to each other in the order asked."""


@dataclass(frozen=True)
class Sought:
    """What the texts are compared with: words as they may be written, the value of each word of the query, phrases."""

    matching: Matching
    values: Sequence[float]
    phrases: Sequence[Sequence[str]] = ()


class _Candidate:
    """A document that was found, with its stored fields, read when they are asked for."""

    def __init__(self, files: SegmentFiles, found: Found, place: int, sought: Sought) -> None:
        self.files, self.found, self.place, self._sought = files, found, place, sought
        self.score = float(found.scores[place])

    @cached_property
    def fields(self) -> dict[str, Any]:
        return self.files.stored(int(self.found.heads[self.place]))

    @cached_property
    def units(self) -> list[int]:
        """The units that answer, best first: pages, or the head where no page does."""
        units, scores = self.found.answers(self.place, 1 + MOST_OTHER_PAGES)
        answering: list[int] = units.tolist()
        if len(answering) == 1 or len(self._sought.values) == 1:
            return answering
        read, rest = answering[:PAGES_READ], answering[PAGES_READ:]
        worth = {
            unit: score * _together(self.files.stored(unit)["text"], self._sought)
            for unit, score in zip(read, scores.tolist(), strict=False)
        }
        return sorted(read, key=lambda unit: -worth[unit]) + rest

    @cached_property
    def answer(self) -> dict[str, Any]:
        """The stored fields of the unit that answers best."""
        unit = self.units[0]
        return self.fields if unit == self.found.heads[self.place] else self.files.stored(unit)


def _together(text: str, sought: Sought) -> float:
    in_order, _ = closeness.order_kept(text[:MOST_TEXT], sought.matching, sought.values)
    absent = sum(not closeness.has_phrase(text, phrase) for phrase in sought.phrases)
    return (1 + TOGETHER_WEIGHT * in_order) * WITHOUT_PHRASE**absent


def best_hits(snapshot: Snapshot, found: Sequence[Found], sought: Sought, stretch: slice) -> list[Hit]:
    """The hits of a stretch of the ranking, best first."""
    candidates = [
        _Candidate(snapshot.segments[segment].files, found[segment], place, sought)
        for segment, place in _top(found, max(stretch.stop, RERANKED))
    ]
    scored = [(_final_score(each, sought), each) for each in candidates[:RERANKED]]
    scored.sort(key=lambda pair: -pair[0])
    scored += [(each.score, each) for each in candidates[RERANKED:]]
    return [_hit(each, score, sought) for score, each in scored[stretch]]


def best_ids(snapshot: Snapshot, found: Sequence[Found], stretch: slice) -> list[str]:
    """The ids of a stretch of the ranking, best first, without a look at any text."""
    if not any(len(part.heads) for part in found):
        return []
    best = _top(found, stretch.stop)[stretch]
    return [snapshot.segments[segment].files.stored(int(found[segment].heads[place]))["id"] for segment, place in best]


def _top(found: Sequence[Found], limit: int) -> list[tuple[int, int]]:
    """The best documents of all segments (at least one), as (segment, place in its arrays), best first."""
    sizes = [len(part.heads) for part in found]
    segments = np.repeat(np.arange(len(found)), sizes)
    places = np.concatenate([np.arange(size) for size in sizes])
    scores = np.concatenate([part.scores for part in found])
    # All that equal the last one compete for its place, so that stretches of the ranking fit together.
    least = np.partition(scores, -limit)[-limit] if len(scores) > limit else 0.0
    best = np.flatnonzero(scores >= least)
    best = best[np.lexsort((places[best], segments[best], -scores[best]))][:limit]
    return [(int(segments[n]), int(places[n])) for n in best]


def _final_score(candidate: _Candidate, sought: Sought) -> float:
    title = candidate.fields["title"]
    in_order, whole = closeness.order_kept(title, sought.matching, sought.values)
    score = candidate.score * (1 + ORDER_WEIGHT * in_order + WHOLE_WEIGHT * whole)
    for phrase in sought.phrases:
        if not any(closeness.has_phrase(text, phrase) for text in (title, candidate.answer["text"])):
            score *= WITHOUT_PHRASE
    return score


def _hit(candidate: _Candidate, score: float, sought: Sought) -> Hit:
    fields, text = candidate.fields, candidate.answer
    return Hit(
        document_id=fields["id"],
        record_id=fields.get("record_id", ""),
        title=snippets.whole(fields["title"], sought.matching),
        score=score,
        page=text.get("page"),
        page_label=text.get("label", ""),
        snippet=snippets.around(text["text"], sought.matching, sought.values),
        creators=fields["creators"],
        type=fields.get("type", ""),
        date=fields.get("date", ""),
        language=fields.get("language", ""),
        license=fields.get("license", ""),
        media_type=fields.get("media_type", ""),
        size_bytes=fields.get("size_bytes", 0),
        page_count=fields.get("page_count", 0),
        thumbnail=fields.get("thumbnail", b""),
        other_pages=candidate.files.pages[candidate.units[1:]].tolist(),
        kind=KINDS[candidate.files.kinds[candidate.units[0]]],
        level=fields.get("level", ""),
        effort_minutes=fields.get("effort_minutes", 0),
        gives_certificate=fields.get("gives_certificate", False),
    )
