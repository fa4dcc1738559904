"""One query on one snapshot: from what was typed and chosen to what is found, in all segments."""

from __future__ import annotations

from search import planning
from search.documents import SORTS, Query
from search.parsing import parse
from search.whoosh_index import filtering, taught
from search.whoosh_index.caching import Cache
from search.whoosh_index.counting import Part
from search.whoosh_index.filtering import Choices
from search.whoosh_index.hits import Order
from search.whoosh_index.ranking import Ranker
from search.whoosh_index.reading import Snapshot
from search.whoosh_index.wording import SnapshotWords


class Answer:
    """What a query finds. Made at once; what is shown of it is up to others."""

    def __init__(self, snapshot: Snapshot, cache: Cache, query: Query) -> None:
        self.snapshot = snapshot
        self.asked = parse(query.text, query.dictionary.stop_words)
        self.ranker = Ranker(snapshot, cache, query.audiences)
        self.words = SnapshotWords(snapshot, self.ranker)
        self.planned = planning.plan(self.words, self.asked, query.dictionary)
        for variants, share in zip(self.planned.words, self.planned.shares, strict=True):
            self.ranker.add(variants, share)
        limits = [filtering.limits(view.files, self.asked) for view in snapshot.segments]
        found = self.ranker.find(limits)
        by_relevance = query.sort == SORTS[0]
        records = query.dictionary.pins.get(" ".join(self.asked.words), ()) if by_relevance else ()
        pins = taught.pinned(snapshot, records, query.audiences, limits)
        found = taught.including(found, pins)
        if by_relevance and query.dictionary.boosts:
            found = taught.boosted(snapshot, found, query.dictionary.boosts, cache)
        choices = Choices.of(query, self.asked)
        self.parts = [
            Part(view.files, part.heads, choices.passing(view.files, part.heads, cache))
            for view, part in zip(snapshot.segments, found, strict=True)
        ]
        """What is found in each segment before anything is chosen."""
        self.found = [part.only(each.passing.all) for part, each in zip(found, self.parts, strict=True)]
        """What the choices leave of it."""
        sort = "added" if by_relevance and not self.asked.words else query.sort
        stretch = slice(query.offset, query.offset + query.limit)
        self.order = Order(sort, stretch, taught.places(pins, self.found))

    @property
    def total(self) -> int:
        return sum(len(part.heads) for part in self.found)

    @property
    def suggestion(self) -> list[str]:
        """The nearest words that have hits, folded, where no word that was typed has any."""
        if any(map(self.ranker.is_found, self.planned.words)):
            return []
        return planning.suggestion(self.words, self.asked)
