"""How the list of a course's people comes from the platform: asked for, awaited, offered, or why it did not come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti.models import Context, RosterState
from lti.viewers import Role
from tests import factories
from tests.catalog import enrolling
from tests.factories import Browser


@pytest.fixture
def context(session: Session) -> Context:
    return enrolling.context_with_a_list(session)


@pytest.fixture
def teacher(app: Flask, session: Session, context: Context) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=enrolling.teacher(session, context), where=context)


def test_the_list_is_asked_for_by_the_button_and_by_the_page_itself(
    session: Session, context: Context, teacher: Browser
) -> None:
    assert 'hx-trigger="load' not in teacher.get("/course").text
    context.roster_asked_at = utcnow() - timedelta(minutes=16)
    session.commit()
    page = teacher.get("/course").text
    assert 'hx-trigger="load, submit"' in page
    session.rollback()
    session.refresh(context)
    assert context.roster_state is RosterState.READY
    answer = teacher.submit("/course/roster")
    assert (answer.status_code, answer.location) == (303, "/course")
    session.rollback()
    session.refresh(context)
    assert context.roster_state is RosterState.ASKED
    assert "Estamos pidiendo la lista" in teacher.get("/course").text
    fragment = teacher.submit("/course/roster", headers={"HX-Request": "true"}).text
    assert "Estamos pidiendo la lista" in fragment
    assert "<html" not in fragment


def test_once_the_first_list_came_the_page_is_asked_anew_and_a_later_one_is_offered(
    session: Session, context: Context, teacher: Browser
) -> None:
    first, later = teacher.get("/course/roster?first=1"), teacher.get("/course/roster")
    assert first.headers.get("HX-Refresh") == "true"
    assert "HX-Refresh" not in later.headers
    assert "Mostrar la lista nueva" in later.text
    context.roster_state, context.roster_asked_at = RosterState.ASKED, utcnow()
    session.commit()
    assert "every 2s" in teacher.get("/course/roster").text


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("keys-blocked: 404", "Moodle no pudo leer nuestras claves"),
        ("forbidden: no", "Moodle no nos dio permiso"),
        ("endless", "no tiene fin"),
        ("down: 503", "Moodle no respondió como esperábamos"),
    ],
)
def test_why_no_list_came_is_said_in_words(
    session: Session, context: Context, teacher: Browser, failure: str, words: str
) -> None:
    context.roster_state, context.roster_failure = RosterState.FAILED, failure
    session.commit()
    page = teacher.get("/course").text
    assert words in page
    assert "Actualizar la lista" in page
