"""What a hit opens counts as an answer to what was sought, wherever it is."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.models import Resource
from search.engine import current_index
from search.models import Sought
from tests import factories


def material(session: Session) -> Resource:
    return factories.resource(session, "El riego por goteo", title="Riego")


def course(session: Session) -> Resource:
    return factories.course(session, factories.module(session), title="Curso de riego")


def module(session: Session) -> Resource:
    return factories.module(session, "Riego|El riego por goteo", title="Módulo de riego")


@pytest.mark.parametrize(
    ("make", "page"),
    [
        (material, "/resources/{}"),
        (material, "/resources/{}/read"),
        (course, "/study/courses/{}"),
        (module, "/study/modules/{}/text/1"),
    ],
)
def test_opening_a_hit_is_counted_once_and_only_with_the_words(
    app: Flask, session: Session, make: object, page: str
) -> None:
    path = page.format(make(session).id)  # type: ignore[operator]
    session.commit()
    indexing.bring_up_to_date(current_index())
    browser = factories.signed_in(app, session)
    browser.get("/search?q=riego")
    for address in (path, f"{path}?q=riego", f"{path}?q=riego", f"{path}?q=otra+cosa"):
        assert browser.get(address).status_code in (200, 302)
    session.expire_all()
    assert session.scalars(select(Sought.clicks)).all() == [1]
