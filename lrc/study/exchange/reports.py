"""What came of reading or writing an exchange file, with a sentence for each thing that was not kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from lrc.errors import BadFile
from lrc.study.content import Misfit, Question, tidied

Sentence: TypeAlias = "str | LazyString"
_NAME_CHARACTERS = 80


@dataclass(frozen=True)
class Line:
    """One thing that was not kept: ``question`` is its name or first words, ``line`` of the file from 1; 0: unknown."""

    sentence: Sentence
    question: str = ""
    line: int = 0


@dataclass(frozen=True)
class Imported:
    """What a question bank holds; ``images`` by the names that the questions use."""

    questions: tuple[Question, ...]
    images: Mapping[str, bytes] = field(default_factory=dict)
    report: tuple[Line, ...] = ()

    @property
    def pools(self) -> tuple[str, ...]:
        """The categories of the bank, in the order of the file."""
        return tuple(dict.fromkeys(each.pool for each in self.questions if each.pool))


@dataclass(frozen=True)
class Exported:
    """A file to download, and what could not be said in its format."""

    data: bytes
    report: tuple[Line, ...] = ()


@dataclass
class Report:
    """Collects lines while a file is read or written; what is said is about ``question`` at ``line``."""

    lines: list[Line] = field(default_factory=list)
    question: str = ""
    line: int = 0
    _said: set[str] = field(default_factory=set)

    def about(self, name: str, line: int = 0) -> None:
        """From now on lines are about this question."""
        short = " ".join(name.split())
        self.question = short if len(short) <= _NAME_CHARACTERS else short[: _NAME_CHARACTERS - 1] + "…"
        self.line = line
        self._said = set()

    def say(self, sentence: Sentence) -> None:
        """Say it once of this question, however often it is met."""
        if str(sentence) not in self._said:
            self._said.add(str(sentence))
            self.lines.append(Line(sentence, self.question, self.line))


class Unkept(Exception):
    """A question cannot be kept, for the reason that ``sentence`` says."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(type(self).__name__))
        self.sentence = sentence


_TOO_MUCH = {
    "length <=": _("Tiene un texto más largo, o más opciones, de lo que cabe en una pregunta: no la tomamos."),
    "length >=": _("Le faltan opciones o respuestas: no la tomamos."),
}


def checked(question: Question) -> Question:
    """The question as it can be kept. Raises Unkept where it is beyond what questions may be."""
    try:
        return tidied(question)
    except Misfit as misfit:
        for words, sentence in _TOO_MUCH.items():
            if words in misfit.why:
                raise Unkept(sentence) from misfit
        raise Unkept(_("Tiene un valor que no puede ser: no la tomamos.")) from misfit


def unreadable(sentence: Sentence, detail: str = "") -> BadFile:
    """What to raise where a whole file cannot be read."""
    return BadFile(sentence, advice=_("Revisa el archivo y súbelo otra vez."), detail=detail)


def grouped(report: Sequence[Line]) -> list[tuple[Sentence, list[Line]]]:
    """The lines by what they say, in the order of their first, as pages show them."""
    groups: dict[str, tuple[Sentence, list[Line]]] = {}
    for line in report:
        groups.setdefault(str(line.sentence), (line.sentence, []))[1].append(line)
    return list(groups.values())
