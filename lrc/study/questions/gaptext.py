"""Where the gaps are in a text: in its Markdown ([[key]]) and in the HTML that was made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from markupsafe import Markup

T = TypeVar("T")

PLACE = re.compile(r"\[\[([a-z0-9][a-z0-9-]{0,39})\]\]")
_BEGIN, _END = "\ue000", "\ue001"  # private use: no author's keyboard has them, and Markdown lets them be
_TOKEN = re.compile(rf"{_BEGIN}([0-9]+){_END}")
_TAG = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^'">])*>""")


def places(text: str) -> list[str]:
    """The keys that a text has a gap for, in order; a key may be there twice."""
    return PLACE.findall(text)


def renamed(text: str, names: Callable[[str], str | None]) -> str:
    """The text with other names in its gaps; one without a name stays as it is written."""

    def put(found: re.Match[str]) -> str:
        name = names(found[1])
        return found[0] if name is None else f"[[{name}]]"

    return PLACE.sub(put, text)


def running(text: str, gaps: Sequence[T], name: Callable[[T], str], html: Callable[[str], str]) -> list[Markup | T]:
    """The text as HTML in pieces, with the gaps between them, each once.

    ``html`` makes safe HTML of Markdown. A gap that the text has no place for, or whose place is inside a tag (a link's
    address), comes at the end, so that every gap can always be filled.
    """
    numbers = {name(gap): number for number, gap in enumerate(gaps)}
    marked = _marked(text, numbers)
    rendered = _TAG.sub(lambda found: _TOKEN.sub("", found[0]), str(html(marked)))
    pieces: list[Markup | T] = []
    left = dict(enumerate(gaps))
    at = 0
    for found in _TOKEN.finditer(rendered):
        pieces.append(Markup(rendered[at : found.start()]))  # noqa: S704 (a piece of the safe HTML)
        at = found.end()
        gap = left.pop(int(found[1]), None)
        if gap is not None:
            pieces.append(gap)
    pieces.append(Markup(rendered[at:]))  # noqa: S704 (as above)
    return pieces + list(left.values())


def _marked(text: str, numbers: dict[str, int]) -> str:
    """The text with tokens of ours for its gaps, which [[key]] would not be: that is Markdown's, or the glossary's."""
    text = text.replace(_BEGIN, "").replace(_END, "")
    return PLACE.sub(lambda found: f"{_BEGIN}{numbers[found[1]]}{_END}" if found[1] in numbers else found[0], text)
