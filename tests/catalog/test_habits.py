"""How somebody likes to read: kept for all their devices, and shown without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import habits
from catalog.habits import Habits
from catalog.models import ReadingHabits
from lrc.errors import BadInput
from tests import factories


def path(resource: Any, way: str) -> str:
    return f"/resources/{resource.id}/{way}"


def test_everybody_begins_in_the_same_way(session: Session, app: Flask) -> None:
    assert habits.of(session, factories.viewer(session)) == Habits()


def test_what_is_chosen_is_kept_and_the_rest_is_left(session: Session, app: Flask) -> None:
    viewer = factories.viewer(session)
    habits.keep(session, viewer, {"size": "135", "colours": "sepia", "voice": "Paulina", "other": "x"})
    assert habits.keep(session, viewer, {"size": "160"}) == Habits(size="160", colours="sepia", voice="Paulina")
    assert habits.of(session, factories.viewer(session)) == Habits()
    habits.forget(session, viewer)
    assert habits.of(session, viewer) == Habits()


@pytest.mark.parametrize(
    "typed", [{"size": "101"}, {"colours": ""}, {"letters": '"><script>'}, {"voice": "x" * 201}, {"voice": "a\nb"}]
)
def test_what_is_not_offered_is_refused(session: Session, app: Flask, typed: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        habits.keep(session, factories.viewer(session), typed)


def test_a_choice_that_is_no_longer_offered_is_as_if_never_made(session: Session, app: Flask) -> None:
    viewer = factories.viewer(session)
    session.add(ReadingHabits(person_id=viewer.person_id, settings={"size": "7", "width": "wide", "gone": 1}))
    session.flush()
    assert habits.of(session, viewer) == Habits(width="wide")


def test_a_form_changes_how_every_page_looks_and_leads_back_to_where_one_was(app: Flask, session: Session) -> None:
    resource, other = (factories.resource(session, "Uno.", "Dos.") for _ in range(2))
    student = factories.signed_in(app, session)
    answer = student.submit(path(resource, "habits"), {"size": "160", "letters": "dyslexia", "page": "2", "q": "dos"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(path(resource, "read?page=2&q=dos"))
    page = student.get(path(other, "read")).text
    assert 'data-size="160"' in page
    assert 'data-letters="dyslexia"' in page
    assert '<option value="160" selected>' in page
    student.submit(path(resource, "habits"), {"forget": "1"})
    assert 'data-size="100"' in student.get(path(other, "read")).text


def test_a_script_that_changed_the_page_itself_gets_no_page(app: Flask, session: Session) -> None:
    resource = factories.resource(session, "Uno.")
    student = factories.signed_in(app, session)
    assert student.submit(path(resource, "habits"), {"rate": "125", "quiet": "1"}).status_code == 204
    assert 'data-rate="125"' in student.get(path(resource, "read")).text
    assert student.submit(path(resource, "habits"), {"rate": "126", "quiet": "1"}).status_code == 422
