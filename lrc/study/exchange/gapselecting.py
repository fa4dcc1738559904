"""Texts whose gaps are all lists, as Moodle's gapselect: [[2]] in the text stands for the second of its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lrc.study.content import Gap, Gaps

_MOST_GROUPS = 20


@dataclass(frozen=True)
class Listed:
    """For each gap's key the number of its right word; and the words, each with the number of its group."""

    numbers: Mapping[str, int]
    words: tuple[tuple[str, int], ...]


def listed(question: Gaps) -> Listed | None:
    """The question in this manner; None where it says more: something to be typed, feedback, parts of the points."""
    rights = {gap.key: _right(gap) for gap in question.gaps}
    groups = list(dict.fromkeys(gap.choices for gap in question.gaps))
    if not all(rights.values()) or len(groups) > _MOST_GROUPS:
        return None
    begins = [1 + sum(map(len, groups[:at])) for at in range(len(groups))]
    numbers = {gap.key: begins[groups.index(gap.choices)] + gap.choices.index(rights[gap.key]) for gap in question.gaps}
    return Listed(numbers, tuple((word, at) for at, group in enumerate(groups, 1) for word in group))


def _right(gap: Gap) -> str:
    """The one right word of a list; empty where there is more to say."""
    if len(gap.choices) < 2 or len(set(gap.choices)) < len(gap.choices) or len(gap.answers) != 1:
        return ""
    answer = gap.answers[0]
    word = answer.text.replace(r"\*", "*")
    is_plain = answer.fraction == 1 and not answer.feedback and "*" not in answer.text.replace(r"\*", "")
    return word if is_plain and word in gap.choices else ""
