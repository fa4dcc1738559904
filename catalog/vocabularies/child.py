"""The child process that reads or writes one file of SKOS: it bounds itself, and says what it found as JSON.

Started by catalog.vocabularies.reading as ``python -m catalog.vocabularies.child ORDER``.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

from catalog.extract.child import bound
from catalog.extract.limits import Limits
from catalog.vocabularies import skos
from catalog.vocabularies.scheme import Scheme


def main() -> None:
    order = json.loads(sys.argv[1])
    # What libraries print must not get between the lines of the answer.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    bound(Limits(**order["limits"]), order["parent"])
    path = Path(order["path"])
    try:
        told: dict[str, object] = _written(path, order["form"]) if "form" in order else _read(path, order["wanted"])
    except skos.NotSkos as refusal:
        told = {"refusal": refusal.code, "detail": refusal.detail}
    except (MemoryError, RecursionError) as error:
        told = {"refusal": "too_heavy", "detail": type(error).__name__}
    json.dump(told, answer)
    answer.close()


def _read(path: Path, wanted: str) -> dict[str, object]:
    return {"scheme": skos.read(path, wanted).plain()}


def _written(path: Path, form: str) -> dict[str, object]:
    """The file at ``path`` holds the vocabulary in plain form."""
    written = io.BytesIO()
    skos.write(written, Scheme.from_plain(json.loads(path.read_bytes())), form)
    return {"written": written.getvalue().decode()}


if __name__ == "__main__":
    main()
