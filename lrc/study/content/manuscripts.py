"""What a module and a course are made of, as drafts, versions and folders hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from lrc.study.content.questions import Key, Line, Prose, Question

LESSON_CHARACTERS = 60_000
Text = Annotated[str, Meta(max_length=LESSON_CHARACTERS)]
Minutes = Annotated[int, Meta(ge=0, le=60_000)]
Lines = Annotated[tuple[Line, ...], Meta(max_length=30)]
RecordId = Annotated[str, Meta(min_length=1, max_length=255)]
_PARTS, _QUESTIONS, _MODULES = 100, 300, 100


class Lesson(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="lesson", tag_field="type"):
    key: Key
    title: Line
    text: Text = ""
    """Markdown, as lrc.richtext.lessons reads it."""
    minutes: Minutes = 0


class Quiz(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="quiz", tag_field="type"):
    key: Key
    title: Line
    intro: Prose = ""
    minutes: Minutes = 0
    questions: Annotated[tuple[Question, ...], Meta(max_length=_QUESTIONS)] = ()
    draws: Mapping[Line, Annotated[int, Meta(ge=1, le=_QUESTIONS)]] = field(default_factory=dict)
    """How many questions of a pool are asked; of a pool that is not named here all are."""
    shuffle: bool = False
    """Whether each attempt asks the questions in another order."""
    attempts: Annotated[int, Meta(ge=0, le=100)] = 0
    """How many a person has; 0: as many as they like."""
    time_limit_minutes: Annotated[int, Meta(ge=0, le=600)] = 0
    """For one attempt; 0: none."""
    pass_percent: Annotated[int, Meta(ge=0, le=100)] = 60
    counts: Literal["best", "last"] = "best"
    """Which of a person's attempts counts."""
    shows: Literal["answers", "marks", "score"] = "answers"
    """What a person sees of an attempt once it is submitted: also the right answers; what was right and wrong in their
    own, with its feedback; or the points alone."""


PartContent = Lesson | Quiz


class Term(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of a module's glossary."""

    term: Line
    meaning: Prose


class Described(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What courses and modules say of themselves."""

    title: Annotated[str, Meta(max_length=500)]
    summary: Prose = ""
    objectives: Lines = ()
    """What one will be able to do."""
    creators: Lines = ()
    language: Annotated[str, Meta(max_length=35)] = "es"
    level: Annotated[str, Meta(max_length=40)] = ""
    """A code of catalog.levels, or empty."""
    subjects: Lines = ()
    license: Line = "CC BY 4.0"
    minutes: Minutes = 0
    """How long it takes; 0: as long as its parts say."""


class Module(Described, frozen=True):
    glossary: Annotated[tuple[Term, ...], Meta(max_length=200)] = ()
    parts: Annotated[tuple[PartContent, ...], Meta(max_length=_PARTS)] = ()


class Course(Described, frozen=True):
    for_whom: Prose = ""
    prerequisites: Prose = ""
    is_self_study: bool = True
    gives_certificate: bool = False
    cover: Line = ""
    """The name of its image that is its cover; empty: none."""
    modules: Annotated[tuple[RecordId, ...], Meta(max_length=_MODULES)] = ()
    """The record_ids of its modules, in order."""
