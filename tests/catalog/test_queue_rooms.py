"""What librarians reach from the queue: each page leads back to it, and says in the menu where it belongs."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lti.viewers import Role
from tests.factories import signed_in

IN_THE_MENU = re.compile(r'<a href="[^"]*/review" aria-current="true">')


@pytest.mark.parametrize(
    "page", ["/wishes/queue", "/weblinks", "/bulk", "/vocabularies", "/duplicates", "/study/signing", "/library/search"]
)
def test_what_is_reached_from_the_queue_leads_back_to_it(app: Flask, session: Session, page: str) -> None:
    librarian = signed_in(app, session, Role.LIBRARIAN)
    assert f'{page}"' in librarian.get("/review").text
    menu, shown = librarian.get(page).text.split("</header>", 1)
    assert IN_THE_MENU.search(menu)
    assert re.search(r'<p><a href="[^"]*/review">', shown)


def test_choosing_what_to_change_belongs_to_the_queue_too(app: Flask, session: Session) -> None:
    shown = signed_in(app, session, Role.LIBRARIAN).get("/bulk/pick").text
    assert IN_THE_MENU.search(shown.split("</header>")[0])
