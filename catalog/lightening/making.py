"""Has a child process make the lighter versions of one file, which may run out of time or memory, or die."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from catalog.bounded import asking
from catalog.extract.limits import Limits
from catalog.lightening.child import COVER, LIGHT, THUMBNAIL

_SAID_BYTES, _DETAIL_BYTES = 4000, 500


@dataclass(frozen=True)
class Order:
    """What is to be made lighter: a film or a PDF by its media type; ``ffmpeg`` is for films."""

    path: Path
    media_type: str
    duration_s: float = 0.0
    wants_poster: bool = False
    ffmpeg: str = ""


@dataclass(frozen=True)
class Made:
    """What came of it: a file in the folder, or None where nothing clearly lighter did; pictures are WebP or empty."""

    light: Path | None
    cover: bytes
    thumbnail: bytes
    detail: str


class NotMade(Exception):
    """The child ended before it had said what came of it: out of time, out of memory, or by what is in the file."""


def make(order: Order, folder: Path, limits: Limits) -> Made:
    """Make what can be made of the file, in ``folder``. Raises NotMade. Call it from a thread that lives as long."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        _run(order, folder, limits, (said, errors))
        detail = json.loads(_beginning(said))["detail"]
    light = folder / LIGHT
    return Made(light if light.exists() else None, _bytes(folder / COVER), _bytes(folder / THUMBNAIL), detail)


def _run(order: Order, folder: Path, limits: Limits, pipes: tuple[IO[bytes], IO[bytes]]) -> None:
    said, errors = pipes
    told = {
        **{name: value for name, value in asdict(order).items() if name != "path"},
        "path": str(order.path.absolute()),
        "folder": str(folder.absolute()),
    }
    streams = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": errors}
    child = asking.start("catalog.lightening.child", told, limits, **streams)
    asking.end(child, patience_s=limits.read_time_limit_s)
    if child.returncode:
        raise NotMade(f"the child ended with {child.returncode}: {asking.tail(errors, _DETAIL_BYTES)}")


def _beginning(said: IO[bytes]) -> bytes:
    said.seek(0)
    return said.read(_SAID_BYTES)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
