"""Tells what nobody writes by hand, on which Markdown and the walls would take minutes, or fail."""

from __future__ import annotations

import re
import time

from markupsafe import Markup, escape

MOST_INDENT, MOST_QUOTES = 40, 8
_LEADING = re.compile(r"^[ \t>*+\-0-9.)]*", re.MULTILINE)
_ANY_BREAK = re.compile(r"\r\n?")
_BLANK_LINES = re.compile(r"\n\s*\n")
_RUN = re.compile(r"([^\w\n])\1{499}|[^\s]{1500}")
"""One sign over and over, or a word without end: both make regular expressions go back and forth."""


def tidy(text: str) -> str:
    """The text with one kind of line break, and without what no page or database can hold."""
    return _ANY_BREAK.sub("\n", text).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class TooWild(Exception):
    """A text that would take too long; it is shown as it was typed instead."""


class Stopwatch:
    """Says when one rendering has used more of the processor than any text of an honest size needs."""

    def __init__(self, limit_s: float) -> None:
        self._end = time.thread_time() + limit_s

    def check(self) -> None:
        """Raises TooWild once the time is over."""
        if time.thread_time() > self._end:
            raise TooWild


def has_wild_lines(text: str) -> bool:
    """Is a line indented, quoted or listed deeper than by hand?"""
    return any(
        len(lead.expandtabs(4)) > MOST_INDENT or lead.count(">") > MOST_QUOTES or _markers(lead) > MOST_QUOTES
        for lead in _LEADING.findall(text)
    )


def has_wild_runs(text: str) -> bool:
    return _RUN.search(text) is not None


def _markers(lead: str) -> int:
    return sum(part in ("*", "+", "-") or part[-1] in ".)" for part in lead.split())


def as_paragraphs(text: str) -> Markup:
    """The text as it was typed, in plain paragraphs."""
    paragraphs = (part.strip() for part in _BLANK_LINES.split(text))
    return Markup("\n").join(Markup("<p>{}</p>").format(escape(part)) for part in paragraphs if part)
