"""Items to be put in order, by the number of the place that each is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import Item, Ordering
from lrc.study.questions import fields as reading
from lrc.study.questions.drawing import Draw
from lrc.study.questions.fields import Fields
from lrc.study.questions.shapes import Asked, Found, Marked, MarkedPart, ReviewedLine, Shown, Shows, bounded, state_of
from lrc.study.questions.writing import is_one_empty, repeated


def ask(question: Ordering, draw: Draw, response: Any) -> Asked:
    given = _given(question, response)
    return Asked(
        kind="ordering",
        key=question.key,
        text=question.text,
        points=question.points,
        hint=question.hint,
        options=tuple(
            Shown(draw.id_of(item.key), item.text, given=str(given.get(item.key, "")))
            for item in _in_order(question, draw)
        ),
        remark=_("Hay dos en el mismo lugar.") if len(set(given.values())) < len(given) else "",
    )


def read(question: Ordering, draw: Draw, fields: Fields) -> dict[str, int] | None:
    """The place (from 1) that each item was given, by the item's key; places may be missing or there twice."""
    places = {str(number): number for number in range(1, len(question.items) + 1)}
    written = {item.key: reading.one(fields, draw.id_of(item.key)) for item in question.items}
    if not all(place in places for place in written.values() if place):
        raise reading.misplaced()
    return {key: places[place] for key, place in written.items() if place} or None


def mark(question: Ordering, response: Any) -> Marked:
    """Each item that stands at its own place is worth the same."""
    given = _given(question, response)
    parts = tuple(
        MarkedPart(item.key, float(given.get(item.key) == place)) for place, item in enumerate(question.items, 1)
    )
    fraction = sum(part.fraction for part in parts) / len(parts)
    if question.all_or_nothing and fraction < 1:
        fraction = 0.0
    return Marked(bounded(fraction), bool(given), parts=parts)


def lines(question: Ordering, draw: Draw, response: Any, shows: Shows) -> tuple[ReviewedLine, ...]:
    """In the right order where that may be shown, else in the one that was given."""
    given = _given(question, response)
    items: tuple[Item, ...] = question.items
    if shows != "answers":
        behind = len(items) + 1
        items = tuple(sorted(_in_order(question, draw), key=lambda item: given.get(item.key, behind)))
    places = {item.key: place for place, item in enumerate(question.items, 1)}
    return tuple(_line(item, given.get(item.key), places[item.key], shows) for item in items)


def inspect(question: Ordering) -> Found:
    found = Found()
    if is_one_empty(item.text for item in question.items):
        found.problems.append(_("Hay un elemento vacío: escríbelo o quítalo."))
    for text in repeated(item.text for item in question.items):
        found.problems.append(
            _("«%(text)s» está dos veces, y nadie podría saber cuál va antes: cambia o quita uno.", text=text)
        )
    return found


def _in_order(question: Ordering, draw: Draw) -> tuple[Item, ...]:
    return draw.shuffled(question.items, lambda item: item.key)


def _given(question: Ordering, response: Any) -> Mapping[str, int]:
    if not isinstance(response, Mapping):
        return {}
    keys = {item.key for item in question.items}
    return {key: place for key, place in response.items() if key in keys and type(place) is int}


def _line(item: Item, given: int | None, right: int, shows: Shows) -> ReviewedLine:
    state = state_of(float(given == right)) if given is not None else "unanswered"
    return ReviewedLine(
        text=item.text,
        given="" if given is None else str(given),
        is_given=given is not None,
        state=state if shows != "score" else "",
        right=str(right) if shows == "answers" and given != right else "",
    )
