"""The S3 server stopped, killed and started again: nobody gets half a file, and what was acknowledged stays."""

from __future__ import annotations

import io
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from lrc.config import MIB, Settings
from lrc.errors import Unavailable
from lrc.stack import centre, kept, seaweed
from lrc.stack.kept import Kept
from lrc.stack.supervisor import Supervisor
from lrc.storage import Storage
from tests.services import supervised
from tests.trying import kill_and_have_back


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class Server:
    """An S3 server of this test's own."""

    settings: Settings
    state: Kept

    def running(self) -> AbstractContextManager[Supervisor]:
        """Start it, again too: what the one before it had open may take a moment to be let go."""
        deadline = time.monotonic() + 15
        while not all(map(_is_free, self.state.ports.values())) and time.monotonic() < deadline:
            time.sleep(0.1)
        return supervised(self.settings.data / "logs", seaweed.program(self.settings, self.state))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    kept.prepare_folder(tmp_path / "own")
    own = Server(*centre.decide({"LRC_DATA": str(tmp_path / "own"), "LRC_MODE": "test"}))
    yield own
    seaweed.tidy(own.settings.data, own.state)


class Slow(io.BytesIO):
    """A long file whose reading waits, once, in the middle."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.in_the_middle = threading.Event()
        self.go_on = threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= 24 * MIB and not self.go_on.is_set():
            self.in_the_middle.set()
            assert self.go_on.wait(60)
        return super().read(size)


def test_a_server_that_stops_during_a_save_is_said_and_nothing_half_is_left(server: Server, tmp_path: Path) -> None:
    storage = Storage(server.settings)
    content = os.urandom(40 * MIB)
    stream = Slow(content)
    outcome: list[object] = []

    def save() -> None:
        try:
            outcome.append(storage.save(stream, kind="files"))
        except Unavailable as error:
            outcome.append(error)

    saving = threading.Thread(target=save)
    with server.running():
        saving.start()
        assert stream.in_the_middle.wait(30)
    stream.go_on.set()
    saving.join(60)

    assert isinstance(outcome[0], Unavailable)
    with server.running():
        assert list(storage.keys("files")) == []
        key = storage.save(io.BytesIO(content), kind="files")
        storage.fetch(key, tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == content


def test_what_was_acknowledged_survives_a_killed_server(server: Server, tmp_path: Path) -> None:
    storage = Storage(server.settings)
    contents = [os.urandom(size) for size in (10, 100_000, 9 * MIB)]
    with server.running() as supervisor:
        keys = [storage.save(io.BytesIO(content), kind="files") for content in contents]

        kill_and_have_back(supervisor, "s3")

        for key, content in zip(keys, contents, strict=True):
            storage.fetch(key, tmp_path / "back")
            assert (tmp_path / "back").read_bytes() == content
        assert storage.save(io.BytesIO(b"new"), kind="files") not in keys


def test_files_stay_when_all_ports_must_change(server: Server, tmp_path: Path) -> None:
    with server.running():
        key = Storage(server.settings).save(io.BytesIO(b"kept"), kind="files")
    taken = server.state.ports["master"]
    seaweed.tidy(server.settings.data, server.state)

    with socket.create_server(("127.0.0.1", taken)):
        moved = Server(*centre.decide({"LRC_DATA": str(server.settings.data), "LRC_MODE": "test"}))
        assert not set(moved.state.ports.values()) & set(server.state.ports.values())
        with moved.running():
            Storage(moved.settings).fetch(key, tmp_path / "back")
    seaweed.tidy(moved.settings.data, moved.state)

    assert (tmp_path / "back").read_bytes() == b"kept"
