"""A number with its tolerance, and a unit where the author wants one."""

from __future__ import annotations

from math import isfinite
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import Numeric, NumericAnswer
from lrc.study.questions import fields as reading
from lrc.study.questions import numbers
from lrc.study.questions.drawing import Draw
from lrc.study.questions.fields import Fields
from lrc.study.questions.shapes import Asked, Found, Marked, ReviewedLine, Shows, bounded, state_of
from lrc.study.questions.writing import is_one_empty, repeated

_SLACK = 1e-9
"""Of the value, so that 0.1 + 0.2 lies within 0.3 with no tolerance."""
_WHOLE = 1 - 0.011


def ask(question: Numeric, draw: Draw, response: Any) -> Asked:
    written = response if isinstance(response, str) else ""
    return Asked(
        kind="numeric",
        key=question.key,
        text=question.text,
        points=question.points,
        hint=question.hint,
        units=tuple(unit.name for unit in question.units),
        needs_unit=question.needs_unit,
        given=written,
        remark=_remark(question, written) if written else "",
    )


def read(question: Numeric, draw: Draw, fields: Fields) -> str | None:
    """What was written, as it was: also what is no number, so that nobody loses what they typed."""
    return reading.one(fields) or None


def mark(question: Numeric, response: Any) -> Marked:
    if not isinstance(response, str) or not response.strip():
        return Marked(0.0, is_answered=False)
    answer = _find(question, response)
    if answer is None:
        return Marked(0.0, is_answered=True)
    return Marked(bounded(answer.fraction), True, (answer.feedback,) if answer.feedback else ())


def lines(question: Numeric, draw: Draw, response: Any, shows: Shows) -> tuple[ReviewedLine, ...]:
    marked = mark(question, response)
    is_told = marked.is_answered and shows != "score"
    is_wanting = shows == "answers" and state_of(marked.fraction) != "right"
    return (
        ReviewedLine(
            given=response if isinstance(response, str) else "",
            is_given=marked.is_answered,
            state=marked.state if is_told else "",
            right=_right(question) if is_wanting else "",
            feedback="".join(marked.feedback) if is_told else "",
        ),
    )


def inspect(question: Numeric) -> Found:
    found = Found()
    if not all(isfinite(each) for answer in question.answers for each in (answer.value, answer.tolerance)):
        found.problems.append(_("Hay un número demasiado grande: escribe uno menor."))
    if all(answer.fraction < _WHOLE for answer in question.answers):
        found.problems.append(_("Ninguna respuesta vale todos los puntos: dáselos a la correcta."))
    _inspect_units(question, found)
    return found


def _inspect_units(question: Numeric, found: Found) -> None:
    names = [unit.name for unit in question.units]
    if is_one_empty(names):
        found.problems.append(_("Hay una unidad sin nombre: escríbela o quítala."))
    for name in repeated(names):
        if len({each for each in names if each.casefold() == name.casefold()}) == 1:
            found.problems.append(_("La unidad «%(name)s» está dos veces: quita una.", name=name))
    if question.needs_unit and not names:
        found.problems.append(_("Pides la unidad pero no dices cuál: agrega al menos una."))
    if question.units and question.units[0].factor != 1:
        found.problems.append(
            _(
                "La primera unidad («%(name)s») es la de tus respuestas, así que equivale a 1: ponle 1 o cambia el"
                " orden.",
                name=question.units[0].name,
            )
        )
    for name in names:
        if name.strip() and not _can_be_written(question, name):
            found.problems.append(
                _("La unidad «%(name)s» se confunde con un número: escríbela de otra manera.", name=name)
            )


def _can_be_written(question: Numeric, name: str) -> bool:
    written = numbers.read(f"1 {name}")
    if written is None or name.strip()[0] in "0123456789.,+-":
        return False
    return numbers.find_unit(question.units, written.unit) is not None


def _find(question: Numeric, text: str) -> NumericAnswer | None:
    """The first answer that one of the readings of the number lies within."""
    values = _values(question, text)
    return next((answer for answer in question.answers if any(_lies_within(answer, each) for each in values)), None)


def _values(question: Numeric, text: str) -> tuple[float, ...]:
    """In the question's unit, the readings of what was written; none where it is not a number in one of its units."""
    if _remark(question, text):
        return ()
    written = numbers.read(text)
    assert written is not None  # noqa: S101 (there would have been a remark)
    unit = numbers.find_unit(question.units, written.unit) if written.unit else None
    return tuple(value * (unit.factor if unit else 1.0) for value in written.values)


def _lies_within(answer: NumericAnswer, value: float) -> bool:
    return abs(value - answer.value) <= answer.tolerance + _SLACK * abs(answer.value)


def _remark(question: Numeric, text: str) -> Any:
    """What keeps it from being a number in one of the question's units; "" if nothing does."""
    written = numbers.read(text)
    if written is None:
        return _("No pudimos leer un número: escríbelo con cifras, por ejemplo 3,5 o 1 200.")
    if not written.unit:
        return _("Falta la unidad.") if question.needs_unit else ""
    if not question.units:
        return _("Escribe solo el número, sin unidad ni palabras.")
    if numbers.find_unit(question.units, written.unit) is None:
        names = ", ".join(unit.name for unit in question.units)
        return _("No conocemos la unidad «%(unit)s»; puedes usar: %(units)s.", unit=written.unit, units=names)
    return ""


def _right(question: Numeric) -> str:
    unit = f" {question.units[0].name}" if question.units else ""
    whole = [answer for answer in question.answers if answer.fraction >= _WHOLE]
    return "; ".join(
        numbers.said(answer.value) + (f" ± {numbers.said(answer.tolerance)}" if answer.tolerance else "") + unit
        for answer in whole
    )
