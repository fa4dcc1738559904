"""A class in a module as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from catalog.spreadsheets import when
from lrc.study.classroom import Row, State

STATES = {
    State.STUCK: lazy_gettext("Se detuvo"),
    State.NOT_BEGUN: lazy_gettext("No empezó"),
    State.UNDER_WAY: lazy_gettext("En camino"),
    State.DONE: lazy_gettext("Terminó"),
}


def lines(rows: Sequence[Row]) -> Iterator[list[str]]:
    """Titles, then for each student how they stand."""
    yield [
        _("Nombre"),
        _("Número en Moodle"),
        _("Estado"),
        _("Partes terminadas"),
        _("Partes del módulo"),
        _("Porcentaje en cuestionarios"),
        _("Empezó"),
        _("Última actividad"),
        _("Terminó"),
        _("Dónde se quedó"),
        _("Cuestionarios que no logra aprobar"),
    ]
    for row in rows:
        yield [row.membership.name, row.membership.sub, str(STATES[row.state]), *_cells(row)]


def _cells(row: Row) -> list[str]:
    study = row.study
    if study is None:
        return [""] * 8
    return [
        str(row.done),
        str(row.parts),
        "" if study.percent is None else f"{study.percent:.1f}",
        when(study.begun_at),
        when(study.last_at),
        when(study.finished_at),
        row.stopped_at,
        ", ".join(row.failing),
    ]
