"""How zipped files are opened: measured before anything is read, and counted again while reading, for headers lie."""

from __future__ import annotations

import copy
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.extract.refusal import Failure, Unreadable

MIB = 1024 * 1024
MOST_ENTRIES = 20_000
MOST_UNPACKED_BYTES = 4096 * MIB
# Real documents seldom shrink to less than a fiftieth; deflate can reach a thousandth.
MOST_RATIO = 200
RATIO_FROM_BYTES = 32 * MIB
# A part is read whole; pictures and videos are not read at all.
MOST_PART_BYTES = 256 * MIB
_CHUNK_BYTES = 256 * 1024
_FLAG_ENCRYPTED = 0x1


class Archive:
    """The parts of a zip file by name. Names are keys and nothing else: no part is ever written anywhere.

    Raises Unreadable: ZIP_BOMB for too many parts, too much in them, or more than they declare; CORRUPT; ENCRYPTED.
    """

    def __init__(self, path: Path) -> None:
        with translated(path.name):
            self._zip = zipfile.ZipFile(path)
        self._parts = {info.filename: info for info in self._zip.infolist()}
        self.unpacked_bytes = sum(info.file_size for info in self._parts.values())
        """As its headers say; ``check`` finds out whether they lie."""
        self._measure(path.stat().st_size)

    def _measure(self, packed_bytes: int) -> None:
        infos = self._zip.infolist()
        unpacked_bytes = sum(info.file_size for info in infos)
        if len(infos) > MOST_ENTRIES or unpacked_bytes > MOST_UNPACKED_BYTES:
            raise Unreadable(Failure.ZIP_BOMB, f"{len(infos)} parts of {unpacked_bytes} bytes")
        if unpacked_bytes > RATIO_FROM_BYTES and unpacked_bytes > MOST_RATIO * packed_bytes:
            raise Unreadable(Failure.ZIP_BOMB, f"{packed_bytes} bytes become {unpacked_bytes}")

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def names(self) -> list[str]:
        """The names of its parts, as the archive has them."""
        return list(self._parts)

    def read(self, name: str) -> bytes:
        """A part as a whole; CORRUPT where it is missing."""
        return b"".join(self._chunks(name))

    def check(self, ending: str, *, without: bytes) -> None:
        """Before a library reads the parts with this ending in its own way: count what they really hold.

        One that has ``without`` near its beginning, where XML declares its entities, is refused as a ZIP_BOMB.
        """
        for name in self._parts:
            if name.endswith(ending):
                for number, chunk in enumerate(self._chunks(name)):
                    if number == 0 and without in chunk:
                        raise Unreadable(Failure.ZIP_BOMB, f"{name} has {without!r}")

    def _chunks(self, name: str) -> Iterator[bytes]:
        info = self._parts.get(name)
        if info is None:
            raise Unreadable(Failure.CORRUPT, f"{name} is missing")
        if info.flag_bits & _FLAG_ENCRYPTED:
            raise Unreadable(Failure.ENCRYPTED, name)
        if info.file_size > MOST_PART_BYTES:
            raise Unreadable(Failure.ZIP_BOMB, f"{name} declares {info.file_size} bytes")
        # zipfile stops at the declared size; a larger one lets us see what is really there.
        unbounded = copy.copy(info)
        unbounded.file_size = MOST_PART_BYTES + 1
        taken = 0
        with translated(name), self._zip.open(unbounded) as part:
            while chunk := part.read(_CHUNK_BYTES):
                taken += len(chunk)
                if taken > info.file_size:
                    raise Unreadable(Failure.ZIP_BOMB, f"{name} holds more than it declares")
                yield chunk


def beside(part: str, target: str) -> str:
    """The name of the part that ``target``, written in ``part``, points to."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Whatever a broken archive makes zipfile raise, raised as CORRUPT."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(Failure.CORRUPT, f"{name}: {error}") from error
