"""Writes the blocks of a manuscript as XHTML, for web pages and electronic books."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from lrc.practice.bookbinding.manuscript import Block, Code, Heading, Listing, Paragraph, Quote, Spans, Table

_TAGS = {"bold": "strong", "italic": "em"}


def as_xhtml(blocks: Iterable[Block]) -> str:
    return "\n".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(spans):
            return f"<p>{_inline(spans)}</p>"
        case Listing(items, numbered):
            tag = "ol" if numbered else "ul"
            return f"<{tag}>\n" + "\n".join(f"<li>{_inline(item)}</li>" for item in items) + f"\n</{tag}>"
        case Table(rows):
            return _table(rows)
        case Quote(paragraphs):
            return "<blockquote>" + "".join(f"<p>{_inline(spans)}</p>" for spans in paragraphs) + "</blockquote>"
        case Code(text):
            return f"<pre><code>{escape(text)}</code></pre>"


def _table(rows: tuple[tuple[Spans, ...], ...]) -> str:
    head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in rows[0])
    body = "\n".join("<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _inline(spans: Spans) -> str:
    return "".join(
        f"<{_TAGS[span.style]}>{escape(span.text)}</{_TAGS[span.style]}>" if span.style else escape(span.text)
        for span in spans
    )
