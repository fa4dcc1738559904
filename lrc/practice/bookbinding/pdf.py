"""Binds a manuscript as a PDF: a short guide on A4, or a manual on A5 with a cover, contents and chapters."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from lrc import typesetting
from lrc.practice.bookbinding.manuscript import (
    Block,
    Code,
    Heading,
    Listing,
    Manuscript,
    Paragraph,
    Quote,
    Spans,
    Table,
)


def bind(manuscript: Manuscript) -> bytes:
    return _set(manuscript, "guide")


def bind_manual(manuscript: Manuscript) -> bytes:
    return _set(manuscript, "manual")


def bind_damaged(manuscript: Manuscript) -> bytes:
    """Half of a PDF, as an interrupted download leaves it: it lacks the table that tells where its pages are."""
    whole = bind(manuscript)
    return whole[: len(whole) // 2]


def _set(manuscript: Manuscript, layout: str) -> bytes:
    template = resources.files(__package__).joinpath("book.typ").read_text(encoding="utf-8")
    data = {
        "layout": layout,
        "title": manuscript.title,
        "description": manuscript.description,
        "creators": manuscript.creators,
        "language": manuscript.language,
        "subjects": manuscript.subjects,
        "colophon": manuscript.colophon,
        "date": [manuscript.date.year, manuscript.date.month, manuscript.date.day],
        "blocks": [_block(block) for block in manuscript.blocks],
    }
    return typesetting.to_pdf(template, {"data": json.dumps(data)})


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level - 1, "text": text}
        case Paragraph(spans):
            return {"kind": "paragraph", "spans": _inline(spans)}
        case Listing(items, numbered):
            return {"kind": "numbered" if numbered else "bulleted", "items": [_inline(item) for item in items]}
        case Table(rows):
            return {"kind": "table", "rows": [[_inline(cell) for cell in row] for row in rows]}
        case Quote(paragraphs):
            return {"kind": "quote", "paragraphs": [_inline(spans) for spans in paragraphs]}
        case Code(text):
            return {"kind": "code", "text": text}


def _inline(spans: Spans) -> list[list[str]]:
    return [[span.text, span.style] for span in spans]
