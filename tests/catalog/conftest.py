"""For the tests of the catalogue that ask for `s3`: an application with a bucket of its own on the real server."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from lrc.celery import celery
from lrc.config import Settings
from lrc.storage import Storage
from search.engine import Index, current_index
from tests.catalog.meddling import Meddled


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """The usual settings, with a real S3 server where a test asks for `s3`."""
    if "s3" not in request.fixturenames or "live_settings" in request.fixturenames:
        return settings
    running: Settings = request.getfixturevalue("s3")
    with_storage = replace(
        settings,
        s3_endpoint_url=running.s3_endpoint_url,
        s3_public_url=running.s3_public_url,
        s3_access_key=running.s3_access_key,
        s3_secret_key=running.s3_secret_key,
        s3_bucket=f"test-{os.urandom(6).hex()}",
    )
    Storage(with_storage).prepare()
    return with_storage


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
