"""How somebody likes to read: size, spacing, width, colours, letters and voice, kept for all their devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.models import ReadingHabits
from lrc.errors import BadInput
from lti.viewers import Viewer

CHOICES: Mapping[str, Mapping[str, LazyString]] = {
    "size": {
        "90": _("Pequeño"),
        "100": _("Normal"),
        "115": _("Grande"),
        "135": _("Más grande"),
        "160": _("Muy grande"),
        "200": _("Enorme"),
    },
    "spacing": {"normal": _("Normal"), "wide": _("Amplio"), "wider": _("Muy amplio")},
    "width": {"narrow": _("Angosto"), "normal": _("Normal"), "wide": _("Ancho")},
    "colours": {
        "system": _("Automáticos"),
        "light": _("Claros"),
        "sepia": _("Sepia"),
        "dark": _("Oscuros"),
    },
    "letters": {
        "serif": _("De libro"),
        "sans": _("Sencillas"),
        "clear": _("Muy distintas entre sí"),
        "dyslexia": _("Para dislexia"),
    },
    "data": {
        "auto": _("Lo que pida tu conexión"),
        "light": _("Siempre lo más ligero"),
        "full": _("Siempre el original"),
    },
    "rate": {
        "70": _("Muy lenta"),
        "85": _("Lenta"),
        "100": _("Normal"),
        "125": _("Rápida"),
        "150": _("Muy rápida"),
    },
}
"""What may be chosen of each setting, with its name; sizes and rates in percent."""
VOICE_LIMIT = 200


@dataclass(frozen=True)
class Habits:
    """One choice of each of CHOICES, and the voice that reads aloud by the name that its device gives it."""

    size: str = "100"
    spacing: str = "normal"
    width: str = "normal"
    colours: str = "system"
    letters: str = "serif"
    data: str = "auto"
    rate: str = "100"
    voice: str = ""


def of(session: Session, viewer: Viewer) -> Habits:
    """What the viewer chose, and how everybody begins where they did not."""
    kept = session.get(ReadingHabits, viewer.person_id)
    return _known(kept.settings if kept else {})


def keep(session: Session, viewer: Viewer, typed: Mapping[str, str]) -> Habits:
    """Take over what ``typed`` says of the settings, leaving the others; BadInput for a choice that is none."""
    chosen = {name: typed[name] for name in _NAMES if name in typed}
    if not all(_is_choice(name, value) for name, value in chosen.items()):
        raise BadInput(_("Esa forma de leer no existe. Elige una de las que se ofrecen."))
    row = row_of(session, viewer)
    row.settings = asdict(_known(row.settings)) | chosen
    return _known(row.settings)


def forget(session: Session, viewer: Viewer) -> None:
    """Read again as everybody begins."""
    row_of(session, viewer).settings = {}


def row_of(session: Session, viewer: Viewer) -> ReadingHabits:
    """The viewer's row, made where there is none."""
    found = session.get(ReadingHabits, viewer.person_id, with_for_update=True)
    if found is not None:
        return found
    made = ReadingHabits(person_id=viewer.person_id, settings={})
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another request of the same person made it at the same moment
        return session.get_one(ReadingHabits, viewer.person_id, with_for_update=True)
    return made


_NAMES = tuple(each.name for each in fields(Habits))


def _known(settings: Mapping[str, object]) -> Habits:
    """What is still offered of the settings kept: choices may go with time."""
    kept = {name: str(settings[name]) for name in _NAMES if name in settings}
    return Habits(**{name: value for name, value in kept.items() if _is_choice(name, value)})


def _is_choice(name: str, value: str) -> bool:
    if name == "voice":
        return len(value) <= VOICE_LIMIT and value.isprintable()
    return value in CHOICES[name]
