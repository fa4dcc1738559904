"""Pages of the library ask the database as often for ten times as much: so each answers where there are 100,000."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.models import BulkEdit, Edit, EditWay, Remark, RemarkKind, Resource, ResourceState, Taking
from lti.viewers import Role
from search.engine import Index
from tests import factories
from tests.statements import queries

FEW, MANY = 2, 20
MOST = 18
"""Questions of one page, whoever asks for it."""


class Shelf:
    """What grows in number: materials of every state, and what was said and done about one of them."""

    def __init__(self, app: Flask, session: Session) -> None:
        self._session = session
        self.teacher = factories.person(session, name="Rosa")
        home = factories.platform(session, of=self.teacher.platform.institution)
        self.librarian = factories.person(session, of=home, name="Luz", librarian=True)
        self.one = self._add(0)
        self.browsers = {
            "student": factories.signed_in(app, session),
            "teacher": factories.signed_in(app, session, Role.TEACHER, by=self.teacher),
            "librarian": factories.signed_in(app, session, Role.LIBRARIAN, by=self.librarian),
        }

    def grow(self, number: int, index: Index) -> None:
        for place in range(number):
            self._add(place)
            self._say_of_the_one(place)
        self._session.commit()
        indexing.bring_up_to_date(index)

    def _add(self, place: int) -> Resource:
        made = factories.resource(
            self._session,
            "La papa nativa se guarda en la puna.",
            by=self.teacher,
            title=f"Papa nativa {place}",
            creators=[f"Autora {place}"],
            subjects=[f"Tema {place}", "Papa"],
            language="es",
        )
        for state in (ResourceState.WAITING, ResourceState.RETURNED, ResourceState.WITHDRAWN):
            other = factories.resource(self._session, "x", by=self.teacher, state=state, title=f"{state} {place}")
            self._session.add(Remark(resource_id=other.id, author_id=self.librarian.id, kind=RemarkKind.RETURNED))
            if state is ResourceState.WAITING:
                self._session.add(Taking(resource_id=other.id, person_id=self.librarian.id))
        return made

    def _say_of_the_one(self, place: int) -> None:
        someone = factories.person(self._session, of=self.teacher.platform, name=f"Persona {place}")
        about: dict[str, Any] = {"resource_id": self.one.id, "author_id": someone.id}
        self._session.add(Remark(**about, kind=RemarkKind.ANSWERED, text="Así es."))
        self._session.add(Edit(**about, way=EditWay.FORM, before={"title": "a"}, after={"title": "b"}))
        of_house = {"institution_id": self.teacher.institution_id, "author_id": self.librarian.id}
        self._session.add(BulkEdit(**of_house, name=f"tabla {place}.csv"))


@pytest.fixture
def shelf(app: Flask, session: Session) -> Shelf:
    return Shelf(app, session)


PAGES = (
    *(("student", "/"), ("student", "/search?q=papa"), ("student", "/search?q=papa&subject=Papa&language=es")),
    *(("student", "/resources/{one}"), ("student", "/resources/{one}/read"), ("student", "/similar/{one}")),
    *(("teacher", "/"), ("teacher", "/mine"), ("teacher", "/resources/{one}")),
    *(("librarian", "/"), ("librarian", "/review"), ("librarian", "/search?q=papa"), ("librarian", "/bulk")),
    *(("librarian", "/resources/{one}"), ("librarian", "/resources/{one}/edits"), ("librarian", "/wishes/queue")),
    *(("librarian", "/resources/{one}/trail"), ("librarian", "/resources/{one}/describe")),
)


def test_no_page_asks_more_where_there_is_more(app: Flask, session: Session, shelf: Shelf, index: Index) -> None:
    def counted() -> dict[tuple[str, str], int]:
        found = {}
        for who, page in PAGES:
            with queries(app) as sent:
                answer = shelf.browsers[who].get(page.format(one=shelf.one.id))
            assert answer.status_code == 200, page
            found[who, page] = sum(each.startswith(("SELECT", "WITH")) for each in sent)
        return found

    shelf.grow(FEW, index)
    counted()  # what is asked once and remembered
    few = counted()
    shelf.grow(MANY, index)

    many = counted()
    assert {at: (number, many[at]) for at, number in few.items() if many[at] > number} == {}
    assert {at: number for at, number in few.items() if number > MOST} == {}
