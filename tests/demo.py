"""The whole centre as `lrc demo` runs it, for tests that need every process: on free ports, with data of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import starting

_READY = "All is ready"
_READY_WITHIN_S = 120
_ENDED_WITHIN_S = 40
_COMMAND_WITHIN_S = 60


@dataclass(frozen=True)
class Demo:
    """A running centre: the practice LMS and the tool, which are two sites for a browser."""

    lms_url: str
    tool_url: str
    data: Path
    environment: dict[str, str]

    def take_in(self, folder: Path, title: str, pdf: bytes) -> None:
        """Import a PDF with `lrc import`, beside the running centre; ``folder`` is for the files that this takes."""
        (folder / "book.pdf").write_bytes(pdf)
        record = {"id": title, "title": title, "language": "es", "file": "book.pdf"}
        (folder / "records.jsonl").write_text(json.dumps(record), encoding="utf-8")
        self.command("import", str(folder / "records.jsonl"))

    def command(self, *words: str) -> str:
        """What the command `lrc` prints, run beside the running centre."""
        done = starting.lrc(words, self.environment)
        said = done.wait(_COMMAND_WITHIN_S)
        assert done.returncode == 0, said
        return done.printed.strip()


@contextmanager
def running(data: Path) -> Iterator[Demo]:
    """Start the demo in ``data`` and wait until it is ready; end it as Ctrl-C does, and see that it ends cleanly."""
    web_port, practice_port = _free_ports(2)
    others = {name: value for name, value in os.environ.items() if not name.startswith("LRC_")}
    environment = {
        **others,
        "LRC_DATA": str(data),
        "LRC_WEB_PORT": str(web_port),
        "LRC_WEB_WORKERS": "1",
        "LRC_PRACTICE_PORT": str(practice_port),
        "LRC_RECONCILE_EVERY_S": "2",  # imported files are read at its next round
    }
    log = data.parent / f"{data.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [_lrc(), "demo"], env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait_until_ready(process, log)
        yield Demo(f"http://localhost:{practice_port}", f"http://127.0.0.1:{web_port}", data, environment)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_ENDED_WITHIN_S)
    assert process.returncode == 0, f"lrc demo ended with {process.returncode}:\n{log.read_text()}"


def _lrc() -> str:
    return str(Path(sysconfig.get_path("scripts")) / "lrc")


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while _READY not in (said := log.read_text(encoding="utf-8")):
        assert process.poll() is None, f"lrc demo ended with {process.returncode}:\n{said}"
        assert time.monotonic() < deadline, f"lrc demo is not ready after {_READY_WITHIN_S} s:\n{said}"
        time.sleep(0.1)


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports
