"""A platform at a server that a test lets misbehave, and what the doctor finds there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from lrc.config import Settings
from lti.doctor import case, examining
from lti.doctor.case import Case
from lti.doctor.findings import Finding, State
from lti.models import Platform, ToolKey
from lti.sealing import seal
from tests import factories
from tests.lti.servers import Server, hang, says, serving

Load = Callable[..., Case]


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that knows nothing, until a test sets its ``reply``."""
    with serving(Server(says(b"<h1>Not Found</h1>", 404))) as running:
        yield running


@pytest.fixture
def platform(session: Session, settings: Settings, server: Server) -> Platform:
    """A Moodle registered at that server, and a tool that has a key."""
    made = factories.platform(session, issuer=server.url)
    session.add(ToolKey(kid="ours", private_pem=_sealed(settings.secret_key)))
    session.commit()
    return made


@pytest.fixture
def load(app: Flask, session: Session, settings: Settings, platform: Platform) -> Load:
    """Reads the case of the platform, with changes."""

    def read(**changes: Any) -> Case:
        session.expire_all()
        found = case.load(session, platform.id, settings, every_institution=True)
        session.rollback()
        limits = replace(found.limits, timeout_s=3.0)
        return replace(found, **{"limits": limits, **changes})

    return read


def _sealed(secret_key: str) -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return seal(made.private_bytes(encoding, form, serialization.NoEncryption()).decode(), secret_key)


def found(examination: examining.Examination, code: str) -> Finding:
    """The finding of that code, its sentences read as a person would."""
    [each] = [each for each in examination.findings if each.code == code]
    with force_locale("es"):
        return replace(each, sentence=str(each.sentence), advice=str(each.advice))


def states(examination: examining.Examination) -> dict[str, State]:
    return {each.code: each.state for each in examination.findings}


__all__ = ["Server", "found", "hang", "says", "states"]
