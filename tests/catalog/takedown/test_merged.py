"""Wherever a material stood that was merged the one that was kept stands, and every door of its own leads there."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.describing import description
from catalog.merging import merges
from catalog.merging.merges import Choice
from catalog.models import Resource
from lti.viewers import Role
from search.engine import current_index
from tests import factories
from tests.catalog.takedown.marks import shown
from tests.catalog.takedown.pages import DOORS, SHOWING
from tests.catalog.takedown.shelving import Library
from tests.factories import Browser

KEPT = "Salsaparrilla de los Andes"


@pytest.fixture
def kept(session: Session, library: Library) -> Resource:
    """What the library's one was merged into."""
    made = factories.resource(session, "Otra página.", by=library.author, title=KEPT)
    librarian = factories.viewer(session, Role.LIBRARIAN, by=library.librarian)
    both = merges.get_both(session, librarian, made.id, library.it.id, held=True)
    merges.merge(session, librarian, *both, Choice(description.of(made), made.audience))
    session.commit()
    indexing.bring_up_to_date(current_index())
    return made


def test_the_one_that_was_kept_stands_in_its_place(library: Library, kept: Resource, reader: Browser) -> None:
    told = {path: reader.get(library.at(path)) for path in SHOWING}
    assert {path: shown(answer) for path, answer in told.items() if shown(answer)} == {}
    # What is found by words is found by other words now; of a collection's things the list of collections has a cover;
    # what the kept one is adapted from is what was chosen to be said of it.
    found_by_words = ("/search", "/suggest", "/similar")
    places = [path for path in SHOWING if not path.startswith(found_by_words) and "?q=" not in path]
    assert [path for path in places if KEPT not in told[path].text] == ["/resources/{older}", "/collections"]


def test_every_door_of_its_own_leads_to_the_one_that_was_kept(
    library: Library, kept: Resource, reader: Browser
) -> None:
    for path in map(library.at, DOORS[:-1]):
        answer = reader.get(path)
        assert answer.status_code in (302, 303, 307), path
        assert f"/{kept.id}" in answer.location, path
