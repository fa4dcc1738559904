"""A site on loopback that answers as a test wants, and people who paste its addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories
from tests.lti.servers import Server, says, serving


@pytest.fixture
def site() -> Iterator[Server]:
    with serving(Server(says(b""))) as running:
        yield running


@pytest.fixture
def rosa(session: Session) -> Person:
    return factories.person(session, name="Rosa")


@pytest.fixture
def teacher(session: Session, rosa: Person) -> Viewer:
    return factories.viewer(session, Role.TEACHER, by=rosa)
