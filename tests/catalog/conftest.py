"""For the tests of the catalogue that ask for `s3`: an application with a real server."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lrc.celery import celery
from lrc.config import Settings
from search.engine import Index, current_index
from tests.catalog.meddling import Meddled
from tests.services import with_storage


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """The usual settings, with a real S3 server where a test asks for `s3`."""
    if "s3" not in request.fixturenames or "live_settings" in request.fixturenames:
        return settings
    return with_storage(settings, request.getfixturevalue("s3"))


@pytest.fixture
def index(app: Flask) -> Index:
    return current_index()


@pytest.fixture
def meddled(settings: Settings, app: Flask) -> Meddled:
    return Meddled(settings.index_path)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Any]]]:
    """What is handed to the broker."""
    tasks_sent: list[tuple[str, list[Any]]] = []
    monkeypatch.setattr(celery, "send_task", lambda name, args: tasks_sent.append((name, list(args))))
    return tasks_sent
