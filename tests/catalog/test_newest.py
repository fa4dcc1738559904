"""The first page shows what came last, to each only what is published for them."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import ResourceState
from lti.viewers import Role, institution_audience
from tests import factories


def titles_on_the_first_page(app: Flask, session: Session, *roles: Role) -> str:
    return factories.signed_in(app, session, *roles).get("/").text


def test_what_came_last_comes_first(app: Flask, session: Session) -> None:
    for title in ("Primero", "Segundo"):
        factories.resource(session, "texto", title=title)
    page = titles_on_the_first_page(app, session)
    assert page.index("Segundo") < page.index("Primero")


def test_what_is_not_for_the_viewer_is_not_shown(app: Flask, session: Session) -> None:
    other = factories.institution(session)
    factories.resource(session, "texto", title="En revisión", state=ResourceState.WAITING)
    factories.resource(session, "texto", title="De otra universidad", audience=institution_audience(other.id))
    page = titles_on_the_first_page(app, session)
    assert "En revisión" not in page
    assert "De otra universidad" not in page
    assert "Los estantes esperan sus primeros libros" in page


def test_on_empty_shelves_a_teacher_is_offered_to_fill_them(app: Flask, session: Session) -> None:
    assert "/upload" in titles_on_the_first_page(app, session, Role.TEACHER)
    assert "/upload" not in titles_on_the_first_page(app, session, Role.STUDENT)
