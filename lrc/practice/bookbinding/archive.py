"""Archives that come out byte for byte the same whenever they are made."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

_FIRST = "mimetype"


def pack(parts: Mapping[str, bytes], date: datetime.date) -> bytes:
    """A zip of the parts, each dated ``date``; the part mimetype first and uncompressed, as EPUB and ODF ask."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(parts, key=lambda name: name != _FIRST):
            entry = zipfile.ZipInfo(name, (date.year, date.month, date.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == _FIRST else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, parts[name])
    return buffer.getvalue()


def unpack(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The names and contents of a zip's parts."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def repack(content: bytes, date: datetime.date) -> bytes:
    """The same archive without the hour at which a library wrote it."""
    return pack(dict(unpack(content)), date)
