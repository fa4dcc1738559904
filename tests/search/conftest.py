"""An index for the tests that hold of every engine: files with SQLite, tables with `--database postgresql`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Engine, text

from lrc.db import make_engine
from search.engine import Index
from search.postgres_index.index import PostgresIndex
from search.whoosh_index.index import WhooshIndex
from tests import postgres


class MakeIndex(Protocol):
    """Another opening of the index of this test, as another process has."""

    def __call__(self, *, lock_wait_s: float = 60.0) -> Index: ...


def wipe(engine: Engine) -> None:
    """Do away with the index in a database, as if there had never been one."""
    with engine.begin() as connection:
        schemas = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'lrc\\_index%'")).all()
        for schema in schemas:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))


@contextmanager
def _in_database(cluster: postgres.Cluster, name: str) -> Iterator[Engine]:
    """A database for indexes alone: they live in schemas of their own, beside nothing that they need."""
    cluster.execute(f"CREATE DATABASE {name}")
    engine = make_engine(cluster.url(name))
    yield engine
    engine.dispose()
    cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def index_engine(cluster: postgres.Cluster) -> Iterator[Engine]:
    """Where the index of each test is, one after another."""
    with _in_database(cluster, "indexes") as engine:
        yield engine


@pytest.fixture
def make_index(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[MakeIndex]:
    """Opens the index of this test, where there is nothing yet."""
    if database_kind == "postgresql":
        engine: Engine = request.getfixturevalue("index_engine")
        yield lambda *, lock_wait_s=60.0: PostgresIndex(engine, lock_wait_s=lock_wait_s)
        wipe(engine)
    else:
        yield lambda *, lock_wait_s=60.0: WhooshIndex(tmp_path / "index", lock_wait_s=lock_wait_s)


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    """The index of this test, whose writers do not wait long."""
    return make_index(lock_wait_s=0.2)


@pytest.fixture(scope="module")
def make_kept_index(
    request: pytest.FixtureRequest, database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Index]]:
    """Makes indexes for all tests of a module, each apart from the others and from that of each test."""
    numbers = itertools.count()
    if database_kind == "postgresql":
        cluster: postgres.Cluster = request.getfixturevalue("cluster")
        with ExitStack() as opened:
            yield lambda: PostgresIndex(opened.enter_context(_in_database(cluster, f"kept_{next(numbers)}")))
    else:
        folder = tmp_path_factory.mktemp("kept")
        yield lambda: WhooshIndex(folder / str(next(numbers)))


@pytest.fixture(scope="module")
def kept_index(make_kept_index: Callable[[], Index]) -> Index:
    """An index for all tests of a module, apart from that of each test."""
    return make_kept_index()
