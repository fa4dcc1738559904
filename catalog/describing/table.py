"""Descriptions as a table, a material to a line: written for spreadsheets, and read back however one saved it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask_babel import lazy_gettext as _

from catalog import workbooks
from catalog.bounded import asking
from catalog.describing.description import ACCESS_MODES, ACCESSIBILITY_FEATURES, FIELDS, of
from catalog.describing.form import DescriptionForm
from catalog.describing.tablefile import ID, MOST_LINES
from catalog.extract.limits import Limits
from catalog.models import Resource
from lrc.errors import BadFile, TooLarge

log = logging.getLogger(__name__)
COLUMNS = (ID, *FIELDS)
"""The heading of a table: "id" is the name under which a record is exchanged."""
MOST_BYTES = 20_000_000
LIMITS = Limits(read_time_limit_s=60, recognition_time_limit_s=0, read_memory_bytes=1_000_000_000)
_CHOSEN = {"access_modes": ACCESS_MODES, "accessibility_features": ACCESSIBILITY_FEATURES}
_TOO_HEAVY = _("La tabla pesa demasiado: divídela en varias.")
_TOO_LARGE = {
    "too_heavy": _TOO_HEAVY,
    "too_long": _("La tabla tiene más de %(limit)s líneas: divídela en varias.", limit=MOST_LINES),
}
_BAD = {
    "unopened": (_("No pudimos abrir la tabla: guárdala como XLSX o CSV."), None),
    "no_id": (
        _("La primera línea de la tabla debe tener los nombres de las columnas, entre ellos «id»."),
        _("Descarga la tabla de aquí, cámbiala y súbela."),
    ),
    "same_columns": (_("La tabla tiene dos columnas con el mismo nombre."), _("Quita una y súbela otra vez.")),
}


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


def read(path: Path, limits: Limits = LIMITS) -> Table:
    """The table in a CSV file or a workbook, as catalog.describing.tablefile reads it, in a child process.

    Raises BadFile where it is neither, has no column "id" or two of a name, TooLarge for more than MOST_LINES or what
    takes more than ``limits``.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(_TOO_HEAVY)
    order = {"path": str(path.absolute()), "columns": COLUMNS}
    told = asking.ask("catalog.describing.child", order, limits)
    if "lines" not in told:
        log.info("a table was not read: %s, %s", told["refusal"], told["detail"])
        raise _refused(told["refusal"], told["detail"])
    return Table([Line(*each) for each in told["lines"]], told["unknown"])


def _refused(code: str, detail: str) -> BadFile | TooLarge:
    if code in _TOO_LARGE:
        return TooLarge(_TOO_LARGE[code], detail=detail)
    message, advice = _BAD[code]
    return BadFile(message, advice=advice, detail=detail)


def write_workbook(stream: IO[bytes], lines: Iterator[Sequence[str]]) -> None:
    """The heading and the lines as a workbook."""
    workbooks.write(stream, [COLUMNS, *lines], "LRC")
