"""The rules of what a teacher has picked in a visit of choosing: add, order, describe, grade, take out."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from lrc.errors import BadInput, Conflict
from lti import claims
from lti.deeplinking import TITLE_LIMIT, Asked, asked_in
from lti.models import Pick, StoredLaunch

MOST = 50
TEXT_LIMIT = 2000
LEAST_MAXIMUM, GREATEST_MAXIMUM = 1, 100
"""What Moodle takes as a maximum grade; of several items it silently spoils those outside (../docs/moodle.md)."""
USUAL_MAXIMUM = 20
_TARGET_LIMIT = 300


@dataclass(frozen=True)
class Described:
    """How something is put into the course: plain texts, the grade's maximum or None, and the version it stays with."""

    title: str
    text: str = ""
    maximum: int | None = None
    version: int | None = None


def of(launch: StoredLaunch) -> Select[Pick]:
    """What was picked, in the order in which it goes into the course."""
    return select(Pick).where(Pick.launch_id == launch.id).order_by(Pick.position, Pick.id)


def add(session: Session, launch: StoredLaunch, kind: str, target: str, described: Described) -> Pick:
    """Pick something; what is picked already stays as it is, and where only one is taken it replaces the other.

    Conflict where the platform takes no links or MOST are picked; BadInput for a target that no platform can keep.
    """
    asked = asked_in(launch)
    _check(asked, target)
    before = _held(session, launch)
    for each in before:
        if (each.kind, each.target) == (kind, target):
            return each
    if not asked.accepts_many:
        session.execute(delete(Pick).where(Pick.launch_id == launch.id))
    elif len(before) >= MOST:
        raise Conflict(
            _("Ya elegiste %(most)s, el máximo de una vez.", most=MOST),
            advice=_("Ponlos en el curso y vuelve a elegir para seguir."),
        )
    made = Pick(launch_id=launch.id, kind=kind, target=target, position=before[-1].position + 1 if before else 1)
    describe(made, described)
    session.add(made)
    session.flush()
    return made


def take_out(session: Session, launch: StoredLaunch, kind: str, target: str) -> None:
    """Pick it no longer; nothing changes where it is not picked."""
    if not (claims.is_id(kind) and claims.is_id(target, _TARGET_LIMIT)):
        return  # nothing that was ever picked, and perhaps nothing that a database can be asked for
    session.execute(delete(Pick).where(Pick.launch_id == launch.id, Pick.kind == kind, Pick.target == target))


def move(session: Session, launch: StoredLaunch, pick: Pick, step: int) -> None:
    """Let it change places with the one before (step -1) or after (1); at either end it stays."""
    order = _held(session, launch)
    here = order.index(pick)
    there = here + step
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order, 1):
        each.position = position
    session.flush()


def describe(pick: Pick, described: Described) -> None:
    """Set title, text, maximum and version. BadInput where one cannot be (see troubles_of)."""
    troubles = troubles_of(described)
    if troubles:
        raise BadInput(next(iter(troubles.values())))
    pick.title, pick.text, pick.maximum = described.title, described.text, described.maximum
    pick.version = described.version


def troubles_of(described: Described) -> dict[str, object]:
    """For each of "title", "text" and "maximum" that cannot be, the sentence that says why."""
    found: dict[str, object] = {}
    if not described.title:
        found["title"] = _("Escribe cómo se llamará en tu curso.")
    elif len(described.title) > TITLE_LIMIT:
        found["title"] = _("El nombre es demasiado largo: usa hasta %(limit)s caracteres.", limit=TITLE_LIMIT)
    if len(described.text) > TEXT_LIMIT:
        found["text"] = _("La descripción es demasiado larga: usa hasta %(limit)s caracteres.", limit=TEXT_LIMIT)
    if described.maximum is not None and not LEAST_MAXIMUM <= described.maximum <= GREATEST_MAXIMUM:
        found["maximum"] = _("La nota máxima debe ser un número entero del 1 al 100.")
    return found


def _check(asked: Asked, target: str) -> None:
    if not asked.accepts_links:
        raise Conflict(
            _("Desde esta parte del curso, tu Moodle no acepta enlaces de la biblioteca."),
            advice=_("Agrega la biblioteca a tu curso como actividad «Herramienta externa»."),
        )
    # Moodle ends a value at a newline and takes one that begins with "$" for something to fill in.
    if not claims.is_id(target, _TARGET_LIMIT) or target.startswith("$") or "  " in target:
        raise BadInput(_("Moodle no puede guardar un enlace a esto."), detail=f"target {target[:80]!r}")


def _held(session: Session, launch: StoredLaunch) -> list[Pick]:
    """What was picked, held until the transaction ends: two ticks at once must not exceed MOST or share a place."""
    session.execute(select(StoredLaunch.id).where(StoredLaunch.id == launch.id).with_for_update())
    return list(session.scalars(of(launch)))
