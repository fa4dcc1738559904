"""Tables for spreadsheets: CSV (RFC 4180) in UTF-8 with a byte order mark, as Excel needs it, and without formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from flask import Response, make_response

_FORMULA = re.compile(r"^[\s\x00]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n]")


def as_csv(lines: Iterable[Sequence[str]]) -> str:
    """The lines, each cell safe()."""
    written = io.StringIO()
    table = csv.writer(written)
    for line in lines:
        table.writerow([safe(cell) for cell in line])
    return "\ufeff" + written.getvalue()


def safe(cell: str) -> str:
    """The text so that no spreadsheet takes it for a formula: a name may begin with any character.

    Nor any part of it: Excel splits at semicolons in countries that part lists with them.
    """
    return ";".join(f"'{part}" if _FORMULA.match(part) else part for part in cell.split(";"))


def download(lines: Iterable[Sequence[str]], name: str) -> Response:
    """The lines as a file for a spreadsheet, to be kept by who asks and nowhere on the way."""
    answer = make_response(as_csv(lines))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
