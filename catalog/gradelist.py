"""A course's scores as a table for a spreadsheet: CSV as catalog.classlist writes it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime

from flask_babel import format_datetime
from flask_babel import gettext as _

from catalog.classlist import safe
from lti import gradewords
from lti.models import Context, Score
from lti.people import fold


def as_csv(scores: Iterable[Score]) -> str:
    """A line for each score, with its points as plain numbers and how it stands in words."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(map(safe, _titles()))
    for score in scores:
        table.writerow(map(safe, _line(score)))
    return "\ufeff" + written.getvalue()


def file_name(context: Context) -> str:
    """A plain name for the file, after the course's short name."""
    return f"notas-{re.sub(r'[^a-z0-9]+', '-', fold(context.label)).strip('-')[:40] or context.id}.csv"


def _titles() -> list[str]:
    return [
        _("Nombre"),
        _("Número en Moodle"),
        _("Actividad"),
        _("Nota"),
        _("Máximo"),
        _("Obtenida"),
        _("Estado"),
        _("Qué pasó"),
        _("En Moodle se ve"),
        _("Lo que dijo Moodle"),
    ]


def _line(score: Score) -> list[str]:
    standing = gradewords.standing(score)
    return [
        score.person.name,
        score.person.sub,
        score.link.title,
        f"{score.given:g}",
        f"{score.maximum:g}",
        _when(score.scored_at),
        standing.state,
        standing.sentence,
        "" if score.shown is None else f"{score.shown:g}",
        score.said,
    ]


def _when(moment: datetime) -> str:
    return str(format_datetime(moment, "yyyy-MM-dd HH:mm"))
