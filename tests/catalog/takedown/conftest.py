"""The library, and a reader in it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lti.viewers import Role
from tests import factories
from tests.catalog.takedown import shelving
from tests.catalog.takedown.shelving import Library
from tests.factories import Browser


@pytest.fixture
def library(session: Session) -> Library:
    return shelving.stocked(session)


@pytest.fixture
def reader(app: Flask, session: Session, library: Library) -> Browser:
    return factories.signed_in(app, session, Role.STUDENT, by=library.reader, where=library.course)
