"""True or false."""

from __future__ import annotations

from typing import Any

from lrc.study.content import TrueFalse
from lrc.study.questions import fields as reading
from lrc.study.questions.drawing import Draw
from lrc.study.questions.fields import Fields
from lrc.study.questions.shapes import Asked, Found, Marked, MarkedPart, ReviewedLine, Shown, Shows, state_of

_NAMES = {True: "true", False: "false"}
_VALUES = {"true": True, "false": False}


def ask(question: TrueFalse, draw: Draw, response: Any) -> Asked:
    return Asked(
        kind="truefalse",
        key=question.key,
        text=question.text,
        points=question.points,
        hint=question.hint,
        options=tuple(Shown(name, given="1" if response is value else "") for value, name in _NAMES.items()),
    )


def read(question: TrueFalse, draw: Draw, fields: Fields) -> bool | None:
    written = reading.one(fields)
    if written and written not in _VALUES:
        raise reading.misplaced()
    return _VALUES.get(written)


def mark(question: TrueFalse, response: Any) -> Marked:
    if not isinstance(response, bool):
        return Marked(0.0, is_answered=False)
    feedback = question.if_true if response else question.if_false
    fraction = float(response is question.is_true)
    return Marked(fraction, True, (feedback,) if feedback else (), (MarkedPart(_NAMES[response], fraction),))


def lines(question: TrueFalse, draw: Draw, response: Any, shows: Shows) -> tuple[ReviewedLine, ...]:
    return tuple(_line(question, value, response is value, shows) for value in _NAMES)


def inspect(question: TrueFalse) -> Found:
    return Found()


def _line(question: TrueFalse, value: bool, is_given: bool, shows: Shows) -> ReviewedLine:
    is_right, is_told = value is question.is_true, is_given and shows != "score"
    return ReviewedLine(
        id=_NAMES[value],
        is_given=is_given,
        state=state_of(float(is_right)) if is_told else "",
        is_right=is_right and shows == "answers",
        feedback=(question.if_true if value else question.if_false) if is_told else "",
    )
