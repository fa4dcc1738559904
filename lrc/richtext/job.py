"""One text on its way to HTML: what is known of it, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lrc.richtext.glossary import Terms
from lrc.richtext.pieces import Pieces
from lrc.richtext.surroundings import Problem, Trouble, problem
from lrc.richtext.taming import Stopwatch


@dataclass
class Job:
    text: str
    terms: Terms
    is_whole: bool
    """Whether it is a lesson, with headings, footnotes, boxes and a glossary."""
    watch: Stopwatch
    pieces: Pieces
    problems: list[Problem] = field(default_factory=list)

    def note(self, trouble: Trouble, what: str, source: str) -> None:
        self.problems.append(problem(trouble, what, self.pieces.line_of(source)))
