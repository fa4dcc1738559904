"""What no file of Moodle's can say of our quizzes and questions, or what Moodle would take otherwise."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from flask_babel import lazy_gettext as _

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
    TextAnswer,
    TrueFalse,
)
from lrc.study.exchange import texts
from lrc.study.exchange.reports import Report
from lrc.study.exchange.weights import is_known_to_moodle

_ROUNDING = 0.001


def of_quiz(quiz: Quiz, report: Report) -> None:
    """What a bank of questions does not hold: how a quiz is set."""
    report.about("")
    if quiz.draws:
        report.say(_("Cuántas preguntas de cada grupo se sortean no va en el archivo: dilo otra vez en Moodle."))
    if quiz.intro.strip():
        report.say(_("La introducción y las reglas del cuestionario no van en el archivo: solo sus preguntas."))


def of_images(question: Question, report: Report) -> None:
    """What is lost of any question in a format without images."""
    if any(texts.images_in(each) for each in prose_of(question)):
        report.say(_("GIFT no lleva imágenes: en Moodle tendrás que subirlas otra vez. Moodle XML sí las lleva."))


def of_weights(question: Choice | Choices, report: Report) -> None:
    """What Moodle expects of the weights of options, and would complain of."""
    weights = [option.fraction for option in question.options]
    if not all(map(is_known_to_moodle, weights)):
        report.say(_("Moodle no conoce uno de sus pesos: al importar elige «el más cercano»."))
    if isinstance(question, Choices) and abs(sum(each for each in weights if each > 0) - 1) > _ROUNDING:
        report.say(_("Los pesos de sus respuestas correctas no suman 100 por ciento: Moodle te lo advertirá."))
    if isinstance(question, Choices) and question.all_or_nothing:
        report.say(_("Moodle no puede decir que vale todo o nada: dará puntos por cada respuesta correcta."))


def of_accents(accents_matter: bool, answers: Iterable[TextAnswer], report: Report) -> None:
    """In Moodle accents always matter."""
    if not accents_matter and any(_has_accent(answer.text) for answer in answers):
        report.say(_("En Moodle las tildes siempre importan: añade ahí las respuestas sin tilde."))


def images_of(quiz: Quiz) -> set[str]:
    """The names of all images that a quiz's questions show."""
    return {name for each in quiz.questions for prose in prose_of(each) for name in texts.images_in(prose)}


def prose_of(question: Question) -> list[str]:
    """All texts of a question that have formatting."""
    found = [question.text, question.hint, question.feedback]
    match question:
        case Choice() | Choices():
            found += [each for option in question.options for each in (option.text, option.feedback)]
        case Short() | Numeric():
            found += [answer.feedback for answer in question.answers]
        case Gaps():
            found += [answer.feedback for gap in question.gaps for answer in gap.answers]
        case TrueFalse():
            found += [question.if_true, question.if_false]
        case Matching():
            found += [pair.left for pair in question.pairs]
        case Ordering():
            found += [item.text for item in question.items]
    return [each for each in found if each]


def _has_accent(text: str) -> bool:
    return any(unicodedata.combining(each) for each in unicodedata.normalize("NFD", text))
