"""How a workbook (XLSX) becomes pages of its sheets, a line for each row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog import workbooks
from catalog.extract import officeabout
from catalog.extract.about import About
from catalog.extract.archive import Archive
from catalog.extract.contents import Contents, Section, clean, pieces
from catalog.extract.limits import Limits
from catalog.extract.office import Package
from catalog.extract.refusal import Failure, Unreadable

# The beginning of a table says what it is about; nobody reads its ten thousandth row on a page.
SHEET_CHARACTERS = 600_000
ROWS_MOST = 100_000
COLUMNS_MOST = 500
CELL_CHARACTERS = 10_000


def read(path: Path, limits: Limits) -> Contents:
    """Sheets in order, their names as labels, long ones in several pages and only up to SHEET_CHARACTERS each."""
    archive = Archive(path)
    # Office never declares entities.
    archive.check(".xml", without=b"<!ENTITY")
    thumbnail = "docProps/thumbnail.jpeg"
    return Contents(
        _sections(path),
        picture=lambda: archive.read(thumbnail) if thumbnail in archive else None,
        about=lambda: About(offered=officeabout.offered(Package(path))),
    )


def _sections(path: Path) -> Iterator[Section]:
    try:
        with workbooks.opened(path) as workbook:
            for sheet in workbook.worksheets:
                yield from pieces(sheet.title, [clean("\n".join(_lines(sheet)))])
    except (Unreadable, MemoryError):
        raise
    # openpyxl meets a broken file with whatever error its code runs into.
    except Exception as error:
        raise Unreadable(Failure.CORRUPT, f"workbook: {error!r}") from error


def _lines(sheet: Any) -> Iterator[str]:
    length = 0
    for row in sheet.iter_rows(max_row=ROWS_MOST, max_col=COLUMNS_MOST, values_only=True):
        line = " | ".join(text for value in row if value is not None and (text := _in_words(value)))
        if line:
            yield line
            length += len(line)
        if length > SHEET_CHARACTERS:
            return


def _in_words(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    return " ".join(workbooks.as_text(value)[:CELL_CHARACTERS].split())
