"""Proves that what storage holds is what was sent: the same SHA-256, looked at before anything of it is read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from catalog.extract.refusal import Failure, Unreadable
from catalog.models import File


def prove(path: Path, file: File) -> None:
    """Raise Unreadable (ALTERED) where the bytes at ``path``, fetched from storage, are others than the row says."""
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != file.sha256:
        raise Unreadable(Failure.ALTERED, f"{file.key} holds {found}, not {file.sha256}")
