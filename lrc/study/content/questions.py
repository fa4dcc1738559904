"""What a question is, of each kind: its words, its right answers, its feedback. Marking is lrc.study.questions'."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Key = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""Names a part, a question or an option within its surroundings; never shown, never changed."""
Line = Annotated[str, Meta(max_length=500)]
Prose = Annotated[str, Meta(max_length=6_000)]
"""Markdown of a paragraph or some."""
Points = Annotated[float, Meta(gt=0, le=1000)]
Fraction = Annotated[float, Meta(ge=-1, le=1)]
"""What an answer is worth: 1 is right, 0 wrong, between them in part; below 0 it takes away."""
_MOST_OPTIONS = 30


class Base(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type", kw_only=True):
    """What every question has."""

    key: Key
    text: Prose
    """Markdown. Of gaps: with [[key]] where a gap is."""
    points: Points = 1.0
    hint: Prose = ""
    feedback: Prose = ""
    """Shown with the answer, whatever it was."""
    pool: Line = ""
    """Questions of the same pool take turns: Quiz.draws says how many of them are asked."""
    name: Line = ""
    """For the author's eyes."""


class Option(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    key: Key
    text: Prose
    fraction: Fraction = 0.0
    feedback: Prose = ""


Options = Annotated[tuple[Option, ...], Meta(min_length=2, max_length=_MOST_OPTIONS)]


class Choice(Base, frozen=True, tag="choice"):
    """One of several options is to be chosen."""

    options: Options
    shuffle: bool = True


class Choices(Base, frozen=True, tag="choices"):
    """Several options may be chosen; those with a fraction above 0 are right."""

    options: Options
    shuffle: bool = True
    all_or_nothing: bool = False
    """Only all the right ones, and no other, are worth anything; otherwise the fractions add up, never below 0."""


class TrueFalse(Base, frozen=True, tag="truefalse"):
    is_true: bool
    if_true: Prose = ""
    """Feedback to who answered that it is true."""
    if_false: Prose = ""


class NumericAnswer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    value: float
    tolerance: Annotated[float, Meta(ge=0)] = 0.0
    """How far from the value is still right, in the question's unit."""
    fraction: Fraction = 1.0
    feedback: Prose = ""


class Unit(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    name: Line
    """As people write it: "kg"."""
    factor: Annotated[float, Meta(gt=0)] = 1.0
    """How many of the question's unit (the first) one of these is: of "g" beside "kg" 0.001."""


class Numeric(Base, frozen=True, tag="numeric"):
    """A number, with a comma or a point; the first answer that it lies within counts."""

    answers: Annotated[tuple[NumericAnswer, ...], Meta(min_length=1, max_length=_MOST_OPTIONS)]
    units: Annotated[tuple[Unit, ...], Meta(max_length=_MOST_OPTIONS)] = ()
    needs_unit: bool = False


class TextAnswer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    text: Line
    """"*" stands for any letters; a star itself is written \\*."""
    fraction: Fraction = 1.0
    feedback: Prose = ""


TextAnswers = Annotated[tuple[TextAnswer, ...], Meta(min_length=1, max_length=_MOST_OPTIONS)]


class Short(Base, frozen=True, tag="short"):
    """Some words; the first answer that matches counts."""

    answers: TextAnswers
    accents_matter: bool = False
    case_matters: bool = False


class Pair(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    key: Key
    left: Prose
    right: Line


class Matching(Base, frozen=True, tag="matching"):
    """Each left side is to be given its right side; equal right sides are the same one."""

    pairs: Annotated[tuple[Pair, ...], Meta(min_length=2, max_length=_MOST_OPTIONS)]
    others: Annotated[tuple[Line, ...], Meta(max_length=_MOST_OPTIONS)] = ()
    """Right sides that belong to none."""
    shuffle: bool = True


class Item(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    key: Key
    text: Prose


class Ordering(Base, frozen=True, tag="ordering"):
    """Items to be put into the order in which they stand here."""

    items: Annotated[tuple[Item, ...], Meta(min_length=2, max_length=_MOST_OPTIONS)]
    all_or_nothing: bool = False


class Gap(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    key: Key
    answers: TextAnswers
    choices: Annotated[tuple[Line, ...], Meta(max_length=_MOST_OPTIONS)] = ()
    """Where there are any, the gap is a list to choose from, in this order."""


class Gaps(Base, frozen=True, tag="gaps"):
    """A text with gaps to be filled; each is worth the same."""

    gaps: Annotated[tuple[Gap, ...], Meta(min_length=1, max_length=_MOST_OPTIONS)]
    accents_matter: bool = False
    case_matters: bool = False


Question = Choice | Choices | TrueFalse | Numeric | Short | Matching | Ordering | Gaps
