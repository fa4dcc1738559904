"""Binds a manuscript as Markdown or as plain text."""

from __future__ import annotations

from lrc.practice.bookbinding.manuscript import (
    Block,
    Code,
    Heading,
    Listing,
    Manuscript,
    Paragraph,
    Quote,
    Table,
    plain,
)

_UNDERLINES = {1: "=", 2: "-"}


def bind_markdown(manuscript: Manuscript) -> bytes:
    parts = (f"# {manuscript.title}", manuscript.description, manuscript.source.strip(), "---", manuscript.colophon)
    return ("\n\n".join(parts) + "\n").encode()


def bind_plain(manuscript: Manuscript) -> bytes:
    """A paragraph is one line: whatever shows it breaks it to its own width."""
    body = (_block(block) for block in manuscript.blocks)
    parts = (_block(Heading(1, manuscript.title)), manuscript.description, *body, manuscript.colophon)
    return ("\n\n".join(parts) + "\n").encode()


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{text}\n{_UNDERLINES.get(level, '.') * len(text)}"
        case Paragraph(spans):
            return plain(spans)
        case Listing(items, numbered):
            marks = (f"{number}." if numbered else "-" for number in range(1, len(items) + 1))
            return "\n".join(f"{mark} {plain(item)}" for mark, item in zip(marks, items, strict=True))
        case Table():
            return _table(block)
        case Quote(paragraphs):
            return "\n\n".join(f"    {plain(spans)}" for spans in paragraphs)
        case Code(text):
            return text


def _table(table: Table) -> str:
    rows = [[plain(cell) for cell in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
