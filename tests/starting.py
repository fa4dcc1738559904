"""Processes of the house that begin at once: forked from one that has imported it, where a fresh Python takes seconds.

All else is as in a process of its own: environment, arguments, output, signals and exit status.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lrc.cli import main

FORKS = multiprocessing.get_context("forkserver")
"""Makes processes by ``FORKS.Process``; what makes them is begun at the first."""
FORKS.set_forkserver_preload(["lrc.cli", "pytest", "tests.factories", __name__])


class Started:
    """A process at work, told of much as ``subprocess.Popen`` tells."""

    def __init__(self, work: Callable[[list[str]], None], given: list[str], environ: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lrc-started-")
        self._streams = [Path(self._folder.name) / name for name in ("stdout", "stderr")]
        for each in self._streams:
            each.touch()
        told = (work, given, dict(environ), self._streams)
        self._process = FORKS.Process(target=_run, args=told, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative where a signal ended it."""
        return self._process.exitcode

    def said(self) -> str:
        """What it has printed so far, and after it its errors."""
        return "".join(each.read_text(encoding="utf-8") for each in self._streams)

    def wait(self, timeout_s: float = 60) -> str:
        """All that it said, once it has ended; ``printed`` is that without errors. To be called once, always."""
        self._process.join(timeout_s)
        said = self.said()
        assert self.returncode is not None, f"it has not ended after {timeout_s} s: {said}"
        self.printed = self._streams[0].read_text(encoding="utf-8")
        self._folder.cleanup()
        return said

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)


def lrc(arguments: Sequence[str | Path], environ: Mapping[str, str]) -> Started:
    """The command `lrc` with these arguments and nothing else in its environment."""
    return Started(_lrc, [str(each) for each in arguments], environ)


def _run(work: Callable[[list[str]], None], given: list[str], environ: dict[str, str], streams: list[Path]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    for number, path in enumerate(streams, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
    work(given)


def _lrc(arguments: list[str]) -> None:
    sys.argv = ["lrc", *arguments]
    main()
