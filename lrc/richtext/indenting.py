"""Evens the indentation of lists and boxes: people indent by two, three or four spaces, Markdown here only by four."""

from __future__ import annotations

import re

_OPENING = re.compile(r" *(?P<mark>[-*+]|\d{1,9}[.)]|!!!|\[\^[^\]\n]+\]:)(?: +|$)")
_LEAST = 2
"""Spaces by which a line is inside of what is above it."""
_UNIT = 4


class Evener:
    """Goes through the lines of a text once, in which there is no fenced code any more."""

    def __init__(self) -> None:
        self._open: list[int] = []
        """The indents of the items and boxes in which the present line may be, from the outermost."""
        self._content = 0
        """Where the text of the innermost begins."""
        self._after_blank = True

    def even(self, lines: list[str]) -> list[str]:
        return [self._line(line) for line in lines]

    def _line(self, line: str) -> str:
        text = line.lstrip(" ")
        if not text:
            self._after_blank = True
            return line
        indent = len(line) - len(text)
        opening = _OPENING.match(line)
        if opening or indent or self._after_blank:
            while self._open and indent < self._open[-1] + _LEAST:
                self._open.pop()
        self._after_blank = False
        depth = len(self._open)
        if opening and (depth or indent < _UNIT):
            self._open.append(indent)
            self._content = opening.end()
            return " " * _UNIT * depth + text
        return " " * (_UNIT * depth + self._beyond(indent, depth)) + text if depth and indent else line

    def _beyond(self, indent: int, depth: int) -> int:
        """What of an indent is the text's own, as in code within an item."""
        base = _UNIT * depth if indent >= _UNIT * depth else self._content
        return indent - base if indent - base >= _UNIT else 0
