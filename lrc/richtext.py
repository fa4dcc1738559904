"""Markdown that people write, made into safe HTML: Markdown, then bleach, then nh3, bounded in size and nesting."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import bleach
import markdown
import nh3
from bleach.linkifier import LinkifyFilter
from markupsafe import Markup, escape

MAX_CHARACTERS = 6_000
"""What is longer, or nested or bracketed beyond what anybody writes by hand, is shown as plain paragraphs instead:
each of the three libraries takes minutes, or fails, on some such text."""

TAGS = frozenset(
    {"p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6", "a"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
ATTRIBUTES = {"a": {"href", "title"}}
PROTOCOLS = frozenset({"http", "https", "mailto"})
_REL = "nofollow noopener noreferrer"

_MAX_BRACKETS = 200
_MAX_INDENT = 40
_MAX_QUOTES = 8
_LEADING = re.compile(r"^[ \t>*+\-0-9.)]*", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n\s*\n")


def render(text: str) -> Markup:
    """Safe HTML of what somebody wrote; never raises, whatever the text."""
    text = text.replace("\r\n", "\n").replace("\x00", "")
    if not _is_tame(text):
        return _plain(text)
    return Markup(_nh3_wall(_bleach_wall(_marked_up(text))))  # noqa: S704 (the two walls stand before it)


def plain(text: str) -> str:
    """The same without any formatting, as one line: for places that take plain text only."""
    return render(text).striptags()


def words_of(html: str) -> str:
    """What a page of somebody else's says, on one line: no tags, no scripts, no styles. Cut long pages first."""
    return " ".join(
        unescape(nh3.clean(html.replace("<", " <"), tags=set(), clean_content_tags={"script", "style"})).split()
    )


def _is_tame(text: str) -> bool:
    if len(text) > MAX_CHARACTERS or max(text.count("["), text.count("(")) > _MAX_BRACKETS:
        return False
    return all(
        len(lead.expandtabs(4)) <= _MAX_INDENT and lead.count(">") <= _MAX_QUOTES and _markers(lead) <= _MAX_QUOTES
        for lead in _LEADING.findall(text)
    )


def _markers(lead: str) -> int:
    return sum(part in ("*", "+", "-") or part[-1] in ".)" for part in lead.split())


def _plain(text: str) -> Markup:
    paragraphs = (part.strip() for part in _BLANK_LINES.split(text))
    return Markup("\n").join(Markup("<p>{}</p>").format(escape(part)) for part in paragraphs if part)


def _marked_up(text: str) -> str:
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
        for pattern in ("html", "entity", "image_link", "image_reference", "short_image_ref"):
            self.inlinePatterns.deregister(pattern)


def _bleach_wall(html: str) -> str:
    cleaner = bleach.Cleaner(
        tags=TAGS,
        attributes={tag: sorted(names) for tag, names in ATTRIBUTES.items()},
        protocols=PROTOCOLS,
        strip=True,
        strip_comments=True,
        filters=[_Linkify],
    )
    return str(cleaner.clean(html))


class _Linkify(LinkifyFilter):
    """Makes bare addresses links, but not inside code."""

    def __init__(self, source: Any) -> None:
        super().__init__(source, callbacks=[], skip_tags={"pre", "code"}, parse_email=False)


def _nh3_wall(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"*": set()} | {tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(PROTOCOLS),
        strip_comments=True,
        link_rel=_REL,
    )
