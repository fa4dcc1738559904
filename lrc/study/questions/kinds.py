"""The eight kinds of question behind one set of functions: asking, reading, marking, reviewing, inspecting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from flask_babel import lazy_gettext as _

from lrc.study.content import (
    Choice,
    Choices,
    Gaps,
    Matching,
    Numeric,
    Ordering,
    Question,
    Short,
    TrueFalse,
)
from lrc.study.questions import fields as reading
from lrc.study.questions import gaps, matching, numeric, options, ordering, short, truefalse
from lrc.study.questions.drawing import Draw
from lrc.study.questions.fields import Fields
from lrc.study.questions.shapes import Asked, Found, Marked, Reviewed, ReviewedLine, Shows


class Kind(Protocol):
    """What the module of a kind has. ``response`` is what ``read`` gave, as it comes back from a JSON column."""

    def ask(self, question: Any, draw: Draw, response: Any) -> Asked: ...
    def read(self, question: Any, draw: Draw, fields: Fields) -> Any: ...
    def mark(self, question: Any, response: Any) -> Marked: ...
    def lines(self, question: Any, draw: Draw, response: Any, shows: Shows) -> tuple[ReviewedLine, ...]: ...
    def inspect(self, question: Any) -> Found: ...


_KINDS: Mapping[type, Kind] = {
    Choice: options,
    Choices: options,
    TrueFalse: truefalse,
    Numeric: numeric,
    Short: short,
    Matching: matching,
    Ordering: ordering,
    Gaps: gaps,
}
_IN_PARTS = (Matching, Ordering, Gaps)
_SCALARS: Mapping[type, tuple[type, ...]] = {TrueFalse: (bool,), Numeric: (int, float), Ordering: (int,)}


def ask(question: Question, seed: int, response: Any = None) -> Asked:
    """What a page may know of the question in the attempt with this seed, and what was answered so far.

    Nothing in it tells what is right: no fractions, no feedback, ids that mean nothing outside this attempt.
    """
    return _KINDS[type(question)].ask(question, _draw(question, seed), response)


def read_form(question: Question, seed: int, form: Mapping[str, list[str]]) -> Any:
    """What a form answers to the question, None for nothing; fields of others are left alone.

    Its fields are ``q-<key>``, or ``q-<key>-<id>`` for each part of a matching, an ordering or a text with gaps. The
    response is plain data that no seed is needed for: an option's key, a list of them, True or False, what was written,
    or {key of a pair, item or gap: right side, place, words}. Raises BadInput for what this attempt did not offer.
    """
    return _read(question, seed, reading.of_form(form, f"q-{question.key}", _parts(question, seed)))


def read_json(question: Question, seed: int, value: Any) -> Any:
    """The same of plain data: what the form's fields would hold, as a text, a list of texts, or {id of a part: text}.

    True or false may be a boolean, a number a number. Raises BadInput for anything else.
    """
    scalars = _SCALARS.get(type(question), ())
    return _read(question, seed, reading.of_json(value, _parts(question, seed), scalars=scalars))


def mark(question: Question, response: Any) -> Marked:
    """What a response is worth; never raises: what is no response to this question is none."""
    return _KINDS[type(question)].mark(question, response)


def review(question: Question, seed: int, response: Any, shows: Shows) -> Reviewed:
    """What a person may see of their answer after their attempt, as Quiz.shows says."""
    asked, marked = ask(question, seed), mark(question, response)
    is_told = shows != "score"
    return Reviewed(
        kind=asked.kind,
        key=question.key,
        text=asked.text,
        points=question.points,
        is_answered=marked.is_answered,
        given_points=marked.fraction * question.points if is_told else None,
        state=marked.state if is_told else "",
        lines=_KINDS[type(question)].lines(question, _draw(question, seed), response, shows),
        explanation=question.feedback if shows == "answers" else "",
    )


def kind_of(question: Question) -> str:
    """The tag of its kind: "choice", "gaps"."""
    return ask(question, 0).kind


def inspect(question: Question) -> Found:
    """What must be put right before the question can be asked, and what its author may want to think about."""
    found = _KINDS[type(question)].inspect(question)
    if not question.text.strip():
        found.problems.insert(0, _("Escribe el texto de la pregunta."))
    return found


def _draw(question: Question, seed: int) -> Draw:
    return Draw(seed, "question", question.key)


def _parts(question: Question, seed: int) -> tuple[str, ...]:
    if not isinstance(question, _IN_PARTS):
        return ("",)
    return tuple(part.id for part in ask(question, seed).options)


def _read(question: Question, seed: int, fields: Fields) -> Any:
    return _KINDS[type(question)].read(question, _draw(question, seed), fields)
