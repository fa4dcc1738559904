"""Binds a manuscript as slides, one for each section. The only module here that knows python-pptx."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pptx
from lxml import etree
from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Length, Pt

from lrc.practice.bookbinding.archive import repack
from lrc.practice.bookbinding.manuscript import Listing, Manuscript, Paragraph, Section, Spans, Table

# Bound to a name with a type: the library leaves this one untyped.
_colour: Callable[[str], RGBColor] = RGBColor.from_string
_ACCENT = _colour("8A3B12")
_INK = _colour("22262B")
_PAPER = _colour("F6F2EA")
_WHITE = _colour("FFFFFF")
_QUIET = _colour("555B63")
_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_MARGIN = Inches(0.9)
_TEXT_WIDTH = Emu(_WIDTH - 2 * _MARGIN)
_TITLE_LAYOUT, _BODY_LAYOUT = 0, 1
_TOP = Inches(1.7)
_HANG = Inches(0.5)
_ROW_HEIGHT = Inches(0.48)


def bind(manuscript: Manuscript) -> bytes:
    show = pptx.Presentation()
    show.slide_width, show.slide_height = _WIDTH, _HEIGHT
    properties = show.core_properties
    properties.title, properties.author = manuscript.title, "; ".join(manuscript.creators)
    properties.keywords, properties.comments = ", ".join(manuscript.subjects), manuscript.license
    properties.created = properties.modified = datetime.datetime.combine(manuscript.date, datetime.time(), datetime.UTC)
    properties.last_modified_by, properties.language = properties.author, manuscript.language
    _opening(show, manuscript)
    for section in manuscript.sections:
        _slide(show, section)
    buffer = BytesIO()
    show.save(buffer)
    return repack(buffer.getvalue(), manuscript.date)


def _opening(show: Any, manuscript: Manuscript) -> None:
    slide = show.slides.add_slide(show.slide_layouts[_TITLE_LAYOUT])
    _bar(slide, Inches(1.6))
    title = _place(slide.shapes.title, Inches(1.9), Inches(1.9))
    _fill(title, ((manuscript.title, 44, _INK, True),))
    subtitle = _place(slide.placeholders[1], Inches(4.0), Inches(2.6))
    _fill(subtitle, ((manuscript.description, 20, _QUIET, False), (manuscript.colophon, 14, _QUIET, False)))


def _slide(show: Any, section: Section) -> None:
    slide = show.slides.add_slide(show.slide_layouts[_BODY_LAYOUT])
    _bar(slide, Inches(0.5))
    _fill(_place(slide.shapes.title, Inches(0.65), Inches(0.9)), ((section.title, 34, _ACCENT, True),))
    tables = [block for block in section.blocks if isinstance(block, Table)]
    top: Length = _TOP
    for table in tables:
        _table(slide, table, top)
        top = Emu(top + _ROW_HEIGHT * len(table.rows) + Inches(0.3))
    body = slide.placeholders[1]
    if len(tables) == len(section.blocks):
        body._element.getparent().remove(body._element)
    else:
        _bullets(_place(body, top, Emu(_HEIGHT - top - Inches(0.5))), section, 22 if tables else 26)


def _bar(slide: Any, top: Length) -> None:
    bar = slide.shapes.add_shape(1, _MARGIN, top, Inches(1.1), Inches(0.09))
    bar.fill.solid()
    bar.fill.fore_color.rgb = _ACCENT
    bar.line.fill.background()


def _place(shape: Any, top: Length, height: Length) -> Any:
    shape.left, shape.top, shape.width, shape.height = _MARGIN, top, _TEXT_WIDTH, height
    return shape


def _fill(shape: Any, paragraphs: tuple[tuple[str, int, RGBColor, bool], ...]) -> None:
    """Texts one under the other, each with its size in points, colour and weight, from the left."""
    frame = shape.text_frame
    for position, (text, points, colour, bold) in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.space_after = 1, Pt(10)
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.color.rgb, run.font.bold = Pt(points), colour, bold


def _bullets(shape: Any, section: Section, points: int) -> None:
    """Lists as they are, paragraphs without a mark, in letters of so many points."""
    lines: list[tuple[Spans, str]] = []
    for block in section.blocks:
        match block:
            case Listing(items, numbered):
                lines += [(item, "buAutoNum" if numbered else "buChar") for item in items]
            case Paragraph(spans):
                lines.append((spans, "buNone"))
    frame = shape.text_frame
    for position, (spans, mark) in enumerate(lines):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(12)
        _mark(paragraph, mark)
        _write(paragraph, spans, points)


def _mark(paragraph: Any, mark: str) -> None:
    attributes = {"buAutoNum": {"type": "arabicPeriod"}, "buChar": {"char": "•"}, "buNone": {}}[mark]
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(_HANG))
    properties.set("indent", str(-_HANG))
    etree.SubElement(properties, qn(f"a:{mark}"), attributes)


def _write(paragraph: Any, spans: Spans, points: int) -> None:
    for span in spans:
        run = paragraph.add_run()
        run.text = span.text
        run.font.size, run.font.bold, run.font.italic = Pt(points), span.style == "bold", span.style == "italic"


def _table(slide: Any, table: Table, top: Length) -> None:
    rows, columns = len(table.rows), len(table.rows[0])
    shape = slide.shapes.add_table(rows, columns, _MARGIN, top, _TEXT_WIDTH, Emu(_ROW_HEIGHT * rows))
    for row, cells in enumerate(table.rows):
        for column, spans in enumerate(cells):
            cell = shape.table.cell(row, column)
            _write(cell.text_frame.paragraphs[0], spans, 18)
            cell.fill.solid()
            cell.fill.fore_color.rgb = _ACCENT if row == 0 else _PAPER
            if row == 0:
                for run in cell.text_frame.paragraphs[0].runs:
                    run.font.color.rgb = _WHITE
