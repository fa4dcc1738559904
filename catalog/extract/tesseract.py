"""Tesseract itself, loaded by name and only where text is read in pictures. The only module that knows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tesserocr


def engine(folder: Path, languages: Sequence[str]) -> Any:
    """What reads pictures with the models of these languages in the folder."""
    return tesserocr.PyTessBaseAPI(path=str(folder), lang="+".join(languages))
