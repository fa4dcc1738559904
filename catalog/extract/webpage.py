"""How a web page (HTML) becomes sections under its headings."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from catalog.extract import plain
from catalog.extract.about import About
from catalog.extract.contents import Block, Contents, clean_line, gather
from catalog.extract.limits import Limits
from catalog.extract.markup import Element, parse_html, walk
from catalog.extract.refusal import Failure, Unreadable
from catalog.extract.webabout import Inspection

_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_WHITE = re.compile(r"\s+")
_SKIPPED = frozenset(
    {
        "head", "script", "style", "nav", "template", "noscript", "svg", "iframe", "object", "button",
        "select", "option", "textarea", "datalist", "canvas",
    }
)  # fmt: skip
_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
        "i", "img", "ins", "kbd", "label", "mark", "math", "mi", "mn", "mo", "mrow", "ms", "mtext", "msub",
        "msup", "msubsup", "mfrac", "msqrt", "q", "ruby", "rb", "rt", "rp", "s", "samp", "semantics", "small",
        "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


def read(path: Path, limits: Limits) -> Contents:
    content = path.read_bytes() if path.stat().st_size <= 2 * limits.max_text_bytes else None
    if content is None:
        raise Unreadable(Failure.TOO_MUCH_TEXT, f"{path.stat().st_size} bytes")
    root = parse_html(decode(content))
    if root is None:
        raise Unreadable(Failure.EMPTY, "no elements")
    title = clean_line(root.findtext(".//title") or "")
    return Contents(gather(blocks(root), label=title), about=lambda: _about(root))


def _about(root: Element) -> About:
    inspection = Inspection()
    inspection.look(root)
    return inspection.about()


def decode(content: bytes) -> str:
    """The text of a page in the encoding that it declares, where that is true, else as plain text is decoded."""
    declared = _CHARSET.search(content[:2048])
    if declared and not content.startswith((b"\xff\xfe", b"\xfe\xff", codecs.BOM_UTF8)):
        try:
            return content.decode(declared[1].decode("ascii"))
        except (LookupError, ValueError):
            pass
    return plain.decode(content)


def blocks(root: Element) -> Iterator[Block]:
    """Paragraphs, headings, list items and tables in the order of the page."""
    page = _Page()
    for event, name, element in walk(root, _SKIPPED):
        if event == "start":
            yield from page.enter(name, element)
        else:
            yield from page.leave(name, element, is_root=element is root)
    yield from page.flush()


class _Page:
    """The text since the last end of a paragraph, and what surrounds it."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._mark = ""
        self._preformatted = 0
        self._table: Element | None = None
        self._is_verbatim = False

    def enter(self, name: str, element: Element) -> Iterator[Block]:
        if name == "table" and self._table is None and _holds_data(element):
            yield from self.flush()
            self._table = element
        elif name == "br":
            self._text.append("\n")
        elif self._is_block(name):
            yield from self.flush()
            self._mark = "• " if name == "li" else self._mark
        self._preformatted += name == "pre"
        self._say(element.text)

    def leave(self, name: str, element: Element, *, is_root: bool) -> Iterator[Block]:
        self._preformatted -= name == "pre"
        if self._table is not None and name in ("td", "th", "tr"):
            self._text.append("\n" if name == "tr" else " | ")
        elif self._table is element:
            self._table = None
            yield from self.flush()
        elif self._is_block(name):
            yield from self.flush(_HEADINGS.get(name, 0))
        elif name not in _INLINE:
            self._text.append(" ")
        if not is_root:
            self._say(element.tail)

    def flush(self, level: int = 0) -> Iterator[Block]:
        lines = "".join(self._text).split("\n")
        text = "\n".join(lines if self._is_verbatim else [line.strip("| ") for line in lines]).strip("\n")
        self._text, self._is_verbatim = [], False
        if text:
            mark, self._mark = ("" if level else self._mark), ""
            yield Block(mark + text, level)

    def _is_block(self, name: str) -> bool:
        return name not in _INLINE and name not in _SKIPPED and name != "br" and self._table is None

    def _say(self, text: str | None) -> None:
        if text:
            self._is_verbatim = self._preformatted > 0
            self._text.append(text if self._is_verbatim else _WHITE.sub(" ", text))


def _holds_data(table: Element) -> bool:
    """Is it a table of data, not one of those that old pages are laid out with?"""
    return next(table.iterdescendants("{*}table", "{*}h1", "{*}h2", "{*}h3"), None) is None
