"""From scored documents to hits: the best of all segments in their final order, with what a list of results shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search import closeness, snippets, weighing
from search.documents import KINDS, SORTS, Hit
from search.matching import Matching
from search.scanning import kept_in_order
from search.whoosh_index import ordering
from search.whoosh_index.facts import title_words
from search.whoosh_index.found import Found
from search.whoosh_index.ordering import Place
from search.whoosh_index.reading import SegmentFiles, Snapshot
from search.whoosh_index.stored import Stored


@dataclass(frozen=True)
class Sought:
    """What the texts are compared with: words as they may be written, the value of each word of the query."""

    matching: Matching
    values: Sequence[float]


@dataclass(frozen=True)
class Order:
    """Which hits are wanted, in an order of search.documents.SORTS, but those pinned first."""

    sort: str
    stretch: slice
    pins: Sequence[Place] = ()


class _Candidate:
    """A document that was found."""

    def __init__(self, files: SegmentFiles, found: Found, place: int) -> None:
        self.files, self.found, self.place = files, found, place
        self.head = int(found.heads[place])
        self.score = float(found.scores[place])
        self._read: dict[int, Stored] = {}

    def stored(self, unit: int) -> Stored:
        """What is kept of one of its units, read once."""
        read = self._read.get(unit)
        if read is None:
            read = self._read[unit] = self.files.stored(unit)
        return read

    @property
    def title(self) -> list[str]:
        """Its folded words. What is kept of it, which takes longer to read, is for those that are shown."""
        return title_words(self.files.folded_titles[self.files.title_order[self.head]]).split()

    def units(self, sought: Sought) -> list[int]:
        """The units that answer, best first: pages, or the head where no page does."""
        answering, scores = self.found.answers(self.place, 1 + weighing.MOST_OTHER_PAGES)
        if len(answering) == 1 or len(sought.values) == 1:
            return answering
        read, rest = answering[: weighing.PAGES_READ], answering[weighing.PAGES_READ :]
        worth = {
            unit: score * _together(self.stored(unit).text, sought) for unit, score in zip(read, scores, strict=False)
        }
        return sorted(read, key=lambda unit: -worth[unit]) + rest


def _together(text: str, sought: Sought) -> float:
    in_order = kept_in_order(text, sought.matching.scanner.places(text), sought.values)
    return 1 + weighing.TOGETHER_WEIGHT * in_order


def best_hits(snapshot: Snapshot, found: Sequence[Found], sought: Sought, order: Order) -> list[Hit]:
    """The hits of a stretch of the order, by relevance with a last look at the texts of the first."""
    pins, start, stop = order.pins, order.stretch.start, order.stretch.stop
    looked_at = (
        weighing.RERANKED if order.sort == SORTS[0] and sought.values and start < len(pins) + weighing.RERANKED else 0
    )
    places = _places(snapshot, found, order, max(stop, len(pins) + looked_at))

    def candidate(at: Place) -> _Candidate:
        return _Candidate(snapshot.segments[at[0]].files, found[at[0]], at[1])

    scored = [(each.score, each) for each in map(candidate, places[: len(pins)])]
    near = map(candidate, places[len(pins) : len(pins) + looked_at])
    scored += sorted(((_final_score(each, sought), each) for each in near), key=lambda pair: -pair[0])
    scored += [(each.score, each) for each in map(candidate, places[len(scored) : stop])]
    return [
        _hit(each, score, sought, is_pinned=start + place < len(pins))
        for place, (score, each) in enumerate(scored[order.stretch])
    ]


def best_ids(snapshot: Snapshot, found: Sequence[Found], order: Order) -> list[str]:
    """The ids of a stretch of the order, without a look at any text."""
    best = _places(snapshot, found, order, order.stretch.stop)[order.stretch]
    return [snapshot.segments[segment].files.document_id(int(found[segment].heads[place])) for segment, place in best]


def _places(snapshot: Snapshot, found: Sequence[Found], order: Order, limit: int) -> list[Place]:
    """The first hits: those pinned, then the others in their order."""
    best = ordering.first(snapshot, found, order.sort, limit)
    return [*order.pins, *(place for place in best if place not in order.pins)][:limit] if order.pins else best


def _final_score(candidate: _Candidate, sought: Sought) -> float:
    in_order, whole = closeness.folded_order_kept(candidate.title, sought.matching.forms, sought.values)
    return candidate.score * (1 + weighing.ORDER_WEIGHT * in_order + weighing.WHOLE_WEIGHT * whole)


def _hit(candidate: _Candidate, score: float, sought: Sought, *, is_pinned: bool) -> Hit:
    files, units = candidate.files, candidate.units(sought)
    about, best = candidate.stored(candidate.head), candidate.stored(units[0])
    return Hit(
        document_id=about.id,
        record_id=about.record_id,
        title=snippets.whole(about.title, sought.matching),
        score=score,
        page=best.page,
        page_label=best.label,
        snippet=snippets.around(best.text, sought.matching, sought.values),
        creators=about.creators,
        type=about.type,
        date=about.date,
        language=about.language,
        license=about.license,
        media_type=about.media_type,
        size_bytes=about.size_bytes,
        page_count=about.page_count,
        thumbnail=about.thumbnail,
        other_pages=files.pages[units[1:]].tolist() if len(units) > 1 else [],
        kind=KINDS[files.kinds[candidate.head]],
        level=about.level,
        effort_minutes=about.effort_minutes,
        gives_certificate=about.gives_certificate,
        institution=about.institution,
        access=about.access,
        added=about.added,
        is_pinned=is_pinned,
    )
