"""Modules that are published and people who study them, for tests."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from sqlalchemy.orm import Session

from catalog.models import CourseModule, Kind, Resource, ResourceState, Version, VersionState
from lrc.db import utcnow
from lrc.study import attempts, studies
from lrc.study.content import Lesson, Module, PartContent, Quiz, Short, TextAnswer, to_data
from lrc.study.journal import Line
from lrc.study.models import Attempt, EntryKind, Study
from lti.models import Person
from lti.viewers import Viewer
from tests import factories


def short(key: str, points: float = 1.0) -> Short:
    """A question that is answered with "si"; "casi" is worth half of it."""
    answers = (TextAnswer("si"), TextAnswer("casi", 0.5))
    return Short(key=key, text=f"¿Sí o no, {key}?", points=points, answers=answers)


def quiz(key: str = "prueba", *asked: str, **fields: Any) -> Quiz:
    return Quiz(key=key, title="Prueba", questions=tuple(map(short, asked or ("q1", "q2"))), **fields)


def lesson(key: str = "leccion") -> Lesson:
    return Lesson(key=key, title="Lección", text="Lee esto.")


def module(session: Session, *parts: PartContent, by: Person | None = None, **columns: Any) -> Resource:
    """A published module; a lesson and a quiz of two questions where no parts are given."""
    made = Resource(
        **{"record_id": secrets.token_hex(8), "title": "Módulo", "kind": Kind.MODULE} | columns,
        owner_id=(by or factories.person(session)).id,
        state=ResourceState.PUBLISHED,
    )
    session.add(made)
    session.flush()
    version(session, made, *parts or (lesson(), quiz()))
    return made


def version(session: Session, of: Resource, *parts: PartContent) -> Version:
    """A newer version, published in the place of the one before."""
    known = session.query(Version).filter_by(resource_id=of.id).all()
    for each in known:
        each.state = VersionState.REPLACED
    session.flush()
    content = to_data(Module(title=of.title, parts=parts))
    made = Version(resource_id=of.id, number=len(known) + 1, content=content, state=VersionState.PUBLISHED)
    made.published_at = utcnow()
    session.add(made)
    session.flush()
    return made


def course(session: Session, *modules: Resource) -> Resource:
    """A published course of these modules."""
    owner_id = modules[0].owner_id
    made = Resource(record_id=secrets.token_hex(8), title="Curso", kind=Kind.COURSE, owner_id=owner_id)
    made.state = ResourceState.PUBLISHED
    session.add(made)
    session.flush()
    for position, each in enumerate(modules, 1):
        session.add(CourseModule(course_id=made.id, module_id=each.id, position=position))
    session.flush()
    return made


def study(session: Session, of: Resource | None = None, viewer: Viewer | None = None) -> Study:
    return studies.begin(session, viewer or factories.viewer(session), of or module(session))


def attempt(session: Session, of: Study, quiz_key: str = "prueba") -> Attempt:
    return attempts.begin(session, of, quiz_key)


def uid() -> str:
    return str(uuid.uuid4())


def answer(question: str, response: str | None, sequence: int | None = None, **fields: Any) -> Line:
    """An answer in the first attempt at the quiz "prueba", unless told otherwise."""
    given = {"uid": uid(), "kind": EntryKind.ANSWERED, "part": "prueba", "attempt_number": 1, "sequence": sequence}
    return Line(**given | {"question": question, "response": response} | fields)


def submitting(number: int = 1, **fields: Any) -> Line:
    given = {"uid": uid(), "kind": EntryKind.SUBMITTED, "part": "prueba", "attempt_number": number}
    return Line(**given | fields)


def read(part: str = "leccion", **fields: Any) -> Line:
    return Line(**{"uid": uid(), "kind": EntryKind.READ, "part": part} | fields)
