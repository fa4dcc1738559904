"""The child process that reads or writes one file of SKOS, and says what it found.

Started by catalog.vocabularies.reading.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.bounded.answering import answer
from catalog.vocabularies import skos
from catalog.vocabularies.scheme import Scheme


def _work(order: Mapping[str, Any]) -> dict[str, object]:
    path = Path(order["path"])
    try:
        return _written(path, order["form"]) if "form" in order else _read(path, order["wanted"])
    except skos.NotSkos as refusal:
        return {"refusal": refusal.code, "detail": refusal.detail}


def _read(path: Path, wanted: str) -> dict[str, object]:
    return {"scheme": skos.read(path, wanted).plain()}


def _written(path: Path, form: str) -> dict[str, object]:
    """The file at ``path`` holds the vocabulary in plain form."""
    written = io.BytesIO()
    skos.write(written, Scheme.from_plain(json.loads(path.read_bytes())), form)
    return {"written": written.getvalue().decode()}


if __name__ == "__main__":
    answer(_work)
