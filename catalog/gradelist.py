"""A course's scores as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from catalog.spreadsheets import when
from lti import gradewords
from lti.models import Score


def lines(scores: Iterable[Score]) -> Iterator[list[str]]:
    """Titles, then each score with its points as plain numbers and how it stands in words."""
    yield _titles()
    yield from map(_line, scores)


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
        when(score.scored_at),
        standing.state,
        standing.sentence,
        "" if score.shown is None else f"{score.shown:g}",
        score.said,
    ]
