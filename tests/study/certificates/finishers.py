"""People who finished a course that certifies, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from catalog.models import Cohort, Enrolment, Resource
from lrc.db import utcnow
from lrc.study.models import Signatory
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories

NAME = "Nélida Ñaupari Quispe"


@dataclass(frozen=True)
class Finisher:
    """Somebody in a course that gives a certificate."""

    person: Person
    viewer: Viewer
    course: Resource
    enrolment: Enrolment


def finisher(
    session: Session,
    *,
    finished: bool = True,
    certificate: bool = True,
    signatory: bool = True,
    cohort: bool = False,
    name: str = NAME,
    **columns: Any,
) -> Finisher:
    """A student of the institution that gives the course, who finished it a moment ago."""
    owner = factories.person(session)
    student = factories.person(session, name=name)
    student.institution_id = owner.institution_id
    described = {"title": "Estadística básica", "effort_minutes": 450} | columns
    course = factories.course(session, factories.module(session), by=owner, certificate=certificate, **described)
    enrolment = Enrolment(course_id=course.id, person_id=student.id, finished_at=utcnow() if finished else None)
    if cohort:
        enrolment.cohort = _cohort(session, course, owner)
    session.add(enrolment)
    if signatory:
        session.add(Signatory(institution_id=owner.institution_id, name="Rosa Huamán", post="Directora del Centro"))
    session.flush()
    return Finisher(student, factories.viewer(session, by=student), course, enrolment)


def staff(session: Session, of: Finisher, role: Role = Role.LIBRARIAN) -> Person:
    """A librarian (or another) of the institution that issues."""
    made = factories.person(session, name="Biblioteca", librarian=role is Role.LIBRARIAN)
    made.institution_id = of.course.institution_id or made.institution_id
    session.flush()
    return made


def _cohort(session: Session, course: Resource, tutor: Person) -> Cohort:
    made = Cohort(
        course_id=course.id,
        institution_id=tutor.institution_id,
        title="Grupo de marzo",
        tutor_id=tutor.id,
        enrol_until_on=date(2026, 3, 1),
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 4, 30),
        places=0,
    )
    session.add(made)
    session.flush()
    return made
