"""Modules and their writers, for the tests of writing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.study import writing
from lrc.study.content import Choice, Lesson, Module, Option, Quiz, new_key
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories

TEXT = "Los cuyes viven en pozas limpias y secas, protegidas del viento de la tarde. " * 12


def teacher(session: Session, *, by: Person | None = None, name: str = "Rosa Quispe") -> Viewer:
    """A teacher who asks."""
    return factories.viewer(session, Role.TEACHER, by=by or factories.person(session, name=name))


def begun(session: Session, viewer: Viewer, title: str = "Crianza de cuyes") -> Resource:
    """A module as it is when somebody has just begun it."""
    return writing.create_module(session, viewer, title)


def question(key: str = "") -> Choice:
    return Choice(
        key=key or new_key(),
        text="¿Qué comen los cuyes?",
        options=(Option("a", "Alfalfa", 1.0), Option("b", "Carne", 0.0)),
    )


def lesson(title: str = "Las pozas", text: str = TEXT, **fields: object) -> Lesson:
    return Lesson(new_key(), title, text, **fields)  # type: ignore[arg-type]


def good(*parts: Lesson | Quiz) -> Module:
    """A module with all that must be there."""
    return Module(
        title="Crianza de cuyes",
        summary="Cómo criar cuyes sanos en casa.",
        objectives=("Construir una poza",),
        minutes=30,
        level="beginner",
        subjects=("Crianza",),
        creators=("Rosa Quispe",),
        parts=parts or (lesson(), Quiz(new_key(), "Repaso", questions=(question(),))),
    )


def written(session: Session, viewer: Viewer, *parts: Lesson | Quiz) -> Resource:
    """The draft of a good module."""
    return writing.take_in(session, viewer, good(*parts), {})
