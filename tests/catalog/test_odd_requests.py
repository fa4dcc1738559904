"""What nobody sends by hand: numbers that no row has, and a file where none is expected."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import ReadingItem, ReadingList, ReadingSection
from lti.viewers import Role
from tests import factories
from tests.catalog.editions.drawer import Drawer
from tests.factories import Browser


@pytest.fixture
def drawer(session: Session) -> Drawer:
    return Drawer(session)


@pytest.fixture
def browser(app: Flask, session: Session, drawer: Drawer) -> Browser:
    roles = (Role.LIBRARIAN, Role.TEACHER)
    return factories.signed_in(app, session, *roles, by=drawer.librarian, where=drawer.course)


@pytest.mark.parametrize("number", ["9" * 40, "9223372036854775808", "-1"])
def test_a_number_that_no_row_has_is_as_good_as_none(drawer: Drawer, browser: Browser, number: str) -> None:
    of_resource = f"/resources/{drawer.resource.id}"
    sent = [
        (f"{of_resource}/availability", {"audience": "institutions", "institution": number}, 422),
        (f"{of_resource}/collections", {"collection": number}, 303),
        ("/bulk/pick", {"record": number}, 422),
        ("/course/readings/copy", {"from": number}, 404),
    ]
    pasted = {"text": "10.1590/a", "do": "add", "entry-0": "reference", "section": number}
    for path, fields, status in [*sent, ("/course/readings/paste", pasted, 303)]:
        assert browser.submit(path, fields).status_code == status, path
    for path in (f"/course/readings/copy?from={number}", f"/collections/new?parent={number}"):
        assert browser.get(path).status_code == 200, path


def test_a_file_where_none_is_expected_is_refused_in_words(browser: Browser) -> None:
    answer = browser.submit("/weblinks", {"file": (io.BytesIO(b"x"), "a.pdf")})
    assert answer.status_code == 405
    assert "No está aquí" in answer.text


def test_a_form_that_lacks_its_fields_is_shown_again(session: Session, drawer: Drawer, browser: Browser) -> None:
    made = ReadingList(context_id=drawer.course.id, token="a")
    session.add(made)
    session.flush()
    sections = [ReadingSection(list_id=made.id, position=each, title=f"Semana {each}") for each in (1, 2)]
    session.add_all(sections)
    session.flush()
    item = ReadingItem(section_id=sections[1].id, position=1, reference={"title": "Suelos"})
    session.add(item)
    session.commit()
    answer = browser.submit(f"/course/readings/items/{item.id}", {"do": "save"})
    assert answer.status_code == 422
    assert f'value="{sections[1].id}" selected' in answer.text
