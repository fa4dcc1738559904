"""From candidates to hits in their final order, with what a list of results shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search import closeness, snippets, weighing
from search.documents import Hit
from search.matching import Matching
from search.postgres_index.layout import Live
from search.postgres_index.rating import Rated
from search.snippets import MOST_TEXT

_DOCUMENTS = "SELECT number, id, record_id, title, fields, added FROM documents WHERE number = ANY(%(numbers)s)"
_TITLES = "SELECT number, title FROM documents WHERE number = ANY(%(numbers)s)"
_THUMBNAILS = "SELECT number, thumbnail FROM documents WHERE number = ANY(%(numbers)s)"
_TEXTS = "SELECT id, page, label, text FROM units WHERE id = ANY(%(units)s)"
_IDS = "SELECT number, id FROM documents WHERE number = ANY(%(numbers)s)"


@dataclass(frozen=True)
class Sought:
    """What the texts are compared with: words as they may be written, and the value of each word of the query."""

    matching: Matching
    values: Sequence[float]


def finished(live: Live, rated: Sequence[Rated], sought: Sought) -> list[Rated]:
    """Put the first documents in their final order by a look at their titles."""
    titles = dict(map(tuple, live.channel.rows(_TITLES, numbers=[each.number for each in rated])))
    scored = [Rated(each.number, each.score * _of_title(titles[each.number], sought), each.units) for each in rated]
    return sorted(scored, key=lambda each: -each.score)


def _of_title(title: str, sought: Sought) -> float:
    in_order, whole = closeness.order_kept(title, sought.matching, sought.values)
    return 1 + weighing.ORDER_WEIGHT * in_order + weighing.WHOLE_WEIGHT * whole


def ids(live: Live, numbers: Sequence[int]) -> list[str]:
    """The ids of documents, in the order of their numbers given."""
    known = dict(tuple(row) for row in live.channel.rows(_IDS, numbers=list(numbers)))
    return [known[number] for number in numbers]


def hits(live: Live, rated: Sequence[Rated], sought: Sought) -> list[Hit]:
    """What is shown of documents, in their order."""
    numbers = [each.number for each in rated]
    about = {row[0]: row for row in live.channel.rows(_DOCUMENTS, numbers=numbers)}
    pictures = {number: bytes(picture) for number, picture in live.channel.rows(_THUMBNAILS, numbers=numbers)}
    wanted = {unit for each in rated for unit, _ in each.units[: 1 + weighing.MOST_OTHER_PAGES]}
    texts = {row[0]: row for row in live.channel.rows(_TEXTS, units=list(wanted))}
    return [_hit(each, about[each.number], pictures[each.number], texts, sought) for each in rated]


def _hit(
    rated: Rated,
    about: Sequence[Any],
    thumbnail: bytes,
    texts: Mapping[int, Sequence[Any]],
    sought: Sought,
) -> Hit:
    first, *others = _pages(rated, texts, sought)
    _, document_id, record_id, title, fields, added = about
    return Hit(
        document_id=document_id,
        record_id=record_id,
        title=snippets.whole(title, sought.matching),
        score=rated.score,
        page=first[1] or None,
        page_label=first[2],
        snippet=snippets.around(first[3], sought.matching, sought.values),
        other_pages=_numbers(others, first[1]),
        thumbnail=thumbnail,
        creators=tuple(fields.pop("creators")),
        added=added,
        is_pinned=rated.is_pinned,
        **{name: value for name, value in fields.items() if name != "names"},
    )


def _numbers(units: Sequence[Sequence[Any]], first: int) -> list[int]:
    return [page for page in dict.fromkeys(unit[1] for unit in units) if page not in (0, first)]


def _pages(rated: Rated, texts: Mapping[int, Sequence[Any]], sought: Sought) -> list[Sequence[Any]]:
    """The units that answer, of those that nearly do first the ones that hold the words together."""
    best = [(texts[unit], score) for unit, score in rated.units[: 1 + weighing.MOST_OTHER_PAGES]]
    if len(best) > 1 and len(sought.values) > 1:
        worth = {unit[0]: score * _together(unit[3], sought) for unit, score in best[: weighing.PAGES_READ]}
        best[: weighing.PAGES_READ] = sorted(best[: weighing.PAGES_READ], key=lambda pair: -worth[pair[0][0]])
    return [unit for unit, _ in best]


def _together(text: str, sought: Sought) -> float:
    in_order, _ = closeness.order_kept(text[:MOST_TEXT], sought.matching, sought.values)
    return 1 + weighing.TOGETHER_WEIGHT * in_order
