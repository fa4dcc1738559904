"""Some words, compared with those that the author expects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import Short, TextAnswer
from lrc.study.questions import fields as reading
from lrc.study.questions import wording
from lrc.study.questions.drawing import Draw
from lrc.study.questions.fields import Fields
from lrc.study.questions.shapes import Asked, Found, Marked, ReviewedLine, Shows, bounded, state_of
from lrc.study.questions.wording import Manner
from lrc.study.questions.writing import is_one_empty, repeated

_WHOLE = 1 - 0.011


def ask(question: Short, draw: Draw, response: Any) -> Asked:
    return Asked(
        kind="short",
        key=question.key,
        text=question.text,
        points=question.points,
        hint=question.hint,
        given=response if isinstance(response, str) else "",
    )


def read(question: Short, draw: Draw, fields: Fields) -> str | None:
    return reading.one(fields) or None


def mark(question: Short, response: Any) -> Marked:
    if not isinstance(response, str) or not response.strip():
        return Marked(0.0, is_answered=False)
    answer = wording.find(question.answers, response, Manner(question.accents_matter, question.case_matters))
    if answer is None:
        return Marked(0.0, is_answered=True)
    return Marked(bounded(answer.fraction), True, (answer.feedback,) if answer.feedback else ())


def lines(question: Short, draw: Draw, response: Any, shows: Shows) -> tuple[ReviewedLine, ...]:
    marked = mark(question, response)
    is_told = marked.is_answered and shows != "score"
    is_wanting = shows == "answers" and state_of(marked.fraction) != "right"
    return (
        ReviewedLine(
            given=response if isinstance(response, str) else "",
            is_given=marked.is_answered,
            state=marked.state if is_told else "",
            right=right_words(question.answers) if is_wanting else "",
            feedback="".join(marked.feedback) if is_told else "",
        ),
    )


def inspect(question: Short) -> Found:
    found = Found()
    found.problems.extend(answer_problems(question.answers))
    if question.answers[0].text.strip() == "*" and question.answers[0].fraction >= _WHOLE:
        found.advice.append(_("Tu primera respuesta es un asterisco solo: cualquier cosa que escriban valdrá."))
    return found


def answer_problems(answers: Sequence[TextAnswer]) -> list[Any]:
    """What is wrong with the texts that an author expects, in a question or a gap."""
    texts = [answer.text for answer in answers]
    problems: list[Any] = []
    if is_one_empty(texts):
        problems.append(_("Hay una respuesta vacía: escríbela o quítala."))
    for text in repeated(texts):
        if len({each.strip() for each in texts if each.strip().casefold() == text.casefold()}) == 1:
            problems.append(_("La respuesta «%(text)s» está dos veces: quita una.", text=text))
    if all(answer.fraction < _WHOLE for answer in answers):
        problems.append(_("Ninguna respuesta vale todos los puntos: dáselos a la correcta."))
    return problems


def right_words(answers: Sequence[TextAnswer]) -> str:
    return " / ".join(wording.said(answer.text) for answer in answers if answer.fraction >= _WHOLE)
