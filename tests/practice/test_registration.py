"""The practice LMS is registered for trying only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from lrc.config import Settings, SettingsError
from lrc.practice import registration
from tests import factories


def test_it_is_known_whether_it_was_ever_registered_at_whatever_address(session: Session, settings: Settings) -> None:
    factories.platform(session)
    assert not registration.is_registered(session)
    registration.register(session, replace(settings, practice_port=9999))
    assert registration.is_registered(session)


def test_it_is_never_registered_in_production(session: Session, settings: Settings) -> None:
    with pytest.raises(SettingsError, match="never registered in production"):
        registration.register(session, replace(settings, mode="production"))
    assert not registration.is_registered(session)
