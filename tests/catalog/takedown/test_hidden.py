"""What is not for somebody shows nowhere: whatever took it away, on every page that could show it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import (
    OwnListItem,
)
from lti.viewers import Role
from tests import factories
from tests.catalog import choosing
from tests.catalog.takedown.marks import MARKS, TITLE, shown
from tests.catalog.takedown.pages import DESKS, DOORS, FOR_ITS_MAKERS, GONE, SHOWING
from tests.catalog.takedown.shelving import Library
from tests.catalog.takedown.ways import HIDING, taken_away, withdraw
from tests.factories import Browser


@pytest.mark.parametrize("how", HIDING)
def test_what_is_not_for_a_reader_shows_nowhere(session: Session, library: Library, reader: Browser, how: str) -> None:
    taken_away(session, library, HIDING[how])
    is_there = how == "nothing"
    leaks, missing = [], []
    for path in map(library.at, SHOWING):
        answer = reader.get(path)
        seen = shown(answer)
        if answer.status_code >= 500 or (seen and not is_there):
            leaks.append((path, answer.status_code, seen))
        if is_there and not seen:
            missing.append((path, answer.status_code))
    assert (leaks, missing) == ([], [])


@pytest.mark.parametrize("how", HIDING)
def test_no_door_of_its_own_leads_to_it(session: Session, library: Library, reader: Browser, how: str) -> None:
    taken_away(session, library, HIDING[how])
    wrong = []
    for path in map(library.at, DOORS):
        answer = reader.get(path)
        is_shut = answer.status_code in GONE
        told = shown(answer, tuple(each for each in MARKS if each != TITLE or how != "withdrawn"))
        if is_shut is (how == "nothing") or (is_shut and told):
            wrong.append((path, answer.status_code, told))
    assert wrong == []


def test_each_door_is_in_the_table(app: Flask) -> None:
    """A page that shows one resource belongs above: nobody would try it otherwise."""
    tried = app.url_map.bind("tool.example")
    samples = {"id": 1, "record": "r", "collection": 1, "captions": 1}
    known = {tried.match(path.format(**samples).partition("?")[0])[0] for path in DOORS}
    doors = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.arguments & {"resource_id", "record_id"}
        and "GET" in (rule.methods or ())
        and "catalog" in rule.endpoint
    }
    assert doors - known == {f"catalog.{each}" for each in FOR_ITS_MAKERS}


def test_the_pages_of_its_makers_are_not_for_readers(app: Flask, library: Library, reader: Browser) -> None:
    named = app.url_map.bind("tool.example")
    pages = [named.build(f"catalog.{each}", {"resource_id": library.it.id}) for each in sorted(FOR_ITS_MAKERS)]
    assert {path: reader.get(path).status_code in GONE for path in pages} == dict.fromkeys(pages, True)


@pytest.mark.parametrize("how", [each for each in HIDING if each != "nothing"])
def test_nobody_can_keep_put_or_pick_it(app: Flask, session: Session, library: Library, how: str) -> None:
    taken_away(session, library, HIDING[how])
    stranger = factories.signed_in(app, session, Role.STUDENT)
    librarian = factories.signed_in(app, session, Role.LIBRARIAN)
    picker = choosing.choosing(app, session, by=library.teacher, where=library.course)
    it = library.at("/resources/{id}")
    tries = [
        stranger.submit(f"{it}/favourite"),
        stranger.submit(f"{it}/lists", {"name": "Mía"}),
        stranger.submit(f"{it}/mark"),
        librarian.submit(f"{it}/collections", {}),
        librarian.submit(f"{it}/captions", {}),
    ]
    assert [each.status_code in GONE for each in tries] == [True] * len(tries)
    choosing.tick(picker, library.at("resource:{record}"))
    pages = [picker.get(path) for path in ("/", "/search?q=zarzaparrilla", "/picker/review", "/collections")]
    assert [shown(each) for each in pages] == [[]] * len(pages)
    session.rollback()
    assert len(session.scalars(select(OwnListItem)).all()) == 3


def test_librarians_elsewhere_do_not_come_by_it(app: Flask, session: Session, library: Library) -> None:
    taken_away(session, library, withdraw)
    librarian = factories.signed_in(app, session, Role.LIBRARIAN, Role.TEACHER)
    pages = [librarian.get(path) for path in (*map(library.at, DOORS[:-1]), *DESKS)]
    assert [shown(each) for each in pages] == [[]] * len(pages)
    assert [each.status_code for each in pages[len(DOORS) - 1 :]] == [200] * len(DESKS)
