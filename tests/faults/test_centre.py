"""The whole centre as one command: second starts, killed children, the end, and the supervisor itself killed."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from lrc import migrations
from lrc.config import Settings, ensure_folders, from_environment
from lrc.db import make_engine, new_session
from lrc.practice import registration
from lrc.stack import kept
from lrc.storage import Storage
from tests import starting
from tests.trying import eventually

READY_WITHIN_S = 120


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    output: Path
    environment: dict[str, str]

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def settings(self) -> Settings:
        """As a command beside it would read them."""
        return from_environment({name: text for name, text in self.environment.items() if name.startswith("LRC_")})

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        """The direct child whose command holds a word."""
        return next(
            each for each in psutil.Process(self.process.pid).children() if any(word in part for part in each.cmdline())
        )


def environment_for(data: Path) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    others = {name: value for name, value in os.environ.items() if not name.startswith("LRC_")}
    return {**others, "LRC_DATA": str(data), "LRC_WEB_PORT": str(port), "LRC_WEB_WORKERS": "1", "LRC_READERS": "1"}


@contextmanager
def up(environment: dict[str, str], output: Path) -> Iterator[Running]:
    """`lrc up`, ready."""
    with output.open("wb") as target:
        process = subprocess.Popen([sys.executable, "-m", "lrc", "up"], env=environment, stdout=target, stderr=target)
    running = Running(process, output, environment)
    try:
        eventually(lambda: "All is ready" in running.said() or process.poll() is not None, within_s=READY_WITHIN_S)
        assert process.poll() is None, running.said()
        yield running
    finally:
        process.kill()
        process.wait(10)


def refused(environment: dict[str, str]) -> str:
    """What `lrc up` says when it does not even start."""
    asked = starting.lrc(["up"], environment)
    said = asked.wait()
    assert asked.returncode == 1, said
    assert "Traceback" not in said
    return said


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [each for each in processes if _lives(each)]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it ended between the two questions
        return False


def test_a_day_of_the_centre(tmp_path: Path) -> None:
    environment = environment_for(tmp_path / "data")

    with up(environment, tmp_path / "first") as running:
        assert f"Open http://127.0.0.1:{environment['LRC_WEB_PORT']}/" in running.said()
        assert "already runs on" in refused(environment)

        key = Storage(running.settings()).save(io.BytesIO(b"kept"), kind="files")
        beat = running.child("beat")
        beat.kill()
        eventually(lambda: "Clock (beat): back after" in running.said())
        assert "Clock (beat) was ended by signal 9 (SIGKILL); starting it again in 0.5 s" in running.said()

        family = running.family()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(40) == 0, running.said()
        assert living(family) == []
        assert "Everything has ended" in running.said()

    with up(environment, tmp_path / "second") as running:
        assert Storage(running.settings()).size_bytes(key) == 4

        family = running.family()
        running.process.kill()
        running.process.wait(10)
        eventually(lambda: living(family) == [], within_s=20)
    kept.lock(tmp_path / "data").close()


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    environment = environment_for(tmp_path / "data")
    port = environment["LRC_WEB_PORT"]

    with socket.create_server(("127.0.0.1", int(port))):
        said = refused(environment)

    assert f"Port {port} on 127.0.0.1 is used by another program" in said
    assert "LRC_WEB_PORT=" in said


@pytest.mark.parametrize(
    ("name", "address", "sentence"),
    [
        (
            "LRC_DATABASE_URL",
            "postgresql://lrc:secret@127.0.0.1:9/lrc",
            "The database postgresql://lrc:***@127.0.0.1:9",
        ),
        ("LRC_BROKER_URL", "redis://:secret@127.0.0.1:9/0", "The broker redis://:**@127.0.0.1:9/0 does not answer"),
        ("LRC_S3_ENDPOINT_URL", "http://127.0.0.1:9", "The S3 server http://127.0.0.1:9 cannot be used"),
    ],
)
def test_a_server_of_ones_own_that_is_away_is_said(tmp_path: Path, name: str, address: str, sentence: str) -> None:
    said = refused({**environment_for(tmp_path / "data"), name: address})

    assert sentence in said
    assert "secret" not in said
    assert name.removesuffix("_ENDPOINT_URL") in said


def test_asked_to_end_while_starting_it_leaves_nothing(tmp_path: Path) -> None:
    environment = environment_for(tmp_path / "data")
    output = tmp_path / "output"
    with output.open("wb") as target:
        process = subprocess.Popen([sys.executable, "-m", "lrc", "up"], env=environment, stdout=target, stderr=target)
    eventually(lambda: b"File storage (S3): ready" in output.read_bytes(), within_s=60)
    family = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(signal.SIGTERM)

    assert process.wait(40) == 0, output.read_text()
    assert living(family) == []
    assert "Asked to end while starting." in output.read_text()


def test_what_the_demo_made_is_not_used_in_production(tmp_path: Path) -> None:
    environment = environment_for(tmp_path / "data")
    settings = from_environment({"LRC_DATA": str(tmp_path / "data"), "LRC_MODE": "demo"})
    ensure_folders(settings)
    migrations.upgrade(settings)
    engine = make_engine(settings.database_url)
    with new_session(engine, writing=True) as session, session.begin():
        registration.register(session, settings)
    engine.dispose()

    assert "lets anybody in as anyone" in refused(environment)
