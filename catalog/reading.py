"""Reads one file in a child process that may run out of time or memory, or die, without harm to who asked."""

from __future__ import annotations

import logging
import os
import re
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from catalog.accessibility.flaws import Flaw, found
from catalog.bounded import asking
from catalog.extract import language, offering
from catalog.extract.about import About
from catalog.extract.intake import Intake
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

__all__ = ["Failure", "Limits", "PageText", "Reading", "Unreadable", "read"]

log = logging.getLogger(__name__)

# News is told at most every NEWS_EVERY_S; without news a sign of life follows after ALIVE_EVERY_S.
NEWS_EVERY_S = 0.5
LOOK_EVERY_S = 0.05
ALIVE_EVERY_S = 5.0
# A cover is no reason to wait once the text is there.
COVER_TIME_S = 30
ENDING_TIME_S = 5

# What libraries say before they give up for want of memory.
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
_REFUSED_MEMORY = re.compile(r"out of memory|cannot allocate memory|bad_alloc|memory allocation|MemoryError", re.I)

_ABORTS = (signal.SIGABRT, signal.SIGTRAP, signal.SIGILL)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class PageText:
    """A page of a file: ``number`` from 1, ``label`` at most 300 characters, paragraphs parted by a blank line.

    ``start_s`` is where in a recording it is said.
    """

    number: int
    label: str
    text: str
    start_s: float | None = None


@dataclass(frozen=True)
class Reading:
    """What a file holds. ``language`` is es, en, qu, pt or empty; pictures are WebP, or empty where none was made.

    ``is_recognised``: some of its text was read from pictures.
    """

    media_type: str
    language: str
    pages: list[PageText]
    cover: bytes
    thumbnail: bytes
    about: About = field(default_factory=About)
    is_recognised: bool = False


def read(path: Path, *, name: str, limits: Limits, on_progress: Progress) -> Reading:
    """Read the file at ``path``, which was uploaded as ``name`` (its ending tells apart kinds of text, no more).

    ``on_progress(done, total)`` is called while it works, also without news as a sign of life; total is 0 until it is
    known. What it raises ends the reading and is raised here. Raises Unreadable. Call it from a thread that lives as
    long as the reading: the kernel ends the child with the thread that started it.
    """
    intake = _taken_in(path, name, limits, _Telling(on_progress))
    pages = [
        PageText(number, each.label, each.text, each.start_s) for number, each in enumerate(intake.sections, start=1)
    ]
    on_progress(len(pages), len(pages))
    spoken = language.detect(page.text for page in pages)
    return Reading(
        media_type=intake.media_type,
        language=spoken,
        pages=pages,
        cover=intake.cover,
        thumbnail=intake.thumbnail,
        about=_completed(intake.about, pages, spoken),
        is_recognised=any(each.is_recognised and each.text for each in intake.sections),
    )


def _taken_in(path: Path, name: str, limits: Limits, progress: _Telling) -> Intake:
    """What the child says of the file, all its pages; Unreadable with the cause where it ended before."""
    intake = Intake(limits)
    with tempfile.TemporaryFile() as errors:
        with _start(path, name, limits, errors) as child:
            patience_s = 0
            memory = _Memory(child.pid)
            try:
                _follow(child, intake, limits, progress, memory)
                patience_s = 0 if intake.is_complete else ENDING_TIME_S
            finally:
                asking.end(child, patience_s)
        if not intake.is_done:
            raise _cause_of_death(child.returncode, memory.peak_bytes, limits, asking.tail(errors))
        if not intake.is_complete:
            log.warning("read without a cover: exit %s, %s", child.returncode, asking.tail(errors))
    return intake


def _completed(said: About, pages: list[PageText], spoken: str) -> About:
    """What the file says of itself, with what its text tells."""
    declared = said.offered.get("language", "")
    is_wrong = bool(declared and spoken) and declared != spoken and declared in language.LANGUAGES
    return replace(
        said,
        offered=offering.complete(said.offered, (page.text for page in pages), spoken),
        findings=[*said.findings, *[found(Flaw.WRONG_LANGUAGE)] * is_wrong],
    )


def _start(path: Path, name: str, limits: Limits, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    order = {"path": str(path.absolute()), "ending": Path(name).suffix}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": errors}
    return asking.start("catalog.extract.child", order, limits, **pipes)


def _follow(
    child: subprocess.Popen[bytes], intake: Intake, limits: Limits, progress: _Telling, memory: _Memory
) -> None:
    """Take what the child says until it has said all, or ends, or dawdles over the cover; OUT_OF_TIME before that."""
    assert child.stdout is not None  # noqa: S101 - it was asked for
    started_at = time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while time.monotonic() < min(_deadline(started_at, intake, limits), intake.done_at + COVER_TIME_S):
            memory.look()
            if selector.select(timeout=LOOK_EVERY_S):
                chunk = os.read(child.stdout.fileno(), 65536)
                if not chunk:
                    return
                intake.feed(chunk)
                if intake.is_complete:
                    return
            progress.tell(len(intake.sections), intake.count)
    if not intake.is_done:
        raise Unreadable(Failure.OUT_OF_TIME, f"{len(intake.sections)} pages read")


def _deadline(started_at: float, intake: Intake, limits: Limits) -> float:
    more_s = limits.recognition_time_limit_s if intake.is_recognising else 0
    return started_at + limits.read_time_limit_s + more_s


class _Telling:
    """Tells how far it is, neither too often nor too seldom."""

    def __init__(self, on_progress: Progress) -> None:
        self._on_progress = on_progress
        self._told, self._told_at = 0, time.monotonic()

    def tell(self, done: int, count: int) -> None:
        waited = time.monotonic() - self._told_at
        if waited >= (NEWS_EVERY_S if done > self._told else ALIVE_EVERY_S):
            self._told, self._told_at = done, time.monotonic()
            self._on_progress(done, max(count, done) if count else 0)


class _Memory:
    """The most memory that a process held while one looked, in bytes; 0 where the system does not tell.

    What the kernel reports at the end (ru_maxrss) will not do: a child begins with the peak of its parent.
    """

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self.peak_bytes = 0

    def look(self) -> None:
        with suppress(OSError):
            if found := _PEAK.search(self._status.read_text()):
                self.peak_bytes = int(found[1]) * 1024


def _cause_of_death(code: int, peak_bytes: int, limits: Limits, last_words: str) -> Unreadable:
    """Why a child ended before it had read everything."""
    detail = f"the child ended with {code}, {peak_bytes} bytes: {last_words}"
    if -code == signal.SIGXCPU:
        return Unreadable(Failure.OUT_OF_TIME, detail)
    # PDFium aborts without a word where it is refused memory; the kernel kills what takes more than the machine has.
    # A buffer that doubles is refused when it holds a part only; sound documents stay far below a quarter.
    aborted = -code in _ABORTS and peak_bytes > limits.read_memory_bytes // 4
    if -code == signal.SIGKILL or aborted or _REFUSED_MEMORY.search(last_words):
        return Unreadable(Failure.OUT_OF_MEMORY, detail)
    return Unreadable(Failure.CRASHED, detail)
