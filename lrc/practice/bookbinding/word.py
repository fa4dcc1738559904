"""Binds a manuscript as a Word document with real headings and lists. The only module here that knows python-docx."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from lrc.practice.bookbinding.archive import repack
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

_ACCENT = RGBColor(0x8A, 0x3B, 0x12)
_INK = RGBColor(0x22, 0x26, 0x2B)
_TEMPLATE_BLUE = "4F81BD"
_LOCALES = {"es": "es-PE", "en": "en-GB"}


def bind(manuscript: Manuscript) -> bytes:
    document = docx.Document()
    _dress(document, manuscript)
    document.add_paragraph(manuscript.title, style="Title")
    document.add_paragraph(manuscript.description, style="Subtitle")
    for block in manuscript.blocks:
        _add(document, block)
    document.add_paragraph(manuscript.colophon, style="Caption")
    buffer = BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue(), manuscript.date)


def _dress(document: Document, manuscript: Manuscript) -> None:
    moment = datetime.datetime.combine(manuscript.date, datetime.time(), datetime.UTC)
    properties = document.core_properties
    properties.title, properties.author = manuscript.title, "; ".join(manuscript.creators)
    properties.subject, properties.keywords = manuscript.description[:255], ", ".join(manuscript.subjects)
    properties.comments, properties.language = manuscript.license, _LOCALES[manuscript.language]
    properties.created = properties.modified = moment
    properties.last_modified_by = properties.author
    for name, points, colour in (("Title", 24, _INK), ("Heading 1", 15, _ACCENT), ("Heading 2", 12.5, _INK)):
        font = document.styles[name].font
        font.size, font.color.rgb = Pt(points), colour
    document.styles["Normal"].font.size = Pt(11)
    document.styles["Subtitle"].font.color.rgb = RGBColor(0x55, 0x5B, 0x63)
    # The spelling checker follows this language, not that of the properties.
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LOCALES[manuscript.language])
    _recolour(document)


def _recolour(document: Document) -> None:
    """The blue of the library's own template gives way to our accent, in lines and table heads too."""
    for element in document.styles.element.iter():
        for name in [name for name, value in element.attrib.items() if value == _TEMPLATE_BLUE]:
            element.set(name, str(_ACCENT))


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading(level, text):
            document.add_heading(text, level - 1)
        case Paragraph(spans):
            _write(document.add_paragraph(), spans)
        case Listing(items, numbered):
            number = _fresh_numbering(document) if numbered else None
            for item in items:
                _list_item(document, item, number)
        case Table(rows):
            _table(document, rows)
        case Quote(paragraphs):
            for spans in paragraphs:
                _write(document.add_paragraph(style="Quote"), spans)
        case Code(text):
            document.add_paragraph().add_run(text).font.name = "Courier New"


def _write(paragraph: WordParagraph, spans: Spans) -> None:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.style == "bold" or None, span.style == "italic" or None


def _fresh_numbering(document: Document) -> int:
    """The style's own numbering would count on from one list to the next; this one begins at 1."""
    style = document.styles["List Number"].element
    numberings = document.part.numbering_part.element
    used = style.pPr.numPr.numId.val
    abstract = next(each for each in numberings.num_lst if each.numId == used).abstractNumId.val
    fresh = numberings.add_num(abstract)
    fresh.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(fresh.numId)


def _list_item(document: Document, item: Spans, number: int | None) -> None:
    paragraph = document.add_paragraph(style="List Bullet" if number is None else "List Number")
    if number is not None:
        properties: Any = paragraph._p.get_or_add_pPr()
        numbering = properties.get_or_add_numPr()
        numbering.get_or_add_ilvl().val = 0
        numbering.get_or_add_numId().val = number
    _write(paragraph, item)


def _table(document: Document, rows: tuple[tuple[Spans, ...], ...]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Light List Accent 1")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, spans in zip(row.cells, cells, strict=True):
            _write(cell.paragraphs[0], spans)
    # Screen readers announce the first row as headers.
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    document.add_paragraph()
