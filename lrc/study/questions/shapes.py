"""What asking, marking and reviewing a question hand to pages, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from lrc.study.questions import gaptext

Shows = Literal["answers", "marks", "score"]
State = Literal["right", "partly", "wrong", "unanswered", ""]
"""How an answer was; empty where that is not to be shown."""

_NEARLY = 1e-9


@dataclass(frozen=True)
class Shown:
    """Something to be chosen, matched, put in order or filled: with an id for this attempt only."""

    id: str
    text: str = ""
    """Markdown of options, left sides and items; plain text of right sides and of what a gap's list holds."""
    given: str = ""
    """What was answered so far: of an option "1" where it is chosen, of a left side the id of its right side, of an
    item its place from 1, of a gap its words, or the id of those that were chosen from its list."""
    choices: tuple[Shown, ...] = ()
    """Of a gap: the list to choose from; empty where it is to be written."""


@dataclass(frozen=True)
class Asked:
    """All that a page may know of a question while it is being answered, and what was answered so far."""

    kind: str
    """The tag of its type: "choice", "choices", "truefalse", "numeric", "short", "matching", "ordering", "gaps"."""
    key: str
    text: str
    """Markdown; of gaps with [[id]] where a gap is."""
    points: float
    hint: str = ""
    options: tuple[Shown, ...] = ()
    """Options, left sides, items or gaps; of true or false two with the ids "true" and "false"."""
    rights: tuple[Shown, ...] = ()
    """Of matching: the right sides to choose from."""
    units: tuple[str, ...] = ()
    needs_unit: bool = False
    given: str = ""
    """Of numbers and short texts: what was written so far."""
    remark: str = ""
    """A sentence on what was answered so far where it cannot be meant (no number, two in one place); not on whether it
    is right."""

    @property
    def field(self) -> str:
        """The name of its form field, and how those of its parts begin."""
        return f"q-{self.key}"

    def field_of(self, part: Shown) -> str:
        return f"q-{self.key}-{part.id}"

    def running(self, html: Callable[[str], str]) -> list[Markup | Shown]:
        """Of gaps: the text as HTML with the gaps between its pieces; ``html`` makes safe HTML of Markdown."""
        return gaptext.running(self.text, self.options, lambda gap: gap.id, html)


@dataclass(frozen=True)
class MarkedPart:
    """An option that was chosen, a pair, an item or a gap, by its key; ``fraction`` may be below 0 for an option."""

    key: str
    fraction: float


@dataclass(frozen=True)
class Marked:
    """What an answer is worth."""

    fraction: float
    """0 to 1, of the question's points."""
    is_answered: bool
    feedback: tuple[str, ...] = ()
    """Markdown: what the author says to this answer. What they say to every answer is Question.feedback."""
    parts: tuple[MarkedPart, ...] = ()

    @property
    def state(self) -> State:
        return state_of(self.fraction) if self.is_answered else "unanswered"


@dataclass(frozen=True)
class ReviewedLine:
    """One option, pair, item, gap or written answer of a question under review."""

    text: str = ""
    """Markdown: the option, the left side, the item; empty of gaps and written answers."""
    id: str = ""
    """Of a gap: as in Reviewed.text."""
    given: str = ""
    """In words what was answered here: a right side, a place, what was written. Plain text."""
    is_given: bool = False
    """Of an option: it was chosen. Of others: something was answered."""
    state: State = ""
    right: str = ""
    """In words what would have been right, where the answer was not and this may be shown. Plain text."""
    is_right: bool = False
    """Of an option: it is a right one, where this may be shown."""
    feedback: str = ""
    """Markdown."""


@dataclass(frozen=True)
class Reviewed:
    """What a person may see of their answer once their attempt is submitted."""

    kind: str
    key: str
    text: str
    points: float
    is_answered: bool
    given_points: float | None = None
    """None where it is not to be shown."""
    state: State = ""
    lines: tuple[ReviewedLine, ...] = ()
    explanation: str = ""
    """Markdown: what the author says to every answer; only where the right answers are shown, since it tells them."""

    def running(self, html: Callable[[str], str]) -> list[Markup | ReviewedLine]:
        """Of gaps: the text as HTML with their lines between its pieces; ``html`` makes safe HTML of Markdown."""
        return gaptext.running(self.text, self.lines, lambda line: line.id, html)


@dataclass(frozen=True)
class Found:
    """What the author may not write (``problems``) and what they may want to think about (``advice``), as sentences."""

    problems: list[Any] = field(default_factory=list)
    advice: list[Any] = field(default_factory=list)


def state_of(fraction: float) -> State:
    if fraction >= 1 - _NEARLY:
        return "right"
    return "partly" if fraction > _NEARLY else "wrong"


def bounded(fraction: float) -> float:
    """Never below 0 or above 1; what lacks no more than a rounding error of 1 is 1."""
    return 1.0 if fraction >= 1 - _NEARLY else max(0.0, fraction)
