"""The catalogue keeps an index in PostgreSQL as it keeps one in files: nothing of it knows which it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.commands import reindex
from catalog.indextasks import bring_index_up_to_date
from catalog.models import ResourceState
from lrc import migrations
from lrc.config import Settings
from lrc.db import engine_of
from search.engine import IndexMissing, current_index
from search.postgres_index.index import PostgresIndex
from tests.catalog import shelves
from tests.catalog.meddling import lag
from tests.search.conftest import wipe

pytestmark = pytest.mark.postgresql


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, search_engine="postgresql")


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    yield app
    wipe(engine_of(app))


def test_what_is_published_is_found_and_what_is_withdrawn_is_not(app: Flask, session: Session) -> None:
    assert isinstance(current_index(), PostgresIndex)
    withdrawn = shelves.resource(session, "Quinua roja")
    shelves.resource(session, "Quinua")
    session.commit()
    bring_index_up_to_date()
    assert sorted(shelves.titles(current_index(), "quinua")) == ["Quinua", "Quinua roja"]

    withdrawn.state = ResourceState.WITHDRAWN
    indexing.changed(session, withdrawn)
    session.commit()
    bring_index_up_to_date()

    assert shelves.titles(current_index(), "quinua") == ["Quinua"]
    assert lag() == 0


def test_an_index_that_is_gone_is_made_anew(app: Flask, session: Session) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    bring_index_up_to_date()
    wipe(engine_of(app))
    with pytest.raises(IndexMissing):
        current_index().count()

    bring_index_up_to_date()

    assert shelves.titles(current_index(), "quinua") == ["Quinua"]


def test_the_command_reindexes(app: Flask, session: Session) -> None:
    for number in range(3):
        shelves.resource(session, f"Quinua {number}")
    session.commit()
    done = CliRunner().invoke(reindex, [], obj=lambda: app, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert len(shelves.titles(current_index(), "quinua")) == 3


def test_the_tables_of_the_index_are_none_that_migrations_know(app: Flask, settings: Settings) -> None:
    current_index().write()
    migrations.compare(settings)
    with engine_of(app).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM lrc_index.pointer")) == 1
