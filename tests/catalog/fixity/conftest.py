"""A library with bytes in a real storage."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.config import Settings
from tests.catalog.fixity.storing import Vault


@pytest.fixture
def vault(app: Flask, session: Session, settings: Settings, s3: Settings) -> Vault:
    return Vault(session, settings)
