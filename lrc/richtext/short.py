"""Short texts that people write, such as descriptions and remarks: some paragraphs of Markdown, made into safe HTML."""

from __future__ import annotations

import markdown
from markupsafe import Markup

from lrc.richtext.taming import as_paragraphs, has_wild_lines, tidy
from lrc.richtext.walls import ANYTHING, Allowed, clean

MAX_CHARACTERS = 6_000
"""What is longer, or nested or bracketed beyond what anybody writes by hand, is shown as plain paragraphs instead."""

ALLOWED = Allowed(
    tags=frozenset(
        {"p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6", "a"}
        | {"table", "thead", "tbody", "tr", "th", "td"}
    ),
    attributes={"a": {"href": ANYTHING, "title": ANYTHING}},
    links_bare_addresses=True,
)
RAW_HTML = ("html", "entity")
"""Markdown's inline patterns that would pass HTML on."""
REFERENCED = ("image_reference", "short_image_ref")
_MAX_BRACKETS = 200


def render(text: str) -> Markup:
    """Safe HTML of what somebody wrote; never raises, whatever the text."""
    text = tidy(text)
    if not _is_tame(text):
        return as_paragraphs(text)
    return clean(marked_up(text), ALLOWED)


def plain(text: str) -> str:
    """The same without any formatting, as one line: for places that take plain text only."""
    return render(text).striptags()


def _is_tame(text: str) -> bool:
    if len(text) > MAX_CHARACTERS or max(text.count("["), text.count("(")) > _MAX_BRACKETS:
        return False
    return not has_wild_lines(text)


def marked_up(text: str) -> str:
    """Markdown's HTML. Raw HTML is shown as the text that it is, never passed on."""
    return _Writer().convert(text)


class _Writer(markdown.Markdown):
    """Markdown with tables, without raw HTML and images, its headings beginning at the third level."""

    def __init__(self) -> None:
        headings = {"baselevel": 3, "marker": ""}
        super().__init__(
            extensions=["tables", "sane_lists", "toc"], extension_configs={"toc": headings}, output_format="html"
        )
        self.preprocessors.deregister("html_block")
        for pattern in (*RAW_HTML, "image_link", *REFERENCED):
            self.inlinePatterns.deregister(pattern)
