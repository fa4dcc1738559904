"""Real S3, broker and workers for tests, started by the very code that `lrc demo` uses.

Ask for `live_settings` (S3 and broker run, both empty; data folder and database are the test's own), and for `worker`
where files must be read. The servers are shared by all tests of a run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import kombu.pools
import pytest
from flask import Flask

from lrc.app import create_app
from lrc.celery import READING, celery
from lrc.config import Settings, variable_of
from lrc.db import engine_of
from lrc.stack import centre, kept, programs, seaweed, valkey
from lrc.stack.kept import Kept
from lrc.stack.processes import Program
from lrc.stack.supervisor import Supervisor
from lrc.storage import Storage

if TYPE_CHECKING:
    from mypy_boto3_s3.service_resource import Bucket

_S3 = tuple(each.name for each in fields(Settings) if each.name.startswith("s3_"))


@contextmanager
def supervised(logs: Path, *wanted: Program) -> Iterator[Supervisor]:
    """Programs that are ready, ended at the end."""
    supervisor = Supervisor(logs, say=print)
    try:
        supervisor.start(wanted)
        supervisor.wait_until_ready()
        yield supervisor
    finally:
        supervisor.end()


def environment(settings: Settings) -> dict[str, str]:
    """What a process must find in its environment to run with these settings."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("LRC_")}
    return others | {variable_of(each): str(getattr(settings, each.name)) for each in fields(Settings)}


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Kept]:
    """Addresses, ports and secrets of this run's servers, as `lrc demo` would choose them."""
    data = tmp_path_factory.mktemp("servers")
    kept.prepare_folder(data)
    return centre.decide({"LRC_DATA": str(data), "LRC_MODE": "test", "LRC_TOOL_URL": "https://tool.example"})


@pytest.fixture(scope="session")
def bucket(embedded: tuple[Settings, Kept]) -> Iterator[Bucket]:
    """The one bucket of a running S3 server.

    The server keeps each bucket in volumes of its own, of which a small disk has room for a hundred only.
    """
    settings, state = embedded
    with supervised(settings.data / "logs", seaweed.program(settings, state)):
        yield boto3.resource(
            "s3",
            endpoint_url=settings.s3_endpoint_url,
            region_name=settings.s3_region,
            aws_access_key_id=settings.s3_access_key,
            aws_secret_access_key=settings.s3_secret_key,
        ).Bucket(settings.s3_bucket)
    seaweed.tidy(settings.data, state)


@pytest.fixture
def s3(embedded: tuple[Settings, Kept], bucket: Bucket) -> Settings:
    """A running S3 server with nothing in it, told by the settings that reach it."""
    bucket.objects.all().delete()
    for upload in bucket.multipart_uploads.all():
        upload.abort()
    return embedded[0]


def with_storage(settings: Settings, s3: Settings) -> Settings:
    """Settings that reach the S3 server of ``s3`` and are themselves in all else."""
    return replace(settings, **{name: getattr(s3, name) for name in _S3})


@pytest.fixture(scope="session")
def broker(embedded: tuple[Settings, Kept]) -> Iterator[Settings]:
    """A running broker, told by the settings that reach it."""
    settings, state = embedded
    with supervised(settings.data / "logs", valkey.program(settings.data, state)):
        yield settings


@pytest.fixture
def live_settings(
    settings: Settings, s3: Settings, broker: Settings, embedded: tuple[Settings, Kept]
) -> Iterator[Settings]:
    """The settings of a test with real S3 and broker, in which nothing is left by others."""
    with closing(valkey.client(embedded[1])) as client:
        client.flushall()
    live = replace(with_storage(settings, s3), broker_url=broker.broker_url)
    Storage(live).prepare()  # lets in the pages of this test's tool
    yield live
    forget_connections()  # else what tests without a broker send would go to this one


@pytest.fixture
def live_app(live_settings: Settings) -> Iterator[Flask]:
    """The application with real S3 and broker."""
    app = create_app(live_settings)
    forget_connections()
    with app.app_context():
        yield app
    forget_connections()
    engine_of(app).dispose()


def forget_connections() -> None:
    """Close Celery's connections, which it keeps for the whole process whatever the settings become."""
    kombu.pools.reset()
    celery._after_fork()


@pytest.fixture
def worker(live_settings: Settings) -> Iterator[Supervisor]:
    """The worker that reads files, ready and running with `live_settings`; each of them takes seconds to start."""
    every = programs.workers(live_settings, environment(live_settings), ())
    with supervised(live_settings.data / "logs", *(each for each in every if each.name == READING)) as supervisor:
        yield supervisor
