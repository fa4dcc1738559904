"""The supervisor interrupted, asked to end and killed: nothing of it is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.trying import eventually

HOUSE = Path(__file__).resolve().parent.parent.parent


@contextmanager
def guarding(folder: Path, *how: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A supervisor and the process id of its child."""
    command = [sys.executable, "-m", "tests.stack.guarding", str(folder), *how]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = next(int(line.split()[1]) for line in process.stdout if line.startswith("watching"))
        yield process, child


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_it_ends_its_children_and_itself(tmp_path: Path, wish: signal.Signals) -> None:
    with guarding(tmp_path) as (process, child):
        process.send_signal(wish)

        assert process.wait(5) == 0
    assert not psutil.pid_exists(child)


def test_a_second_ctrl_c_waits_for_nobody(tmp_path: Path) -> None:
    with guarding(tmp_path, "stubborn") as (process, child):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert psutil.pid_exists(child)
        process.send_signal(signal.SIGINT)

        assert process.wait(5) == 130
    eventually(lambda: not psutil.pid_exists(child))


def test_killed_without_a_word_it_leaves_no_child(tmp_path: Path) -> None:
    with guarding(tmp_path) as (process, child):
        process.kill()
        process.wait(5)

        eventually(lambda: not psutil.pid_exists(child), within_s=5)
