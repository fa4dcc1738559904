"""More like this: on a page of its own, and beside a record."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import Resource, ResourceState
from search.documents import Document, Page
from search.engine import current_index
from tests import factories

TEXT = "El riego por goteo lleva el agua a la raíz de la papa nativa en los surcos del altiplano"


@pytest.fixture
def shelf(session: Session) -> list[Resource]:
    made = [
        factories.resource(session, TEXT, title="Riego por goteo de la papa nativa"),
        factories.resource(session, TEXT, title="Papa nativa y riego por goteo en surcos"),
        factories.resource(session, TEXT, title="Otro riego por goteo", audience="institution:999"),
        factories.resource(session, "La quena se sopla", title="La quena"),
    ]
    session.commit()
    current_index().write(
        Document(
            str(each.id), each.record_id, each.title, audience=each.audience, pages=[Page(1, each.file.pages[0].text)]
        )
        for each in made
        if each.file is not None
    )
    return made


def test_what_resembles_it_is_shown_of_what_one_may_see(app: Flask, session: Session, shelf: list[Resource]) -> None:
    browser = factories.signed_in(app, session)
    for address in (f"/similar/{shelf[0].id}", f"/similar/{shelf[0].id}?beside=1"):
        text = browser.get(address).text
        assert "Papa nativa y riego" in text
        assert "Otro riego por goteo" not in text
        assert f'href="/resources/{shelf[0].id}"' not in text.partition("<article")[2]
    assert "<html" not in browser.get(f"/similar/{shelf[0].id}?beside=1").text


def test_its_page_leads_there(app: Flask, session: Session, shelf: list[Resource]) -> None:
    text = factories.signed_in(app, session).get(f"/resources/{shelf[0].id}").text
    assert f'href="/similar/{shelf[0].id}">Más como esto' in text
    assert f'hx-get="/similar/{shelf[0].id}?beside=1"' in text


def test_nothing_is_told_of_what_one_may_not_see(app: Flask, session: Session, shelf: list[Resource]) -> None:
    shelf[3].state = ResourceState.WITHDRAWN
    browser = factories.signed_in(app, session)
    for each in (shelf[2].id, shelf[3].id, 999_999):
        assert browser.get(f"/similar/{each}").status_code == 404
