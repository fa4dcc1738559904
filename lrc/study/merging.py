"""Puts two texts together that were both written on a third, where they did not change the same lines."""

from __future__ import annotations

import difflib
from itertools import pairwise
from typing import NamedTuple

from lrc.study.content import Lesson, changed

_MOST_COMPARISONS = 1_500 * 1_500


class _Change(NamedTuple):
    """Lines ``start`` to ``end`` of the base become ``lines``."""

    start: int
    end: int
    lines: tuple[str, ...]


def merged(base: Lesson, mine: Lesson, theirs: Lesson) -> Lesson | None:
    """The lesson with the changes of both; None where both changed the same lines, or lines beside one another."""
    text = _merged_text(base.text, mine.text, theirs.text)
    if text is None:
        return None
    return changed(
        mine,
        title=theirs.title if mine.title == base.title else mine.title,
        minutes=theirs.minutes if mine.minutes == base.minutes else mine.minutes,
        text=text,
    )


def _merged_text(base: str, mine: str, theirs: str) -> str | None:
    lines = base.split("\n")
    sides = (mine.split("\n"), theirs.split("\n"))
    if any(len(lines) * len(side) > _MOST_COMPARISONS for side in sides):
        return None
    changes = sorted({change for side in sides for change in _changes(lines, side)})
    if any(after.start <= before.end for before, after in pairwise(changes)):
        return None
    for change in reversed(changes):
        lines[change.start : change.end] = change.lines
    return "\n".join(lines)


def _changes(base: list[str], side: list[str]) -> list[_Change]:
    opcodes = difflib.SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return [_Change(a, b, tuple(side[c:d])) for kind, a, b, c, d in opcodes if kind != "equal"]
