"""The platform and the course of those who read and write a reading list."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from lti.models import Context, Platform
from tests import factories


@pytest.fixture
def home(session: Session) -> Platform:
    return factories.platform(session)


@pytest.fixture
def course(session: Session, home: Platform) -> Context:
    return factories.context(session, of=home)
