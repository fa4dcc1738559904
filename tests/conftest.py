"""What every test may ask for: settings in a folder of its own, an application, a database made by the migrations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc import migrations
from lrc.app import create_app
from lrc.config import Settings
from lrc.db import engine_of, new_session
from tests import ports, postgres
from tests.factories import Browser

pytest_plugins = ["tests.services", "tests.scheduling", "tests.speed", "tests.campus"]


_SQLITE, _POSTGRESQL = "sqlite", "postgresql"
_BOTH = "both"

_SAME_ON_BOTH = (
    *("tests/journeys/", "tests/practice/", "tests/independent/", "tests/faults/test_broker_and_workers.py"),
    *("tests/richtext/", "tests/lti/doctor/", "tests/lti/registering/", "tests/lti/test_bad_"),
    *("tests/catalog/accessibility/", "tests/catalog/extract/", "tests/catalog/test_failures.py"),
    "tests/faults/test_deliveries.py::test_a_worker_killed_while_it_waits_for_an_answer",
    *("tests/study/questions/test_templates.py", "tests/study/certificates/test_papers.py"),
    *("tests/test_storage.py", "tests/test_celery.py"),
)
"""What does the same whichever the database is: a run on both has it once, with SQLite."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=(_SQLITE, _POSTGRESQL, _BOTH),
        default=_SQLITE,
        help="what the suite runs on; a real one, or one after the other",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What uses a database runs on each that was asked for."""
    if "database_kind" in metafunc.fixturenames:
        kinds = _kinds(metafunc.definition, metafunc.config.getoption("--database"))
        names = [each if len(kinds) > 1 and each == _POSTGRESQL else pytest.HIDDEN_PARAM for each in kinds]
        metafunc.parametrize("database_kind", kinds, indirect=True, ids=names, scope="session")


def _kinds(test: pytest.Item | pytest.Collector, asked: str) -> list[str]:
    if asked != _BOTH:
        return [asked]
    if test.get_closest_marker(_POSTGRESQL):
        return [_POSTGRESQL]
    return [_SQLITE] if test.nodeid.startswith(_SAME_ON_BOTH) else [_SQLITE, _POSTGRESQL]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL alone only what uses the database is run: the rest is the same with SQLite."""
    asked = config.getoption("--database")
    if asked == _BOTH:
        return
    is_used = [_is_used(item, is_postgresql=asked == _POSTGRESQL) for item in items]
    config.hook.pytest_deselected(items=[item for item, used in zip(items, is_used, strict=True) if not used])
    items[:] = [item for item, used in zip(items, is_used, strict=True) if used]


def _is_used(item: pytest.Item, *, is_postgresql: bool) -> bool:
    if item.get_closest_marker(_POSTGRESQL):
        return is_postgresql
    return not is_postgresql or "database_kind" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database of this test: "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file made by the migrations once, for all tests to copy."""
    folder = tmp_path_factory.mktemp("migrated")
    file = folder / "migrated.sqlite3"
    migrations.upgrade(Settings(mode="test", data=folder, database_url=f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Cluster]:
    """A real PostgreSQL server with a migrated template."""
    with postgres.running() as running:
        running.make_template(tmp_path_factory.mktemp("template"))
        yield running


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database of the kind that the suite runs on (`pytest --database postgresql`)."""
    if database_kind == _POSTGRESQL:
        cluster: postgres.Cluster = request.getfixturevalue("cluster")
        with cluster.database() as url:
            yield url
    else:
        file = tmp_path / "test.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), file)
        yield f"sqlite:///{file}"


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Settings:
    """Of a tool that does not listen, or of one that does where the test asks for it (``campus`` does)."""
    made = Settings(
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
    return ports.on_loopback(made) if "listening_tool" in request.fixturenames else made


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.test_client_class = Browser
    with app.app_context():
        yield app
    engine_of(app).dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own, apart from those of requests; commit to let requests see what it wrote."""
    with new_session(engine_of(app)) as own:
        yield own
