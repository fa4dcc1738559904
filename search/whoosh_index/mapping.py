"""Whoosh's files mapped into memory: nothing is copied, no descriptor stays open, and threads can share them."""

from __future__ import annotations

import mmap
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile


def mapped(path: Path) -> mmap.mmap | bytes:
    """A file's bytes, read from disk as they are touched; they stay readable after its name is deleted."""
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class MappedFile(BufferFile):
    """A file for Whoosh's readers. ``get`` moves no position; whatever does is only used while a segment is opened.

    BufferFile itself would copy the whole file into memory.
    """

    def __init__(self, path: Path) -> None:
        content: Any = mapped(path)
        self._buf = content
        self._name = path.name
        self.file = BytesIO(content) if isinstance(content, bytes) else content
        self.onclose = None
        self.is_real = False
        self.is_closed = False


class MappedStorage(FileStorage):
    """A folder whose files are opened mapped."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))  # type: ignore[no-untyped-call]

    def open_file(self, name: str, **_options: Any) -> MappedFile:
        return MappedFile(Path(str(self.folder)) / name)
