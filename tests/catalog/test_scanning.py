"""ClamAV: its protocol against a real socket that speaks it; what it finds is never served, and told in words."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import rescanning, scanning, tasks
from catalog.extract.refusal import Failure, Unreadable
from catalog.models import File, FileState, ResourceState
from catalog.scanning import Infected
from lrc.config import Settings, SettingsError, from_environment
from lrc.db import utcnow
from lrc.errors import Unavailable
from lrc.storage import current_storage
from lti.viewers import Role
from tests import factories

MARK = b"virus de prueba"


class Daemon:
    """Speaks clamd's INSTREAM: finds MARK, refuses more than ``most_bytes``, and says ``oddly`` instead where given."""

    def __init__(self, at: Path | None = None, *, most_bytes: int = 10**6, oddly: bytes | None = None) -> None:
        self._most_bytes, self._oddly = most_bytes, oddly
        self._socket = socket.create_server(("127.0.0.1", 0)) if at is None else socket.socket(socket.AF_UNIX)
        if at is not None:
            self._socket.bind(str(at))
            self._socket.listen()
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}" if at is None else str(at)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            asked, _ = self._socket.accept()
            with asked, asked.makefile("rb") as stream:
                command = stream.read(10)
                if command != b"zINSTREAM\0":
                    return
                asked.sendall(self._verdict(stream) + b"\0")

    def _verdict(self, stream: io.BufferedReader) -> bytes:
        content = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            content += stream.read(length)
            if len(content) > self._most_bytes:
                return b"INSTREAM size limit exceeded. ERROR"
        if self._oddly is not None:
            return self._oddly
        return b"stream: Prueba-1 FOUND" if MARK in content else b"stream: OK"

    def close(self) -> None:
        family = socket.AF_UNIX if self.address.startswith("/") else socket.AF_INET
        host, _, port = self.address.rpartition(":")
        with socket.socket(family) as last:
            last.connect(self.address if family == socket.AF_UNIX else (host, int(port)))
            last.sendall(b"zQUIT\0    ")
        self._thread.join(timeout=5)
        self._socket.close()


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    running = Daemon()
    yield running
    running.close()


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_what_is_clean_passes_and_each_byte_is_told(tmp_path: Path, daemon: Daemon) -> None:
    came: list[int] = []
    scanning.scan(written(tmp_path / "a", b"x" * 600_000), daemon.address, on_bytes=came.append)
    assert sum(came) == 600_000


def test_what_is_found_is_raised(tmp_path: Path, daemon: Daemon) -> None:
    with pytest.raises(Infected, match="Prueba-1"):
        scanning.scan(written(tmp_path / "a", b"y" * 300_000 + MARK), daemon.address)


def test_a_socket_of_the_system_does_as_well(tmp_path: Path) -> None:
    running = Daemon(tmp_path / "s")
    try:
        with pytest.raises(Infected):
            scanning.scan(written(tmp_path / "a", MARK), running.address)
    finally:
        running.close()


def test_what_is_too_long_for_the_daemon_was_not_looked_at(tmp_path: Path) -> None:
    running = Daemon(most_bytes=1000)
    try:
        with pytest.raises(Unreadable) as refusal:
            scanning.scan(written(tmp_path / "a", b"x" * 900_000), running.address)
    finally:
        running.close()
    assert refusal.value.failure is Failure.UNSCANNED


@pytest.mark.parametrize("oddly", [b"", b"UNKNOWN COMMAND", b"stream: OKAY"])
def test_without_a_verdict_nothing_passes_for_clean(tmp_path: Path, oddly: bytes) -> None:
    running = Daemon(oddly=oddly)
    try:
        with pytest.raises(Unavailable):
            scanning.scan(written(tmp_path / "a", b"x"), running.address)
    finally:
        running.close()


def test_where_the_daemon_is_not_there_a_file_waits(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unavailable):
        scanning.scan(written(tmp_path / "a", b"x"), f"127.0.0.1:{port}")
    scanning.scan(tmp_path / "a", "")


@pytest.mark.parametrize("address", ["clamav", "127.0.0.1", "x y:3310", "relative/socket"])
def test_an_address_that_cannot_be_is_refused_at_start(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="LRC_CLAMAV_ADDRESS"):
        from_environment({"LRC_DATA": str(tmp_path), "LRC_CLAMAV_ADDRESS": address})


def test_a_file_in_quarantine_is_served_to_nobody_and_its_teacher_reads_why(
    app: Flask, session: Session, s3: Settings, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LRC_SETTINGS", replace(app.config["LRC_SETTINGS"], clamav_address=daemon.address))
    teacher = factories.person(session)
    content = b"Hola a todos. " + MARK
    resource = factories.resource(session, by=teacher, state=ResourceState.DRAFT)
    assert resource.file is not None
    resource.file.state = FileState.RECEIVED
    resource.file.key = current_storage().save(io.BytesIO(content), kind="files")
    resource.file.sha256, resource.file.size_bytes = "", len(content)
    session.commit()
    monkeypatch.setattr("catalog.sending.proof.prove", lambda path, file: None)
    tasks.read_file(resource.file.id)
    session.rollback()
    session.expire_all()
    assert session.get_one(File, resource.file.id).state is FileState.QUARANTINED
    browser = factories.signed_in(app, session, Role.TEACHER, by=teacher)
    assert "antivirus encontró algo dañino" in browser.get(f"/resources/{resource.id}").text
    for path in ("read", "file", "link"):
        assert browser.get(f"/resources/{resource.id}/{path}").status_code == 409
    tasks.read_file(resource.file.id)
    session.rollback()
    assert session.get_one(File, resource.file.id).state is FileState.QUARANTINED


def test_files_from_before_the_scanner_are_looked_at_by_the_sweep(
    app: Flask, session: Session, s3: Settings, daemon: Daemon
) -> None:
    def file(content: bytes, **columns: object) -> File:
        key = current_storage().save(io.BytesIO(content), kind="files")
        made = factories.resource(session, "Texto", key=key).file
        assert made is not None
        for name, value in columns.items():
            setattr(made, name, value)
        return made

    clean, bad, failed = file(b"papa"), file(MARK), file(b"maiz", state=FileState.FAILED, failure=Failure.CORRUPT)
    waiting = file(b"olluco", state=FileState.RECEIVED)
    gone = factories.resource(session, "Texto").file
    seen = file(MARK, scanned_at=utcnow())
    session.commit()
    revision = bad.resource.revision if bad.resource else 0
    found = [clean.id, bad.id, failed.id, gone.id if gone else 0]
    assert list(session.scalars(rescanning.unscanned())) == found

    with_scanner = replace(app.config["LRC_SETTINGS"], clamav_address=daemon.address)
    for file_id in [*found, waiting.id, seen.id, *found]:
        rescanning.scan(file_id, with_scanner)

    session.rollback()
    assert (clean.state, clean.scanned_at is None) == (FileState.READY, False)
    assert (bad.state, bad.failure) == (FileState.QUARANTINED, Failure.QUARANTINED)
    assert bad.resource is not None
    assert bad.resource.revision == revision + 1
    assert (failed.state, failed.scanned_at is None) == (FileState.FAILED, False)
    assert (waiting.scanned_at, seen.state) == (None, FileState.READY)
    assert list(session.scalars(rescanning.unscanned())) == found[-1:]  # for the next sweep


def test_without_a_scanner_nothing_is_marked_as_clean(app: Flask, session: Session, settings: Settings) -> None:
    made = factories.resource(session, "Texto").file
    assert made is not None
    rescanning.mark(session, made.id, settings)
    assert made.scanned_at is None
    rescanning.mark(session, made.id, replace(settings, clamav_address="127.0.0.1:3310"))
    assert made.scanned_at is not None
