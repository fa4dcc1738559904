"""A practice LMS that really answers on loopback, and a tool that knows it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from lrc.config import Settings
from lrc.practice import registration
from lrc.practice.lms import create_practice_app
from lti.models import Platform
from tests.lti.launching import Moodle


@pytest.fixture(scope="session")
def practice_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Settings(
        mode="test", data=tmp_path_factory.mktemp("practice"), tool_url="https://tool.example", practice_port=port
    )


@pytest.fixture(scope="session")
def practice(practice_settings: Settings) -> Iterator[Flask]:
    """The practice LMS, listening at its address."""
    app = create_practice_app(practice_settings)
    server = make_server("127.0.0.1", practice_settings.practice_port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(request: pytest.FixtureRequest, settings: Settings, practice_settings: Settings) -> Settings:
    if "listening_tool" in request.fixturenames:
        return settings
    return replace(settings, practice_port=practice_settings.practice_port)


@pytest.fixture
def platform(session: Session, settings: Settings) -> Platform:
    """The practice LMS as registered with the tool."""
    platform = registration.register(session, settings)
    session.commit()
    return platform


@pytest.fixture
def moodle(app: Flask, practice: Flask, practice_settings: Settings, platform: Platform) -> Moodle:
    """What a test sends messages with, good ones and bad ones."""
    return Moodle(app, practice_settings)
