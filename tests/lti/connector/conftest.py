"""A platform that gives tokens and answers services, and what asks it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy.orm import Session

from lrc.config import Settings
from lti import connector
from lti.connector import Connector, connect
from lti.models import Platform, ToolKey
from lti.sealing import seal
from tests import factories
from tests.lti.connector.platformlike import Platformlike
from tests.lti.servers import serving


@pytest.fixture
def moodle() -> Iterator[Platformlike]:
    server = Platformlike()
    with serving(server):
        yield server


@cache
def _sealed(secret_key: str) -> str:
    """Our key, the same in all tests of a run: making one takes a while."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return seal(pem.decode(), secret_key)


@pytest.fixture
def platform(session: Session, settings: Settings, moodle: Platformlike) -> Platform:
    made = factories.platform(session, issuer=moodle.url)
    made.auth_token_url = f"{moodle.url}/token.php"
    session.add(ToolKey(kid="ours", private_pem=_sealed(settings.secret_key)))
    session.commit()
    return made


@pytest.fixture
def ask(app: Flask, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Connector:
    monkeypatch.setattr(connector, "PAUSE_S", 0.01)
    return connect(platform.id)
