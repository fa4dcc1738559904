"""The class as a table for a spreadsheet: CSV (RFC 4180) in UTF-8 with a byte order mark, as Excel needs it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import Session

from catalog import classes
from catalog.classes import ClassLink, Row
from lti.models import Context, Membership
from lti.people import fold

AT_ONCE = 500
_FORMULA = re.compile(r"^[\s\x00]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n]")


def as_csv(session: Session, context: Context, people: Select[Membership], links: Sequence[ClassLink]) -> str:
    """A line for each student: what Moodle calls them, their visits, and when each link was opened and read."""
    written = io.StringIO()
    table = csv.writer(written)
    titles = [title for each in links for title in (_("%(title)s: abierto", title=each.title), _read(each))]
    table.writerow(map(safe, [_("Nombre"), _("Número en Moodle"), _("Última visita"), _("Grupos"), *titles]))
    for row in _rows(session, context, people, links):
        table.writerow(map(safe, _line(context, row, links)))
    return "\ufeff" + written.getvalue()


def file_name(context: Context) -> str:
    """A plain name for the file, after the course's short name."""
    return f"clase-{re.sub(r'[^a-z0-9]+', '-', fold(context.label)).strip('-')[:40] or context.id}.csv"


def safe(cell: str) -> str:
    """The text so that no spreadsheet takes it for a formula: a name may begin with any character."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _rows(session: Session, context: Context, people: Select[Membership], links: Sequence[ClassLink]) -> Iterator[Row]:
    of = {each.resource_id for each in links}
    everybody = session.scalars(people).all()
    for start in range(0, len(everybody), AT_ONCE):
        yield from classes.rows(session, context.id, everybody[start : start + AT_ONCE], of)


def _line(context: Context, row: Row, links: Sequence[ClassLink]) -> list[str]:
    person = row.membership
    cells = [person.name, person.sub, _when(person.launched_at) or _("nunca")]
    cells.append(", ".join(str(context.groups.get(each, each)) for each in person.groups))
    for link in links:
        opening = row.openings.get(link.resource_id)
        cells += [_when(opening.last_opened_at), _when(opening.read_at)] if opening else ["", ""]
    return cells


def _read(link: ClassLink) -> str:
    return str(_("%(title)s: leído", title=link.title))


def _when(moment: datetime | None) -> str:
    return str(format_datetime(moment, "yyyy-MM-dd HH:mm")) if moment else ""
