"""For the tests of merging."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.catalog.merging.desks import Desk


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)
