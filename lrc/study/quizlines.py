"""Quizzes in plain lines, for people: to compare two of them, and to call a question by a few words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from lrc import richtext
from lrc.study import questions
from lrc.study.content import (
    Choice,
    Choices,
    Gaps,
    Matching,
    Numeric,
    Ordering,
    Question,
    Quiz,
    Short,
    TrueFalse,
)
from lrc.study.quizforms import KINDS, SettingsForm, typed

_GAP = re.compile(r"\[\[[^\[\]\n]{1,400}\]\]")
_LONGEST_NAME = 90


def name_of(question: Question) -> str:
    """What to call a question by: its name, else how its text begins; "" where it has neither."""
    text = question.name or richtext.plain(
        _GAP.sub("___", question.text) if isinstance(question, Gaps) else question.text
    )
    return text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME].rsplit(" ", 1)[0] + "…"


def lines_of(quiz: Quiz) -> str:
    """All that a quiz holds but keys, each thing on a line of its own."""
    return "\n".join(
        [*_settings(quiz), *(line for n, each in enumerate(quiz.questions, 1) for line in _question(n, each))]
    )


def _settings(quiz: Quiz) -> Iterator[str]:
    said = SettingsForm.of_quiz(quiz)
    names = {
        "title": _("Título"),
        "intro": _("Introducción"),
        "minutes": _("Minutos que suele tomar"),
        "attempts": _("Intentos por persona"),
        "time_limit_minutes": _("Minutos para cada intento"),
        "pass_percent": _("Se aprueba con este porcentaje"),
    }
    yield from (f"{label}: {said.fields[name]}" for name, label in names.items() if said.fields[name])
    yield _("Cuenta el último intento") if quiz.counts == "last" else _("Cuenta el mejor intento")
    shows = {"answers": _("las respuestas"), "marks": _("qué estuvo bien y mal"), "score": _("solo el puntaje")}
    yield _("Después de entregar se ve: %(what)s", what=shows[quiz.shows])
    if quiz.shuffle:
        yield _("Preguntas en otro orden en cada intento")
    yield from (_("Del grupo «%(pool)s» se sacan %(count)s", pool=pool, count=n) for pool, n in quiz.draws.items())


def _question(number: int, question: Question) -> Iterator[str]:
    yield ""
    yield _("Pregunta %(number)s: %(kind)s", number=number, kind=KINDS[questions.kind_of(question)])
    yield from question.text.splitlines()
    yield from _answers(question)
    yield _("Puntos: %(points)s", points=typed.number(question.points))
    said = {_("Pista"): question.hint, _("Explicación"): question.feedback, _("Grupo de preguntas"): question.pool}
    yield from (f"{label}: {text}" for label, text in (said | {_("Nombre"): question.name}).items() if text)
    flags = {
        "shuffle": _("Orden al azar"),
        "all_or_nothing": _("Todo o nada"),
        "needs_unit": _("Hay que escribir la unidad"),
        "accents_matter": _("Las tildes cuentan"),
        "case_matters": _("Las mayúsculas cuentan"),
    }
    yield from (label for name, label in flags.items() if getattr(question, name, False))


def _answers(question: Question) -> Iterator[str]:
    match question:
        case Choice() | Choices():
            yield from (_worth(option, option.text) for option in question.options)
        case TrueFalse():
            yield f"- {_('Verdadero') if question.is_true else _('Falso')}"
            yield from (f"  {text}" for text in (question.if_true, question.if_false) if text)
        case Numeric():
            yield from (_worth(each, f"{typed.number(each.value)} ± {each.tolerance:g}") for each in question.answers)
            yield from (f"- {unit.name} = {typed.number(unit.factor)}" for unit in question.units)
        case Short():
            yield from (_worth(answer, answer.text) for answer in question.answers)
        case Matching():
            yield from (f"- {pair.left} → {pair.right}" for pair in question.pairs)
            yield from (f"- … → {other}" for other in question.others)
        case Ordering():
            yield from (f"{place}. {item.text}" for place, item in enumerate(question.items, 1))
        case Gaps():
            for gap in question.gaps:
                choices = f" ({' / '.join(gap.choices)})" if gap.choices else ""
                yield from (_worth(answer, f"[[{gap.key}]] {answer.text}{choices}") for answer in gap.answers)


def _worth(answer: Any, text: str) -> str:
    feedback = f" · {answer.feedback}" if answer.feedback else ""
    return f"- {text} ({typed.percent(answer.fraction)} %){feedback}"
