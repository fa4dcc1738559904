"""A teacher who chooses for a course."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lti.models import Context, Person
from tests import factories
from tests.catalog.choosing import choosing
from tests.factories import Browser


@pytest.fixture
def teacher(session: Session) -> Person:
    return factories.person(session, name="Rosa Docente")


@pytest.fixture
def course(session: Session, teacher: Person) -> Context:
    return factories.context(session, of=teacher.platform)


@pytest.fixture
def browser(app: Flask, session: Session, teacher: Person, course: Context) -> Browser:
    factories.resource(session, "Texto", record_id="r1", title="Guía de riego", description="Cómo **regar** bien.")
    factories.resource(session, "Texto", record_id="r2", title="Manual de abonos")
    return choosing(app, session, by=teacher, where=course)
