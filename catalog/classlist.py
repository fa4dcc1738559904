"""The class as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import Session

from catalog import classes
from catalog.classes import ClassLink, Row
from catalog.spreadsheets import when
from lti.models import Context, Membership

AT_ONCE = 500


def lines(
    session: Session, context: Context, people: Select[Membership], links: Sequence[ClassLink]
) -> Iterator[list[str]]:
    """Titles, then for each student what Moodle calls them, their visits, and when each link was opened and read."""
    yield [_("Nombre"), _("Número en Moodle"), _("Última visita"), _("Grupos"), *_titles(links)]
    of = {each.resource_id for each in links}
    everybody = session.scalars(people).all()
    for start in range(0, len(everybody), AT_ONCE):
        for row in classes.rows(session, context.id, everybody[start : start + AT_ONCE], of):
            yield _line(context, row, links)


def _titles(links: Sequence[ClassLink]) -> Iterator[str]:
    for link in links:
        yield _("%(title)s: abierto", title=link.title)
        yield _("%(title)s: leído", title=link.title)


def _line(context: Context, row: Row, links: Sequence[ClassLink]) -> list[str]:
    person = row.membership
    cells = [person.name, person.sub, when(person.launched_at) or _("nunca")]
    cells.append(", ".join(str(context.groups.get(each, each)) for each in person.groups))
    for link in links:
        opening = row.openings.get(link.resource_id)
        cells += [when(opening.last_opened_at), when(opening.read_at)] if opening else ["", ""]
    return cells
