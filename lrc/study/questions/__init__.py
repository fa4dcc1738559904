"""Questions: which are asked, how they are shown, read, marked and reviewed, and what their authors may not write."""

from lrc.study.questions.drawing import choose, maximum
from lrc.study.questions.kinds import ask, kind_of, mark, read_form, read_json, review
from lrc.study.questions.problems import advice, problems, quiz_problems, total
from lrc.study.questions.shapes import Asked, Marked, MarkedPart, Reviewed, ReviewedLine, Shown, Shows

__all__ = [
    "Asked",
    "Marked",
    "MarkedPart",
    "Reviewed",
    "ReviewedLine",
    "Shown",
    "Shows",
    "advice",
    "ask",
    "choose",
    "kind_of",
    "mark",
    "maximum",
    "problems",
    "quiz_problems",
    "read_form",
    "read_json",
    "review",
    "total",
]
