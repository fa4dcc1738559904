"""Right sides to be given to left sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import Matching, Pair
from lrc.study.questions import fields as reading
from lrc.study.questions.drawing import Draw
from lrc.study.questions.fields import Fields
from lrc.study.questions.shapes import Asked, Found, Marked, MarkedPart, ReviewedLine, Shown, Shows, bounded, state_of
from lrc.study.questions.writing import is_one_empty, repeated


def ask(question: Matching, draw: Draw, response: Any) -> Asked:
    given = _given(response)
    ids = _right_ids(question, draw)
    return Asked(
        kind="matching",
        key=question.key,
        text=question.text,
        points=question.points,
        hint=question.hint,
        options=tuple(
            Shown(_left_id(draw, pair), pair.left, given=ids.get(given.get(pair.key, ""), ""))
            for pair in _in_order(question, draw)
        ),
        # Whatever the author says of the left sides: in the author's order the right sides would tell the answer.
        rights=draw.shuffled((Shown(each, text) for text, each in ids.items()), lambda shown: shown.id),
    )


def read(question: Matching, draw: Draw, fields: Fields) -> dict[str, str] | None:
    """The text of the right side that each left side was given, by the pair's key."""
    texts = {each: text for text, each in _right_ids(question, draw).items()}
    chosen = {pair.key: reading.one(fields, _left_id(draw, pair)) for pair in question.pairs}
    if not all(each in texts for each in chosen.values() if each):
        raise reading.misplaced()
    return {key: texts[each] for key, each in chosen.items() if each} or None


def mark(question: Matching, response: Any) -> Marked:
    """Each left side is worth the same."""
    given = _given(response)
    parts = tuple(MarkedPart(pair.key, float(given.get(pair.key) == pair.right)) for pair in question.pairs)
    return Marked(bounded(sum(part.fraction for part in parts) / len(parts)), bool(given), parts=parts)


def lines(question: Matching, draw: Draw, response: Any, shows: Shows) -> tuple[ReviewedLine, ...]:
    given = _given(response)
    return tuple(_line(pair, given.get(pair.key, ""), shows) for pair in _in_order(question, draw))


def inspect(question: Matching) -> Found:
    found = Found()
    rights = [pair.right for pair in question.pairs]
    if is_one_empty([*rights, *(pair.left for pair in question.pairs), *question.others]):
        found.problems.append(_("Hay un lado vacío: escríbelo o quita la pareja."))
    for text in repeated(pair.left for pair in question.pairs):
        found.problems.append(_("«%(text)s» está dos veces a la izquierda: cambia o quita una.", text=text))
    if len({right.strip() for right in [*rights, *question.others]}) < 2:
        found.problems.append(_("Todas las parejas tienen el mismo lado derecho: escribe al menos dos distintos."))
    for text in repeated([*dict.fromkeys(rights), *question.others]):
        found.problems.append(_("«%(text)s» está dos veces a la derecha: quita la que sobra.", text=text))
    return found


def _in_order(question: Matching, draw: Draw) -> tuple[Pair, ...]:
    return draw.shuffled(question.pairs, lambda pair: pair.key) if question.shuffle else question.pairs


def _left_id(draw: Draw, pair: Pair) -> str:
    return draw.id_of("left", pair.key)


def _right_ids(question: Matching, draw: Draw) -> dict[str, str]:
    """By text: equal right sides are the same one."""
    texts = [*(pair.right for pair in question.pairs), *question.others]
    return {text: draw.id_of("right", text) for text in texts}


def _given(response: Any) -> Mapping[str, str]:
    if not isinstance(response, Mapping):
        return {}
    return {key: text for key, text in response.items() if isinstance(key, str) and isinstance(text, str)}


def _line(pair: Pair, given: str, shows: Shows) -> ReviewedLine:
    is_right = given == pair.right
    return ReviewedLine(
        text=pair.left,
        given=given,
        is_given=bool(given),
        state=_state(given, is_right) if shows != "score" else "",
        right=pair.right if shows == "answers" and not is_right else "",
    )


def _state(given: str, is_right: bool) -> Any:
    return state_of(float(is_right)) if given else "unanswered"
