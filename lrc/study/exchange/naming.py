"""The name that a question without one gets in a file where all must have one."""

from __future__ import annotations

from lrc import richtext

_CHARACTERS = 80


def name_from(markdown: str) -> str:
    """The first words of a question's text."""
    words = " ".join(richtext.plain(markdown[:400]).split())
    return words if len(words) <= _CHARACTERS else words[: _CHARACTERS - 1] + "…"
