"""Reads a table of descriptions, a CSV file or a workbook, however one saved it; done in a child (catalog.bounded)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from catalog import workbooks
from catalog.extract.archive import Archive
from catalog.extract.refusal import Unreadable

ID = "id"
MOST_LINES = 20_000
_MOST_UNPACKED_BYTES = 200_000_000
_ENCODINGS = ("utf-8-sig", "cp1252")
_DELIMITERS = ",;\t"
# What spreadsheets are kept from taking for a formula (lrc.spreadsheets.safe), and what they make of line ends.
_GUARD = re.compile(r"(^|;)'(?=[\s\x00]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n])")
_LINE_ENDS = re.compile(r"\r\n?|_x000D_\n?")


class NotTable(Exception):
    """It cannot be read as a table, for a reason by its code; ``detail`` is for the log only."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def read(path: Path, columns: Collection[str]) -> dict[str, Any]:
    """The table: its ``lines``, each its number (from 2, below the heading), id and cells by column, and the names
    that are none of the ``columns`` as ``unknown``. Told by its content: commas, semicolons or tabs; UTF-8 or Windows.

    Raises NotTable: "unopened", "no_id", "same_columns", "too_long" for more than MOST_LINES, "too_heavy".
    """
    with path.open("rb") as stream:
        is_workbook = stream.read(2) == b"PK"
    # Twenty million empty lines would be more than a gigabyte of rows.
    rows = list(islice(_of_workbook(path) if is_workbook else _of_csv(path), MOST_LINES + 2))
    if len(rows) > MOST_LINES + 1:
        raise NotTable("too_long")
    heading = _heading(rows[0] if rows else [], columns)
    unknown = [name for name in heading if name and name not in columns]
    return {"lines": list(_lines(heading, rows[1:], columns)), "unknown": unknown}


def _heading(row: Sequence[str], columns: Collection[str]) -> list[str]:
    heading = [cell.strip().lower() for cell in row]
    if ID not in heading:
        raise NotTable("no_id")
    named = [name for name in heading if name in columns]
    if len(set(named)) < len(named):
        raise NotTable("same_columns")
    return heading


def _lines(
    heading: Sequence[str], rows: Sequence[Sequence[str]], columns: Collection[str]
) -> Iterator[tuple[int, str, dict[str, str]]]:
    for number, row in enumerate(rows, 2):
        told = {name: _unguarded(cell) for name, cell in zip(heading, row, strict=False) if name in columns}
        if any(text.strip() for text in told.values()):
            yield number, told.pop(ID, "").strip(), told


def _unguarded(cell: str) -> str:
    return _GUARD.sub(r"\1", _LINE_ENDS.sub("\n", cell))


def _of_workbook(path: Path) -> Iterator[list[str]]:
    try:
        archive = Archive(path)
        archive.check(".xml", without=b"<!ENTITY")
        if archive.unpacked_bytes > _MOST_UNPACKED_BYTES:
            raise NotTable("too_heavy")
        yield from workbooks.lines(path, MOST_LINES + 2)
    except (NotTable, MemoryError):
        raise
    except Unreadable as error:
        raise NotTable("unopened", str(error)) from error
    # openpyxl meets a broken file with whatever error its code runs into.
    except Exception as error:
        raise NotTable("unopened", repr(error)) from error


def _of_csv(path: Path) -> Iterator[list[str]]:
    text = _decoded(path.read_bytes())
    if "\0" in text:
        raise NotTable("unopened", "NUL in a CSV")
    first = text[: text.find("\n") if "\n" in text else None]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise NotTable("unopened", str(error)) from error


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
