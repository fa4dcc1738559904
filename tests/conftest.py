"""What every test may ask for: settings in a folder of its own, an application, a database made by the migrations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc import migrations
from lrc.app import create_app
from lrc.config import Settings
from lrc.db import engine_of, new_session
from tests.factories import Browser


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite in the test's folder, or an empty PostgreSQL database where the suite runs on one."""
    return os.environ.get("LRC_TEST_DATABASE_URL", "") or f"sqlite:///{tmp_path / 'test.sqlite3'}"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(
        mode="test",
        data=tmp_path,
        secret_key="test-secret-key-that-is-long-enough",
        database_url=database_url,
        tool_url="https://tool.example",
        broker_url="memory://",
        s3_endpoint_url="http://127.0.0.1:9",
        s3_public_url="http://127.0.0.1:9",
        s3_access_key="test",
        s3_secret_key="test-secret",
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.test_client_class = Browser
    migrations.upgrade(settings)
    with app.app_context():
        yield app
    engine_of(app).dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own, apart from those of requests; commit to let requests see what it wrote."""
    with new_session(engine_of(app)) as own:
        yield own
