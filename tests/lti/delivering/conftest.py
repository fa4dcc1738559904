"""A student at a graded activity, to whom nothing waits for long."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from lti import connector
from tests.campus import Campus
from tests.lti.desks import Desk, desk


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "PAUSE_S", 0.0)


@pytest.fixture
def student(campus: Campus, session: Session) -> Desk:
    return desk(campus, session)
