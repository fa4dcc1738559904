"""What is in a resource shows nowhere while it is closed, though that it is there may be told."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.catalog.takedown.marks import INSIDE, shown
from tests.catalog.takedown.pages import CLOSED, DOORS, SHOWING, TO_WHAT_IS_IN_IT
from tests.catalog.takedown.shelving import Library
from tests.catalog.takedown.ways import CLOSING, taken_away
from tests.factories import Browser


@pytest.mark.parametrize("how", CLOSING)
def test_what_is_in_a_closed_one_shows_nowhere(session: Session, library: Library, reader: Browser, how: str) -> None:
    taken_away(session, library, CLOSING[how])
    is_open = how == "nothing"
    wrong = []
    for path in map(library.at, (*SHOWING, *DOORS)):
        answer = reader.get(path)
        if shown(answer, INSIDE) and not is_open:
            wrong.append((path, answer.status_code))
    for path in map(library.at, TO_WHAT_IS_IN_IT):
        if (reader.get(path).status_code in CLOSED) is is_open:
            wrong.append((path, reader.get(path).status_code))
    assert wrong == []
