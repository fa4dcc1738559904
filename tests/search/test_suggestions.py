"""What is suggested as one types: what the viewer may see, and what many sought that they may know of."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti.models import Person
from search.documents import Document
from search.engine import current_index
from tests import factories
from tests.factories import Browser


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session)


@pytest.fixture
def browser(app: Flask, session: Session, person: Person) -> Browser:
    documents = [
        Document("1", "r1", "Riego por goteo", "El surco", creators=("Rina Quispe",), subjects=("Riego y drenaje",)),
        Document("2", "r2", "Riego reservado", audience="institution:999"),
        *(Document(str(n), f"r{n}", f"Cebada de la zona {n}") for n in range(10, 30)),
    ]
    current_index().write(documents)
    return factories.signed_in(app, session, by=person)


def told(answer: TestResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 200
    return [(each["text"], each["kind"]) for each in answer.json or []]


def test_titles_subjects_and_creators_that_one_may_see_are_told_with_what_they_are(browser: Browser) -> None:
    assert set(told(browser.get("/suggest?q=rie"))) == {("Riego por goteo", "title"), ("Riego y drenaje", "subject")}
    assert told(browser.get("/suggest?q=quisp")) == [("Rina Quispe", "creator")]
    assert len(told(browser.get("/suggest?q=cebada"))) == 8


@pytest.mark.parametrize("typed", ["", "r", "%20", "%00", "zzzz", "a" * 5000, "%22"])
def test_whatever_is_typed_has_an_answer(browser: Browser, typed: str) -> None:
    assert browser.get(f"/suggest?q={typed}").status_code == 200


def test_the_answer_is_kept_by_nobody_but_the_browser_and_only_for_who_is_signed_in(
    app: Flask, browser: Browser
) -> None:
    assert browser.get("/suggest?q=riego").headers["Cache-Control"] == "private, max-age=60"
    assert app.test_client().get("/suggest?q=riego").status_code == 401


def test_what_several_people_sought_is_suggested_once_and_what_one_alone_sought_never(
    app: Flask, session: Session, person: Person, browser: Browser
) -> None:
    for _number in range(3):
        other = factories.signed_in(app, session, by=factories.person(session, of=person.platform))
        other.get("/search?q=Riego+surco")
        other.get("/search?q=riego+POR+goteo")
        other.get("/search?q=riego+reservado")
    browser.get("/search?q=riego+mío+goteo")
    found = told(browser.get("/suggest?q=riego"))
    assert found[0][1] == "search"
    assert [text.casefold() for text, _kind in found].count("riego por goteo") == 1
    assert "riego surco" in [text.casefold() for text, _kind in found]
    assert not any("reservado" in text or "mío" in text for text, _kind in found)
