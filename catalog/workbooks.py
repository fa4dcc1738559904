"""Tables in workbooks (XLSX), to be read and written. The only module that knows openpyxl."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

MOST_COLUMNS = 500
CELL_CHARACTERS = 32_767
"""Longest text of a cell in a workbook."""
_WIDTH = 28


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The workbook at ``path``, to be read row by row; raises whatever openpyxl runs into where it is broken.

    To be measured as an archive first: what it unpacks to is held in memory.
    """
    # Given a path, openpyxl goes by the ending of its name, and ours have none: they lie under their keys.
    with (
        path.open("rb") as stream,
        closing(openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)) as workbook,
    ):
        for sheet in workbook.worksheets:
            # What a sheet says of its own size is often wrong, and may be a million rows for one cell.
            sheet.reset_dimensions()
        yield workbook


def lines(path: Path, most: int) -> Iterator[list[str]]:
    """The cells of the first sheet as text, at most so many rows; raises as ``opened``."""
    with opened(path) as workbook:
        for row in workbook.worksheets[0].iter_rows(max_row=most, max_col=MOST_COLUMNS, values_only=True):
            yield [as_text(value) for value in row]


def as_text(value: object) -> str:
    """A cell as one would type it: "" for nothing, whole numbers without a point, days as 2015-03-21."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def write(stream: IO[bytes], rows: Iterable[Sequence[str]], title: str) -> None:
    """A workbook with one sheet of texts, the first row kept in sight; nothing in it is taken for a formula."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.sheet_format.defaultColWidth = _WIDTH
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    workbook.save(stream)


def _cell(sheet: Any, text: str) -> Any:
    # What XML cannot hold would end the whole table in an error.
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:CELL_CHARACTERS])
    cell.data_type = "s"  # a title may begin with "="
    return cell
