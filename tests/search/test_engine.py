"""Which index an application uses is chosen by the settings, and refused where the database cannot hold it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lrc.app import create_app
from lrc.config import Settings, SettingsError
from lrc.db import engine_of
from search.whoosh_index.index import WhooshIndex


def test_an_index_in_files_is_what_nobody_chose(settings: Settings) -> None:
    app = create_app(settings)
    assert isinstance(app.extensions["lrc_index"], WhooshIndex)
    engine_of(app).dispose()


def test_an_index_in_the_database_needs_postgresql(settings: Settings) -> None:
    elsewhere = replace(settings, database_url="sqlite://", search_engine="postgresql")
    with pytest.raises(SettingsError, match="LRC_DATABASE_URL"):
        create_app(elsewhere)
