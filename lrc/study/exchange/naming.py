"""The name that a question without one gets in a file where all must have one."""

from __future__ import annotations

import re

from lrc.study.exchange.escaping import unescaped

_CHARACTERS = 80
_LINKED = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_MARKS = re.compile(r"(?<!\\)[*`]|^ {0,3}(?:#{1,6}|>|[-+]|\d+\.)\s+", re.MULTILINE)


def name_from(markdown: str) -> str:
    """The first words of a question's text."""
    words = " ".join(unescaped(_MARKS.sub("", _LINKED.sub(r"\1", markdown[:400]))).split())
    return words if len(words) <= _CHARACTERS else words[: _CHARACTERS - 1] + "…"
