"""Takes out of a lesson's lines what Markdown must not touch: fenced code, formulas of their own, and cards."""

from __future__ import annotations

import re

from lrc.richtext import formulas
from lrc.richtext.pieces import Code, Formula, Piece, Pieces, Resource, Unread
from lrc.richtext.surroundings import Problem, Trouble, problem
from lrc.richtext.taming import Stopwatch

RESOURCE = re.compile(
    r"\[\[\s*(?:recurso|resource)\s*:\s*(?P<id>[^\s\[\]]{1,255})"
    r"(?:\s+(?:(?:p[aá]gina|page)=(?P<page>\d{1,6})|(?:segundo|second)=(?P<second>\d{1,6})))?\s*\]\]"
)
MARK = "[[recurso:{}]]"
"""How a lesson names a resource by its record_id; where that has spaces or brackets it cannot be named."""
_FENCE = re.compile(r"( *)(`{3,}|~{3,})[^`]*$")
_MATHS = re.compile(r"( *)\$\$(.*)$")
_MOST_LINES_OF_MATHS = 60


class Lifter:
    """Goes through the lines once; each block that is taken out leaves its token in a paragraph of its own."""

    def __init__(self, pieces: Pieces, problems: list[Problem], watch: Stopwatch) -> None:
        self._pieces = pieces
        self._problems = problems
        self._watch = watch

    def lift(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        at = 0
        while at < len(lines):
            self._watch.check()
            piece, end = self._block(lines, at)
            if piece is None:
                kept.append(lines[at])
            else:
                indent = lines[at][: len(lines[at]) - len(lines[at].lstrip(" "))]
                kept += ["", indent + self._pieces.token(piece), ""]
            at = end
        return kept

    def _block(self, lines: list[str], at: int) -> tuple[Piece | None, int]:
        line = lines[at]
        if fence := _FENCE.match(line):
            return self._code(lines, at, fence)
        if maths := _MATHS.match(line):
            return self._maths(lines, at, maths)
        found = RESOURCE.fullmatch(line.strip())
        return (resource(found, self._pieces), at + 1) if found else (None, at + 1)

    def _code(self, lines: list[str], at: int, fence: re.Match[str]) -> tuple[Piece, int]:
        """Code up to its closing fence; where there is none, up to the end, as everywhere."""
        indent, mark = len(fence[1]), fence[2]
        closing = re.compile(rf" *{re.escape(mark[0])}{{{len(mark)},}} *$")
        end = next((number for number in range(at + 1, len(lines)) if closing.match(lines[number])), len(lines))
        if end == len(lines):
            self._problems.append(problem(Trouble.UNCLOSED, mark, self._pieces.line_of(lines[at].strip())))
        block = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in lines[at : end + 1]]
        inside = "\n".join(block[1 : end - at])
        return Code("\n".join(block), self._pieces.line_of(lines[at].strip()), inside.strip("\n")), end + 1

    def _maths(self, lines: list[str], at: int, opening: re.Match[str]) -> tuple[Piece | None, int]:
        """A formula up to its closing marks, which stand before any empty line."""
        first = opening[2].rstrip()
        if first.endswith("$$") and len(first) > 2:
            return formula(first[:-2], lines[at].strip(), self._pieces, self._problems, is_block=True), at + 1
        for end in range(at + 1, min(at + _MOST_LINES_OF_MATHS, len(lines))):
            line = lines[end].strip()
            if line.endswith("$$"):
                latex = "\n".join([first, *lines[at + 1 : end], line[:-2]])
                source = "\n".join(lines[at : end + 1]).strip()
                return formula(latex, source, self._pieces, self._problems, is_block=True), end + 1
            if not line:
                break
        if "$$" not in first:
            self._problems.append(problem(Trouble.UNCLOSED, "$$", self._pieces.line_of(lines[at].strip())))
        return None, at + 1


def formula(latex: str, source: str, pieces: Pieces, problems: list[Problem], *, is_block: bool) -> Piece:
    """A formula; where it cannot be read, its LaTeX as code."""
    line = pieces.line_of(source.partition("\n")[0])
    try:
        mathml = formulas.to_mathml(latex, is_block=is_block)
    except formulas.BadFormula as error:
        trouble = Trouble.COMMAND if error.command else Trouble.FORMULA
        problems.append(problem(trouble, error.command or latex.strip(), line))
        return Unread(source, line, latex.strip())
    return Formula(source, line, formulas.words_of(mathml), mathml)


def resource(found: re.Match[str], pieces: Pieces) -> Piece:
    """The card that a match of RESOURCE asks for."""
    page, second = (int(found[name]) if found[name] else None for name in ("page", "second"))
    return Resource(found[0], pieces.line_of(found[0]), found["id"], page, second)
