"""The people and courses of the practice LMS: all made up, with ids that stay the same after a restart."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from lti.roles import INSTITUTION_ADMINISTRATOR, INSTRUCTOR, LEARNER, LIBRARIAN, SYSTEM_ADMINISTRATOR


@dataclass(frozen=True)
class Somebody:
    """A user of the practice LMS; ``sub`` is a decimal number as text, as in Moodle."""

    sub: str
    given_name: str
    family_name: str
    username: str
    sourced_id: str
    roles: tuple[str, ...]
    part: LazyString
    """What part they play, for the page where one chooses."""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class Course:
    id: str
    label: str
    title: str
    activity_id: str
    """The course module through which the library is opened (Moodle's cmid)."""
    resource_link_id: str


_ADMINISTRATOR_ROLES = (INSTITUTION_ADMINISTRATOR, INSTRUCTOR, SYSTEM_ADMINISTRATOR)

PEOPLE = {
    each.sub: each
    for each in (
        Somebody("4", "Estudiante", "de práctica", "estudiante", "E-001", (LEARNER,), _("Estudiante")),
        Somebody("5", "Docente", "Uno", "docente1", "D-001", (INSTRUCTOR,), _("Docente")),
        Somebody("6", "Docente", "Dos", "docente2", "D-002", (INSTRUCTOR,), _("Otra docente")),
        Somebody("7", "Bibliotecaria", "de práctica", "biblio", "B-001", (INSTRUCTOR, LIBRARIAN), _("Bibliotecaria")),
        Somebody("2", "Administrador", "de práctica", "admin", "", _ADMINISTRATOR_ROLES, _("Administrador")),
    )
}

COURSES = {
    each.id: each
    for each in (
        Course("2", "EST101", "Estadística aplicada", "11", "1"),
        Course("3", "COM102", "Comunicación académica", "12", "2"),
    )
}
