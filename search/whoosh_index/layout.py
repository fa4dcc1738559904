"""Where the index lies: its folder, the pointer to the live generation, the writer's lock and the table of contents.

``current`` (JSON) names the live folder and the version that made it. A rebuild fills another folder and replaces
``current`` in one rename; whoever still reads the old one keeps its files open.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh import fields, formats
from whoosh.analysis.analyzers import IDAnalyzer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import _DEF_INDEX_NAME, TOC, clean_files

from search.analysis import ANALYSIS_VERSION
from search.errors import IndexBusy, IndexMissing, IndexUnavailable
from search.whoosh_index.mapping import MappedStorage

FORMAT_VERSION = 5
"""Raise it when the files would be laid out otherwise."""
VERSION = f"{FORMAT_VERSION}.{ANALYSIS_VERSION}"
INDEX_NAME = _DEF_INDEX_NAME
POINTER, LOCK, MERGE_LOCK, FILL_LOCK = "current", "write.lock", "merge.lock", "fill.lock"
JOINING, FILLING = "joining.", "filling."
"""Folders within the live one for what is made beside it: by who merges, by who fills."""
FIELDS = ("title", "text", "stop", "creator", "subject", "audience")
"""In the order in which their postings are written. "stop" are the stop words of texts, which ``text`` leaves out."""
SCORED = ("title", "text")
POSITIONED = ("title", "text", "stop")
"""Fields of which the places of words are kept."""
_POLL_S = 0.05


def make_schema() -> fields.Schema:
    """Words of one field each; weights are written with the postings, so no values are kept."""
    one_word: Any = IDAnalyzer()
    return fields.Schema(
        **{name: fields.FieldType(formats.Existence(), one_word, scorable=name in SCORED) for name in FIELDS}
    )


def make_codec() -> W3Codec:
    return W3Codec(blocklimit=4096, compression=0)


class Generation:
    """One folder of index files, and its tables of contents."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.storage = MappedStorage(path)

    def latest(self) -> int:
        return int(TOC._latest_generation(self.storage, INDEX_NAME))

    def toc(self) -> TOC:
        """The newest table of contents. Raises OSError where a commit removes it under our eyes: read again."""
        read: TOC = TOC.read(self.storage, INDEX_NAME, schema=make_schema())
        return read

    def contents(self, toc: TOC) -> Path:
        """The file that a table of contents is in."""
        return Path(self.path, TOC._filename(INDEX_NAME, toc.generation))

    def commit(self, toc: TOC) -> None:
        """Make a table of contents the newest one, in one rename, and delete what it does not name."""
        toc.write(self.storage, INDEX_NAME)
        clean_files(self.storage, INDEX_NAME, toc.generation, toc.segments)

    def clean(self) -> None:
        """Delete what a writer that died left behind. Only for who holds the lock."""
        toc = self.toc()
        clean_files(self.storage, INDEX_NAME, toc.generation, toc.segments)
        for stray in self.path.glob(f"_{INDEX_NAME}_*.toc.*"):
            stray.unlink(missing_ok=True)

    @contextmanager
    def beside(self, what: str) -> Iterator[Generation]:
        """A folder within this one, JOINING or FILLING; gone afterwards. Only for who holds the lock of that."""
        for stray in self.path.glob(f"{what}*"):
            shutil.rmtree(stray, ignore_errors=True)
        path = self.path / f"{what}{secrets.token_hex(4)}"
        with suppress(FileNotFoundError):  # a rebuild may take the place of all this at any moment
            path.mkdir(mode=0o700)
        try:
            yield Generation(path)
        finally:
            shutil.rmtree(path, ignore_errors=True)


def live_generation(folder: Path) -> Generation:
    """What is searched now. Raises IndexMissing before the first write, IndexUnavailable where it cannot be used."""
    try:
        pointer = json.loads((folder / POINTER).read_text(encoding="utf-8"))
        name, version = str(pointer["folder"]), str(pointer["version"])
    except FileNotFoundError as error:
        raise IndexMissing(detail=f"there is no index in {folder} yet: lrc import or lrc reindex makes one") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexUnavailable(detail=f"{folder / POINTER} cannot be read: {error}; run lrc reindex") from error
    if version != VERSION:
        raise IndexUnavailable(detail=f"the index has version {version}, not {VERSION}; run lrc reindex")
    return Generation(folder / name)


def is_live(folder: Path, generation: Generation) -> bool:
    """Whether it is what is searched now."""
    try:
        return live_generation(folder).path == generation.path
    except IndexUnavailable:
        return False


def new_generation(folder: Path) -> Generation:
    """A fresh, empty generation that nobody searches yet."""
    path = folder / f"g{time.time_ns():x}{secrets.token_hex(2)}"
    path.mkdir(mode=0o700)
    generation = Generation(path)
    TOC.create(generation.storage, make_schema(), INDEX_NAME)
    return generation


def publish(folder: Path, generation: Generation) -> None:
    """Let searches use a generation from now on, and delete all others."""
    passing = folder / f"{POINTER}.new"
    passing.write_text(json.dumps({"folder": generation.path.name, "version": VERSION}), encoding="utf-8")
    passing.replace(folder / POINTER)
    discard_others(folder, generation.path)


def discard(generation: Generation) -> None:
    shutil.rmtree(generation.path, ignore_errors=True)


def discard_unfinished(folder: Path) -> None:
    """Delete what rebuilds left that died. Only for who holds the lock."""
    try:
        discard_others(folder, live_generation(folder).path)
    except IndexMissing:
        discard_others(folder, None)
    except IndexUnavailable:
        return  # who runs another version may still search it; publishing deletes it


def discard_others(folder: Path, kept: Path | None) -> None:
    for path in folder.glob("g*"):
        if path.is_dir() and path != kept:
            shutil.rmtree(path, ignore_errors=True)


def size_of(folder: Path) -> int:
    """How many bytes the index takes, with what is being written."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # a commit deletes what it replaces
                total += Path(parent, name).stat().st_size
    return total


@contextmanager
def writing(folder: Path, wait_s: float) -> Iterator[None]:
    """Be the only writer, of all processes on this machine. Raises IndexBusy after ``wait_s`` seconds of waiting.

    The lock is the kernel's: it falls with the process that holds it, however that dies.
    """
    with _lock_file(folder, LOCK) as descriptor:
        _acquire(descriptor, time.monotonic() + wait_s, folder)
        yield


@contextmanager
def filling(folder: Path, wait_s: float) -> Iterator[None]:
    """Be the only one who fills, beside who writes. Raises IndexBusy after ``wait_s`` seconds of waiting."""
    with _lock_file(folder, FILL_LOCK) as descriptor:
        _acquire(descriptor, time.monotonic() + wait_s, folder)
        yield


@contextmanager
def merging(folder: Path) -> Iterator[bool]:
    """Be the only one who merges, beside who writes. Yields False where another is at it."""
    with _lock_file(folder, MERGE_LOCK) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _lock_file(folder: Path, name: str) -> Iterator[int]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, until: float, folder: Path) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise IndexBusy(detail=f"another process has been writing to {folder} for too long") from error
            time.sleep(_POLL_S)
