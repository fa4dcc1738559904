"""What an author may not write in a question or a quiz, as sentences that say what to do."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import Question, Quiz
from lrc.study.questions.drawing import maximum
from lrc.study.questions.kinds import inspect


def problems(question: Question) -> list[Any]:
    """What must be put right before the question can be asked; nothing else keeps it from being asked."""
    return inspect(question).problems


def advice(question: Question) -> list[Any]:
    """What its author may want to think about."""
    return inspect(question).advice


def quiz_problems(quiz: Quiz, *, deep: bool = True) -> list[Any]:
    """What must be put right in a quiz as a whole, and (``deep``) in each of its questions, by their number."""
    if not quiz.questions:
        return [_("El cuestionario no tiene preguntas: agrega al menos una.")]
    found = _pool_problems(quiz)
    if max(Counter(question.key for question in quiz.questions).values()) > 1:
        found.append(_("Dos preguntas tienen la misma clave: quita una y escríbela otra vez."))
    for number, question in enumerate(quiz.questions if deep else (), 1):
        found.extend(_("Pregunta %(number)s: %(problem)s", number=number, problem=each) for each in problems(question))
    return found


def total(quiz: Quiz) -> float:
    """The points that an attempt is worth; where questions are drawn, those of as many of a pool's first ones."""
    left = Counter(dict(quiz.draws))
    asked = []
    for question in quiz.questions:
        if question.pool not in quiz.draws or left[question.pool] > 0:
            asked.append(question)
        left[question.pool] -= 1
    return maximum(asked)


def _pool_problems(quiz: Quiz) -> list[Any]:
    sizes = Counter(question.pool for question in quiz.questions if question.pool)
    found: list[Any] = []
    for pool, wanted in quiz.draws.items():
        if wanted > sizes[pool]:
            found.append(
                _(
                    "Del grupo «%(pool)s» se sacan %(wanted)s preguntas, pero solo tiene %(size)s:"
                    " agrega preguntas o saca menos.",
                    pool=pool,
                    wanted=wanted,
                    size=sizes[pool],
                )
            )
        elif len({question.points for question in quiz.questions if question.pool == pool}) > 1:
            found.append(
                _(
                    "Las preguntas del grupo «%(pool)s» valen puntos distintos: dales los mismos, para que todos los"
                    " intentos valgan igual.",
                    pool=pool,
                )
            )
    return found
