"""Binds a manuscript as a workbook, one sheet for each section. The only module here that knows openpyxl."""

from __future__ import annotations

import datetime
import re
import zipfile
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from lrc.practice.bookbinding.archive import repack
from lrc.practice.bookbinding.manuscript import Heading, Listing, Manuscript, Paragraph, Section, Spans, Table, plain

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ROW = re.compile(r"\{row(?P<shift>-\d+)?\}")
_NARROW, _WIDE, _FIRST = 14, 48, 34
"""Widths of columns, in characters: the least, the most, and the least of the first."""
_NOTE_COLUMNS = 5
_LINE_HEIGHT_POINTS = 15.5
_FACE = "Calibri"
_HEAD = PatternFill("solid", fgColor="8A3B12")
_UNDER = Border(bottom=Side("thin", color="D9D4C8"))


def bind(manuscript: Manuscript) -> bytes:
    workbook = Workbook()
    _describe(workbook, manuscript)
    workbook.remove(workbook.worksheets[0])
    for position, section in enumerate(manuscript.sections):
        sheet = workbook.create_sheet(section.title)
        _set_widths(sheet, section)
        if position == 0:
            _line(sheet, manuscript.title, Font(_FACE, 18, bold=True))
            _line(sheet, manuscript.description, Font(_FACE, 11, italic=True, color="555B63"))
        _fill(sheet, section)
        if position == 0:
            _line(sheet, manuscript.colophon, Font(_FACE, 9, color="555B63"))
    buffer = BytesIO()
    # save() would write the present hour into the properties.
    ExcelWriter(workbook, zipfile.ZipFile(buffer, "w")).save()
    return repack(buffer.getvalue(), manuscript.date)


def _describe(workbook: Workbook, manuscript: Manuscript) -> None:
    properties = workbook.properties
    properties.title, properties.creator = manuscript.title, "; ".join(manuscript.creators)
    properties.description, properties.keywords = manuscript.license, ", ".join(manuscript.subjects)
    properties.language = manuscript.language
    properties.created = properties.modified = datetime.datetime.combine(manuscript.date, datetime.time())


def _fill(sheet: Worksheet, section: Section) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _line(sheet, section.title, Font(_FACE, 14, bold=True, color="8A3B12"))
    for block in section.blocks:
        match block:
            case Heading(_, text):
                _line(sheet, text, Font(_FACE, 11, bold=True))
            case Paragraph(spans):
                _line(sheet, plain(spans), Font(_FACE, 11))
            case Listing(items, numbered):
                for number, item in enumerate(items, start=1):
                    _line(sheet, f"{number}. {plain(item)}" if numbered else f"• {plain(item)}", Font(_FACE, 11))
            case Table(rows):
                _table(sheet, rows)


def _set_widths(sheet: Worksheet, section: Section) -> None:
    rows = [[plain(cell) for cell in row] for block in section.blocks if isinstance(block, Table) for row in block.rows]
    for column in range(_NOTE_COLUMNS):
        longest = max((len(row[column]) + 3 for row in rows if column < len(row) and row[column][:1] != "="), default=0)
        width = min(_WIDE, max(longest, _NARROW if column else _FIRST))
        sheet.column_dimensions[get_column_letter(column + 1)].width = width


def _width(sheet: Worksheet, column: int) -> float:
    return float(sheet.column_dimensions[get_column_letter(column)].width)


def _line(sheet: Worksheet, text: str, font: Font) -> None:
    """A note across the columns, in a row high enough for its length."""
    row = sheet.max_row + 1 if sheet["A1"].value is not None else 1
    cell = sheet.cell(row, 1, text)
    cell.font, cell.alignment = font, Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=_NOTE_COLUMNS)
    across = sum(_width(sheet, column) for column in range(1, _NOTE_COLUMNS + 1))
    sheet.row_dimensions[row].height = (1 + len(text) // across) * max(_LINE_HEIGHT_POINTS, float(font.size) * 1.4) + 3


def _table(sheet: Worksheet, rows: tuple[tuple[Spans, ...], ...]) -> None:
    first = sheet.max_row + 2
    for row, cells in enumerate(rows, start=first):
        lines = 1
        for column, spans in enumerate(cells, start=1):
            text = plain(spans)
            value = _value(text, row)
            side = "left" if isinstance(value, str) and not value.startswith("=") else "right"
            cell = sheet.cell(row, column, value)
            strong = row == first or any(span.style == "bold" for span in cells[0])
            cell.font = Font(_FACE, 11, bold=strong, color="FFFFFF" if row == first else "22262B")
            cell.alignment = Alignment(side, "top", wrap_text=True, indent=1 if column > 1 else 0)
            cell.border = _UNDER
            if row == first:
                cell.fill = _HEAD
            if not text.startswith("="):
                lines = max(lines, 1 + int(len(text) * 1.1 // _width(sheet, column)))
        sheet.row_dimensions[row].height = lines * _LINE_HEIGHT_POINTS
    sheet.cell(sheet.max_row + 1, 1, "")


def _value(text: str, row: int) -> str | int | float:
    """A number where the text is one; ``{row}`` and ``{row-3}`` in a formula are counted from its own row."""
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    if text.startswith("="):
        return _ROW.sub(lambda match: str(row + int(match["shift"] or 0)), text)
    return text
