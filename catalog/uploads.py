"""Takes a file off the wire: spooled to disk while it is counted and hashed, so that memory stays flat."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from flask import Request, current_app
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage

from lrc import db
from lrc.config import MIB, Settings
from lrc.errors import BadFile, BadInput, NotAllowed, TooLarge, Unavailable
from lrc.storage import current_storage
from lti.viewers import Role, viewer

log = logging.getLogger(__name__)
FILES, COVERS = "files", "covers"
"""The folders of storage that the catalogue writes to."""
NAME_LIMIT = 255
_FORM_FIELDS_BYTES = 1 * MIB
# A body somewhat too large is read to its end and dropped, so that the answer can keep what else was typed; browsers
# do not show an answer that comes while they still send. Beyond this many times the limit it is cut off.
_READ_TIMES = 4
_AUTHORS = frozenset({Role.TEACHER, Role.LIBRARIAN})
_WITH_FILES = {
    "catalog.upload": frozenset({Role.TEACHER}),
    "catalog.replace": frozenset({Role.TEACHER}),
    "catalog.add_captions": _AUTHORS,
    "catalog.new_version": _AUTHORS,
    "catalog.put_collection_cover": frozenset({Role.LIBRARIAN}),
    "catalog.bulk_edits": frozenset({Role.LIBRARIAN}),
    "catalog.mend_file": _AUTHORS,
    "catalog.vocabularies": frozenset({Role.LIBRARIAN}),
    "study.add_image": _AUTHORS,
    "study.course_cover": _AUTHORS,
    "study.exchange": _AUTHORS,
    "study.import_folder": _AUTHORS,
}
"""The pages that take a file, and who may send them one."""


class Spool:
    """A nameless file on disk that counts and hashes what is written to it and keeps at most ``limit_bytes``.

    What comes beyond the limit, or after the disk is full, is dropped; ``trouble`` then holds what to raise.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed with the request)
        self.size_bytes = 0
        self.trouble: TooLarge | Unavailable | None = None
        self._limit_bytes = limit_bytes
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size_bytes += len(data)
        if self.size_bytes > self._limit_bytes and self.trouble is None:
            self._drop(TooLarge())
        if self.trouble is None:
            self._hash.update(data)
            try:
                self.file.write(data)
            except OSError as error:
                self._drop(Unavailable(_("No queda espacio para recibir el archivo."), detail=str(error)))
        return len(data)

    def _drop(self, trouble: TooLarge | Unavailable) -> None:
        self.trouble = trouble
        self.file.truncate(0)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def close(self) -> None:
        self.file.close()


class SpooledRequest(Request):
    """A request whose file goes to the scratch folder; only where one is expected, and from who may send it.

    A second file is refused: each would take an open descriptor, and room on the disk.
    """

    _spool: Spool | None = None

    @property
    def max_content_length(self) -> int | None:
        if self.endpoint in _WITH_FILES:
            return _settings().max_upload_bytes * _READ_TIMES + _FORM_FIELDS_BYTES
        return _FORM_FIELDS_BYTES

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        raise AttributeError("the size of a body is decided by its endpoint")

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        self._check_sender()
        if self._spool is not None:
            raise BadInput(detail="more than one file in a form")
        settings = _settings()
        self._spool = Spool(settings.scratch_path, settings.max_upload_bytes)
        return cast(IO[bytes], self._spool)

    def close(self) -> None:
        """Also let go of the file of a body that broke off, which never came among the form's files."""
        super().close()
        if self._spool is not None:
            self._spool.close()

    def _check_sender(self) -> None:
        # The body is read before any view runs, by the check against forgery: who asks is looked at before taking it.
        if self.endpoint not in _WITH_FILES:
            raise BadInput(detail=f"a file was sent to {self.endpoint}")
        may = bool(viewer.roles & _WITH_FILES[self.endpoint])
        db.release()  # nobody else's writing waits for this upload
        if not may:
            raise NotAllowed


@dataclass(frozen=True)
class Received:
    """A file that came whole: an open stream at its start, its cleaned name, its size and its SHA-256 in hex."""

    stream: IO[bytes]
    name: str
    size_bytes: int
    sha256: str


def received(upload: FileStorage | None) -> Received:
    """The file of a form. Raises BadInput where none was chosen, BadFile where empty, TooLarge or Unavailable."""
    spool = cast(Spool, upload.stream) if upload is not None else None
    if upload is None or spool is None or not upload.filename:
        raise BadInput(_("Elige un archivo."))
    if spool.trouble is not None:
        raise spool.trouble
    if spool.size_bytes == 0:
        raise BadFile(_("El archivo está vacío."))
    spool.seek(0)
    return Received(spool.file, clean_name(upload.filename), spool.size_bytes, spool.sha256)


@dataclass(frozen=True)
class Stored:
    """A received file whose bytes storage already holds under ``key``."""

    key: str
    name: str
    size_bytes: int
    sha256: str


@contextmanager
def stored(file: Received) -> Iterator[Stored]:
    """Send a file to storage for a row to be made inside; where that fails, the bytes are deleted again.

    The request's transaction is ended before, so that sending keeps nobody else from writing.
    """
    with sent(file.stream, kind=FILES) as key:
        yield Stored(key, file.name, file.size_bytes, file.sha256)


@contextmanager
def sent(stream: IO[bytes], *, kind: str, media_type: str = "application/octet-stream") -> Iterator[str]:
    """As stored, for any bytes in a folder of storage: the key that they got."""
    db.release()
    storage = current_storage()
    key = storage.save(stream, kind=kind, media_type=media_type)
    try:
        yield key
    except BaseException:
        try:
            storage.delete(key)
        except Unavailable as error:
            log.warning("%s is left to the sweep: %s", key, error)
        raise


def clean_name(name: str) -> str:
    """A file's own name: no folders, no control characters, at most 255 characters with its ending kept."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in plain if c.isprintable()).strip() or "archivo"
    ending = PurePosixPath(plain).suffix[:20]
    return plain if len(plain) <= NAME_LIMIT else plain[: NAME_LIMIT - len(ending)] + ending


def title_from(name: str) -> str:
    """A title made of a file's name: without its ending, with blanks for underscores."""
    stem = PurePosixPath(name).stem.replace("_", " ").strip()
    return " ".join(stem.split()) or name


def _settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])
