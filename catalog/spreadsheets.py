"""Tables for spreadsheets: CSV (RFC 4180) in UTF-8 with a byte order mark, as Excel needs it, and without formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import to_user_timezone

from lti.models import Context
from lti.people import fold

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


def file_name(kind: str, context: Context) -> str:
    """A plain name for the file: what it is, and the course's short name."""
    label = re.sub(r"[^a-z0-9]+", "-", fold(context.label)).strip("-")[:40]
    return f"{kind}-{label or context.id}.csv"


def when(moment: datetime | None) -> str:
    """The time as spreadsheets read it, in the zone of the page; "" for none."""
    return to_user_timezone(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
