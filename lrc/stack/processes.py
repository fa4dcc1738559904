"""One child process: how it is started so that it can never outlive us, and how it is ended."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lrc.config import MIB

_LOG_LIMIT_BYTES = 5 * MIB
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

# Stages are ended from the highest to the lowest: first what lets work in, last what everything else needs.
SERVERS, WORKERS, DOORS = range(3)


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Program:
    """What a child runs and how one sees that it is ready.

    ``name`` names its log, ``title`` is what people read, ``ready`` is asked again and again until it says yes (it must
    answer within about a second). ``stop_signal`` asks it to end; ``orphan_signal`` is what the kernel sends it when we
    die without a word.
    """

    name: str
    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    stage: int
    ready: Callable[[], bool] = _always
    # Four seconds of work on a good machine: a slow and busy one may need all of this, and starts nothing if cut short.
    ready_within_s: float = 150
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 10
    before: Callable[[], None] = field(default=lambda: None)
    keep_open: tuple[int, ...] = ()


class Child:
    """A running program in a process group of its own, writing to a log file."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.log = log
        self.started_at = time.monotonic()
        program.before()
        trim_log(log)
        with log.open("ab") as output:
            self._log_start = output.tell()
            self._process = subprocess.Popen(  # noqa: S603  commands are made by us
                program.command,
                env=dict(program.environment),
                cwd=program.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
                pass_fds=program.keep_open,
                preexec_fn=dies_with(os.getpid(), program.orphan_signal),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.started_at

    def ended(self) -> bool:
        return self._process.poll() is not None

    def how_it_ended(self) -> str:
        code = self._process.returncode
        if code is not None and code < 0:
            return f"was ended by signal {-code} ({signal.Signals(-code).name})"
        return f"ended with status {code}"

    def last_words(self, lines: int = 6) -> str:
        """The last lines that this run wrote to its log."""
        with self.log.open("rb") as text:
            size = text.seek(0, os.SEEK_END)
            text.seek(max(min(self._log_start, size), size - 16_384))
            written = text.read().decode("utf-8", "replace")
        return "\n".join([line for line in written.splitlines() if line.strip()][-lines:])

    def ask_to_end(self) -> None:
        if not self.ended():
            self._process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """End the whole process group at once, also what a dead leader left behind."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            if not self.ended():
                self._process.wait()


def trim_log(log: Path) -> None:
    """Move what is in a long log to NAME.log.1 and go on with an empty one; children may be writing to it."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def dies_with(parent: int, orphan_signal: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes another program: ask the kernel for a signal when ``parent`` dies."""

    def bind() -> None:
        if sys.platform == "linux":
            _libc.prctl(_PR_SET_PDEATHSIG, int(orphan_signal))
        if os.getppid() != parent:  # we died between fork and here
            os._exit(1)

    return bind
