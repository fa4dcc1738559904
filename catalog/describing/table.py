"""Descriptions as a table, a material to a line: written for spreadsheets, and read back however one saved it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from flask_babel import lazy_gettext as _

from catalog import workbooks
from catalog.describing.description import ACCESS_MODES, ACCESSIBILITY_FEATURES, FIELDS, of
from catalog.describing.form import DescriptionForm
from catalog.extract.archive import Archive
from catalog.extract.refusal import Unreadable
from catalog.models import Resource
from lrc.errors import BadFile, TooLarge

ID = "id"
COLUMNS = (ID, *FIELDS)
"""The heading of a table: "id" is the name under which a record is exchanged."""
MOST_LINES = 20_000
MOST_BYTES = 20_000_000
_MOST_UNPACKED_BYTES = 200_000_000
_CHOSEN = {"access_modes": ACCESS_MODES, "accessibility_features": ACCESSIBILITY_FEATURES}
_ENCODINGS = ("utf-8-sig", "cp1252")
_DELIMITERS = ",;\t"
# What spreadsheets are kept from taking for a formula (lrc.spreadsheets.safe), and what they make of line ends.
_GUARD = re.compile(r"(^|;)'(?=[\s\x00]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n])")
_LINE_ENDS = re.compile(r"\r\n?|_x000D_\n?")
_UNOPENED = _("No pudimos abrir la tabla: guárdala como XLSX o CSV.")
_TOO_HEAVY = _("La tabla pesa demasiado: divídela en varias.")


@dataclass(frozen=True)
class Line:
    """A line as it was read: its number (from 2, below the heading), the record's id, and its cells by field."""

    number: int
    record_id: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """The lines of a table, and the columns that no field is called by."""

    lines: Sequence[Line]
    unknown: Sequence[str]


def cells(resource: Resource) -> list[str]:
    """The line of a material, in the order of COLUMNS; several values of a field each on a line of the cell."""
    shown = typed(resource)
    return [resource.record_id, *(shown[name] for name in FIELDS)]


def typed(resource: Resource) -> dict[str, str]:
    """By field what the form would show, as text."""
    form = DescriptionForm.of(of(resource))
    return {**form.typed, **{name: "\n".join(values) for name, values in form.chosen.items()}}


def form_of(texts: Mapping[str, str]) -> DescriptionForm:
    """The form in which these texts stand, to be checked as one that was sent."""
    return DescriptionForm.sent(texts, {name: texts[name].split("\n") for name in _CHOSEN})


def read(path: Path) -> Table:
    """The table in a CSV file (commas, semicolons or tabs; UTF-8 or Windows) or a workbook, told by its content.

    Raises BadFile where it is neither, has no column "id" or two of a name, TooLarge for more than MOST_LINES.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(_TOO_HEAVY)
    with path.open("rb") as stream:
        is_workbook = stream.read(2) == b"PK"
    # Twenty million empty lines would be more than a gigabyte of rows.
    rows = list(islice(_of_workbook(path) if is_workbook else _of_csv(path), MOST_LINES + 2))
    if len(rows) > MOST_LINES + 1:
        raise TooLarge(_("La tabla tiene más de %(limit)s líneas: divídela en varias.", limit=MOST_LINES))
    heading = _heading(rows[0] if rows else [])
    return Table(list(_lines(heading, rows[1:])), [name for name in heading if name and name not in COLUMNS])


def _heading(row: Sequence[str]) -> list[str]:
    heading = [cell.strip().lower() for cell in row]
    if ID not in heading:
        raise BadFile(
            _("La primera línea de la tabla debe tener los nombres de las columnas, entre ellos «id»."),
            advice=_("Descarga la tabla de aquí, cámbiala y súbela."),
        )
    named = [name for name in heading if name in COLUMNS]
    if len(set(named)) < len(named):
        raise BadFile(_("La tabla tiene dos columnas con el mismo nombre."), advice=_("Quita una y súbela otra vez."))
    return heading


def _lines(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    for number, row in enumerate(rows, 2):
        told = {name: _unguarded(cell) for name, cell in zip(heading, row, strict=False) if name in COLUMNS}
        if any(text.strip() for text in told.values()):
            yield Line(number, told.pop(ID, "").strip(), told)


def _unguarded(cell: str) -> str:
    return _GUARD.sub(r"\1", _LINE_ENDS.sub("\n", cell))


def _of_workbook(path: Path) -> Iterator[list[str]]:
    try:
        archive = Archive(path)
        archive.check(".xml", without=b"<!ENTITY")
        if archive.unpacked_bytes > _MOST_UNPACKED_BYTES:
            raise TooLarge(_TOO_HEAVY)
        yield from workbooks.lines(path, MOST_LINES + 2)
    except (TooLarge, MemoryError):
        raise
    except Unreadable as error:
        raise BadFile(_UNOPENED, detail=str(error)) from error
    # openpyxl meets a broken file with whatever error its code runs into.
    except Exception as error:
        raise BadFile(_UNOPENED, detail=repr(error)) from error


def _of_csv(path: Path) -> Iterator[list[str]]:
    text = _decoded(path.read_bytes())
    if "\0" in text:
        raise BadFile(_UNOPENED, detail="NUL in a CSV")
    first = text[: text.find("\n") if "\n" in text else None]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise BadFile(_UNOPENED, detail=str(error)) from error


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def write_workbook(stream: IO[bytes], lines: Iterator[Sequence[str]]) -> None:
    """The heading and the lines as a workbook."""
    workbooks.write(stream, [COLUMNS, *lines], "LRC")
