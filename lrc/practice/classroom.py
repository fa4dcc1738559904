"""The people and courses of the practice LMS: all made up, with ids that stay the same after a restart."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from lti.roles import INSTITUTION_ADMINISTRATOR, INSTRUCTOR, LEARNER, LIBRARIAN, SYSTEM_ADMINISTRATOR

STUDENT, TEACHER, ASSISTANT = "student", "teacher", "assistant"


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
    enrolled_as: str = ""
    """STUDENT, TEACHER or ASSISTANT (Moodle's non-editing teacher) in the courses; "" for who is in none."""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def is_numbered(self) -> bool:
        """One of the many students who only fill the class."""
        return self.family_name.isdecimal()


@dataclass(frozen=True)
class Course:
    """A course as it is at the beginning."""

    id: str
    label: str
    title: str
    activity_id: str
    """The course module through which the library is opened (Moodle's cmid)."""
    resource_link_id: str


_ADMINISTRATOR_ROLES = (INSTITUTION_ADMINISTRATOR, INSTRUCTOR, SYSTEM_ADMINISTRATOR)
_TEACHER_ROLES = (INSTRUCTOR,)
_STUDENTS = range(1, 14)
_FIRST_STUDENT = 20


def _student(number: int) -> Somebody:
    sub, name = str(_FIRST_STUDENT + number), f"{number:02}"
    return Somebody(sub, "Estudiante", name, f"estudiante{name}", f"E-1{name}", (LEARNER,), _("Estudiante"), STUDENT)


PEOPLE = {
    each.sub: each
    for each in (
        Somebody("4", "Estudiante", "de práctica", "estudiante", "E-001", (LEARNER,), _("Estudiante"), STUDENT),
        Somebody("5", "Docente", "Uno", "docente1", "D-001", _TEACHER_ROLES, _("Docente"), TEACHER),
        Somebody("6", "Docente", "Dos", "docente2", "D-002", _TEACHER_ROLES, _("Otra docente"), TEACHER),
        Somebody("7", "Bibliotecaria", "de práctica", "biblio", "B-001", (INSTRUCTOR, LIBRARIAN), _("Bibliotecaria")),
        Somebody("2", "Administrador", "de práctica", "admin", "", _ADMINISTRATOR_ROLES, _("Administrador")),
        Somebody(
            "8", "Asistente", "de práctica", "asistente", "D-003", _TEACHER_ROLES, _("Jefa de prácticas"), ASSISTANT
        ),
        *(_student(number) for number in _STUDENTS),
    )
}

CLASS = tuple(each for each in PEOPLE.values() if each.is_numbered)

NEVER_COMES = str(_FIRST_STUDENT + _STUDENTS[-1])
"""On the roster of every course, but nobody can enter as them."""

COURSES = {
    each.id: each
    for each in (
        Course("2", "EST101", "Estadística aplicada", "11", "1"),
        Course("3", "COM102", "Comunicación académica", "12", "2"),
    )
}

GROUPS = {
    "1": frozenset(str(_FIRST_STUDENT + number) for number in range(1, 7)),
    "2": frozenset({"4", "27", "28", "29"}),
}
"""The groups of every course at the beginning, by id."""
