"""Tells the lines of a table of contents, which name what other pages say, from lines that say something."""

from __future__ import annotations

_LEADERS = ".…·_"
_FEWEST_LINES = 3
_FEWEST_DOTS = 3
_MOST_DIGITS = 4


def without_contents(text: str) -> str:
    """The text without the lines that lead by dots to a page number, where it has several; otherwise as it is.

    Lines that only end in a number stay: those of a table of data do so too.
    """
    lines = text.split("\n")
    kept = [line for line in lines if not _leads_to_page(line)]
    return "\n".join(kept) if len(lines) - len(kept) >= _FEWEST_LINES else text


def _leads_to_page(line: str) -> bool:
    whole = line.rstrip()
    named = whole.rstrip("0123456789")
    if not 0 < len(whole) - len(named) <= _MOST_DIGITS:
        return False
    leader = named[len(named.rstrip(f"{_LEADERS} ")) :]
    return "…" in leader or sum(leader.count(sign) for sign in _LEADERS) >= _FEWEST_DOTS
