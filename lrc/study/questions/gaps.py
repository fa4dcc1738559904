"""A text with gaps, each to be written or chosen from a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import Gap, Gaps
from lrc.study.questions import fields as reading
from lrc.study.questions import gaptext, wording
from lrc.study.questions.drawing import Draw
from lrc.study.questions.fields import Fields
from lrc.study.questions.shapes import Asked, Found, Marked, MarkedPart, ReviewedLine, Shown, Shows, bounded, state_of
from lrc.study.questions.short import answer_problems, right_words
from lrc.study.questions.wording import Manner
from lrc.study.questions.writing import is_one_empty, repeated


def ask(question: Gaps, draw: Draw, response: Any) -> Asked:
    given = _given(response)
    return Asked(
        kind="gaps",
        key=question.key,
        text=_with_ids(question, draw),
        points=question.points,
        hint=question.hint,
        options=tuple(_shown(draw, gap, given.get(gap.key, "")) for gap in _in_order(question)),
    )


def read(question: Gaps, draw: Draw, fields: Fields) -> dict[str, str] | None:
    """What was written in each gap, or the text that was chosen from its list, by the gap's key."""
    written = {gap.key: _read(draw, gap, reading.one(fields, draw.id_of(gap.key))) for gap in question.gaps}
    return {key: text for key, text in written.items() if text} or None


def mark(question: Gaps, response: Any) -> Marked:
    given = _given(response)
    found = {gap.key: _find(question, gap, given.get(gap.key, "")) for gap in question.gaps}
    parts = tuple(MarkedPart(key, bounded(answer.fraction) if answer else 0.0) for key, answer in found.items())
    return Marked(
        fraction=bounded(sum(part.fraction for part in parts) / len(parts)),
        is_answered=bool(given),
        feedback=tuple(answer.feedback for answer in found.values() if answer and answer.feedback),
        parts=parts,
    )


def lines(question: Gaps, draw: Draw, response: Any, shows: Shows) -> tuple[ReviewedLine, ...]:
    given = _given(response)
    return tuple(_line(question, draw, gap, given.get(gap.key, ""), shows) for gap in _in_order(question))


def inspect(question: Gaps) -> Found:
    found = Found()
    numbers = {gap.key: number for number, gap in enumerate(_in_order(question), 1)}
    placed = Counter(gaptext.places(question.text))
    for key, number in numbers.items():
        if placed[key] != 1:
            found.problems.append(
                _(
                    "El espacio %(number)s debe estar una vez en el texto: escribe ahí [[%(key)s]].",
                    number=number,
                    key=key,
                )
            )
    for key in placed.keys() - numbers.keys():
        found.problems.append(_("En el texto está [[%(key)s]], pero ese espacio no existe: quítalo o créalo.", key=key))
    for gap in question.gaps:
        found.problems.extend(
            _("Espacio %(number)s: %(problem)s", number=numbers[gap.key], problem=each)
            for each in _wrong(question, gap)
        )
    return found


def _wrong(question: Gaps, gap: Gap) -> list[Any]:
    problems = answer_problems(gap.answers)
    if not gap.choices:
        return problems
    if len(gap.choices) < 2 or is_one_empty(gap.choices):
        problems.append(_("su lista necesita al menos dos opciones, y ninguna vacía."))
    problems.extend(_("«%(text)s» está dos veces en su lista: quita una.", text=text) for text in repeated(gap.choices))
    if not any(
        mark(question, {gap.key: choice}).parts[question.gaps.index(gap)].fraction == 1 for choice in gap.choices
    ):
        problems.append(_("ninguna opción de su lista es la respuesta correcta: agrégala."))
    return problems


def _in_order(question: Gaps) -> tuple[Gap, ...]:
    """As their places come in the text; those without a place at the end."""
    order = {key: number for number, key in reversed(list(enumerate(gaptext.places(question.text))))}
    return tuple(sorted(question.gaps, key=lambda gap: order.get(gap.key, len(order) + len(question.gaps))))


def _with_ids(question: Gaps, draw: Draw) -> str:
    """The keys may be the answers, in files that people write by hand."""
    ids = {gap.key: draw.id_of(gap.key) for gap in question.gaps}
    return gaptext.renamed(question.text, ids.get)


def _shown(draw: Draw, gap: Gap, given: str) -> Shown:
    ids = _choice_ids(draw, gap)
    return Shown(
        draw.id_of(gap.key),
        given=ids.get(given, "") if gap.choices else given,
        choices=tuple(Shown(each, text) for text, each in ids.items()),
    )


def _read(draw: Draw, gap: Gap, written: str) -> str:
    if not gap.choices or not written:
        return written
    texts = {each: text for text, each in _choice_ids(draw, gap).items()}
    if written not in texts:
        raise reading.misplaced()
    return texts[written]


def _choice_ids(draw: Draw, gap: Gap) -> dict[str, str]:
    return {text: draw.id_of(gap.key, "choice", text) for text in gap.choices}


def _given(response: Any) -> Mapping[str, str]:
    if not isinstance(response, Mapping):
        return {}
    return {key: text for key, text in response.items() if isinstance(key, str) and isinstance(text, str)}


def _find(question: Gaps, gap: Gap, written: str) -> Any:
    if not written.strip():
        return None
    return wording.find(gap.answers, written, Manner(question.accents_matter, question.case_matters))


def _line(question: Gaps, draw: Draw, gap: Gap, given: str, shows: Shows) -> ReviewedLine:
    answer = _find(question, gap, given)
    fraction = bounded(answer.fraction) if answer else 0.0
    state = state_of(fraction) if given else "unanswered"
    return ReviewedLine(
        id=draw.id_of(gap.key),
        given=given,
        is_given=bool(given),
        state=state if shows != "score" else "",
        right=right_words(gap.answers) if shows == "answers" and state != "right" else "",
        feedback=answer.feedback if answer and shows != "score" else "",
    )
