"""Folders as zip files: the same bytes for the same files; what is unsafe or too much is refused with its name."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from flask_babel import lazy_gettext as _

from lrc.errors import BadFile
from lrc.study.exchange.parsing import Files
from lrc.study.exchange.reports import unreadable

MOST_ZIP_BYTES = 120_000_000
MOST_FILES, MOST_BYTES = 6_000, 200_000_000
MOST_TEXT_BYTES, MOST_IMAGE_BYTES = 4_000_000, 12_000_000
_WHEN = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6
_MODE = 0o100644 << 16
_SYSTEM = frozenset({"__MACOSX", ".git", ".DS_Store", "Thumbs.db", "desktop.ini"})
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def write(files: Files) -> bytes:
    """A zip of the files, in the order of their paths, without anything that changes from one day to another."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _MODE
            entry.create_system = 3  # Unix, wherever it is made
            archive.writestr(entry, files[path])
    return out.getvalue()


def read(data: bytes) -> Files:
    """The files in a zip.

    Raises BadFile for what is no zip, paths that lead out of it, symbolic links, encrypted, repeated or huge entries,
    and for more than MOST_FILES files or MOST_BYTES in all, which are counted as they unfold.
    """
    if len(data) > MOST_ZIP_BYTES:
        raise unreadable(_("El archivo pesa demasiado."), f"{len(data)} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _files(archive)
    except BadFile:
        raise
    except _BROKEN as error:
        raise unreadable(_("Este archivo no es un zip que se pueda abrir."), repr(error)) from error


def checked_path(path: str) -> str:
    """A path within a folder. Raises BadFile where it is absolute, leads out of it, or cannot be on every system."""
    parts = path.split("/")
    unsafe = "\\" in path or ":" in path or not path.isprintable() or not all(parts) or {".", ".."} & set(parts)
    if unsafe or PurePosixPath(path).is_absolute() or len(path) > 500:
        raise unreadable(_("«%(path)s» no es un nombre de archivo que podamos aceptar.", path=path[:200]), path[:200])
    return path


def is_of_system(path: str) -> bool:
    """Whether it is a file that systems leave behind, not one that somebody wrote."""
    return any(part in _SYSTEM or part.startswith("._") for part in path.split("/"))


def most_bytes(path: str) -> int:
    """How big a file of that name may be."""
    return MOST_TEXT_BYTES if path.endswith(".md") else MOST_IMAGE_BYTES


def too_big(path: str) -> BadFile:
    return unreadable(_("«%(path)s» es demasiado grande.", path=path[:200]), path[:200])


def _files(archive: zipfile.ZipFile) -> Files:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise unreadable(_("El archivo trae demasiados archivos."), f"{len(entries)} entries")
    files: Files = {}
    total = 0
    for entry in entries:
        if entry.is_dir() or is_of_system(entry.filename):
            continue
        path = checked_path(entry.filename)
        _refuse_odd(entry, path, files)
        files[path] = _content(archive, entry, min(most_bytes(path), MOST_BYTES - total))
        total += len(files[path])
    return files


def _refuse_odd(entry: zipfile.ZipInfo, path: str, files: Files) -> None:
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise unreadable(_("«%(path)s» no es un archivo, sino un enlace a otro.", path=path[:200]), path)
    if entry.flag_bits & 0x1:
        raise unreadable(_("«%(path)s» está cifrado: envíalo sin contraseña.", path=path[:200]), path)
    if path in files:
        raise unreadable(_("«%(path)s» está dos veces.", path=path[:200]), path)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """An entry's bytes; what it says of its own size is not believed."""
    with archive.open(entry) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise too_big(entry.filename)
    return content
