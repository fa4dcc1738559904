"""One of several options, or several of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import Choice, Choices, Option
from lrc.study.questions import fields as reading
from lrc.study.questions.drawing import Draw
from lrc.study.questions.fields import Fields
from lrc.study.questions.shapes import (
    Asked,
    Found,
    Marked,
    MarkedPart,
    ReviewedLine,
    Shown,
    Shows,
    bounded,
    state_of,
)
from lrc.study.questions.writing import is_one_empty, repeated

_CLOSE = 0.011


def ask(question: Choice | Choices, draw: Draw, response: Any) -> Asked:
    chosen = _chosen(question, response)
    return Asked(
        kind="choice" if isinstance(question, Choice) else "choices",
        key=question.key,
        text=question.text,
        points=question.points,
        hint=question.hint,
        options=tuple(
            Shown(draw.id_of(option.key), option.text, given="1" if option.key in chosen else "")
            for option in _in_order(question, draw)
        ),
    )


def read(question: Choice | Choices, draw: Draw, fields: Fields) -> str | list[str] | None:
    """The key of the option, or the keys of the options as they stand in the question."""
    keys = {draw.id_of(option.key): option.key for option in question.options}
    ids = fields.get("", [])
    if not all(each in keys for each in ids):
        raise reading.misplaced()
    if isinstance(question, Choice):
        return keys[ids[0]] if reading.one(fields) else None
    chosen = {keys[each] for each in ids}
    return [option.key for option in question.options if option.key in chosen] or None


def mark(question: Choice | Choices, response: Any) -> Marked:
    chosen = [option for option in question.options if option.key in _chosen(question, response)]
    return Marked(
        fraction=bounded(_fraction(question, chosen)),
        is_answered=bool(chosen),
        feedback=tuple(option.feedback for option in chosen if option.feedback),
        parts=tuple(MarkedPart(option.key, option.fraction) for option in chosen),
    )


def lines(question: Choice | Choices, draw: Draw, response: Any, shows: Shows) -> tuple[ReviewedLine, ...]:
    chosen = _chosen(question, response)
    return tuple(_line(question, option, option.key in chosen, shows) for option in _in_order(question, draw))


def inspect(question: Choice | Choices) -> Found:
    found = Found()
    if is_one_empty(option.text for option in question.options):
        found.problems.append(_("Hay una opción vacía: escríbela o quítala."))
    for text in repeated(option.text for option in question.options):
        found.problems.append(_("La opción «%(text)s» está dos veces: cambia o quita una.", text=text))
    if isinstance(question, Choice):
        if all(option.fraction < 1 - _CLOSE for option in question.options):
            found.problems.append(_("Ninguna opción vale todos los puntos: marca cuál es la correcta."))
    else:
        _inspect_fractions(question, found)
    return found


def _inspect_fractions(question: Choices, found: Found) -> None:
    right = [option for option in question.options if option.fraction > 0]
    total = sum(option.fraction for option in right)
    if not right:
        found.problems.append(_("Ninguna opción es correcta: marca al menos una."))
    elif not question.all_or_nothing and abs(total - 1) > _CLOSE:
        found.problems.append(
            _("Las opciones correctas suman %(sum)s %%: reparte entre ellas 100 %%.", sum=round(total * 100))
        )
    if question.all_or_nothing or not right:
        return
    if all(option.fraction >= 0 for option in question.options) and len(right) < len(question.options):
        found.advice.append(
            _(
                "Quien marque todas las opciones recibirá todos los puntos. Para evitarlo, da a las incorrectas un"
                " valor negativo o elige «todo o nada»."
            )
        )


def _in_order(question: Choice | Choices, draw: Draw) -> tuple[Option, ...]:
    return draw.shuffled(question.options, lambda option: option.key) if question.shuffle else question.options


def _chosen(question: Choice | Choices, response: Any) -> Collection[str]:
    if isinstance(question, Choice):
        return (response,) if isinstance(response, str) else ()
    return [each for each in response if isinstance(each, str)] if isinstance(response, list) else ()


def _fraction(question: Choice | Choices, chosen: list[Option]) -> float:
    if isinstance(question, Choice):
        return chosen[0].fraction if chosen else 0.0
    right = [option for option in question.options if option.fraction > 0]
    if right and chosen == right:  # thirds written as 33.33 % are whole together
        return 1.0
    return 0.0 if question.all_or_nothing else sum(option.fraction for option in chosen)


def _line(question: Choice | Choices, option: Option, is_given: bool, shows: Shows) -> ReviewedLine:
    is_right = option.fraction > 0 if isinstance(question, Choices) else option.fraction >= 1 - _CLOSE
    fraction = 1.0 if is_right else option.fraction
    return ReviewedLine(
        text=option.text,
        is_given=is_given,
        state=state_of(fraction) if is_given and shows != "score" else "",
        is_right=is_right and shows == "answers",
        feedback=option.feedback if is_given and shows != "score" else "",
    )
