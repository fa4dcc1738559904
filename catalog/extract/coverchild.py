"""The child process that makes the cover of one file, and nothing else of it.

Started by catalog.fixity.covers.
"""

from __future__ import annotations

import base64
import importlib
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.bounded.answering import answer
from catalog.extract import cover
from catalog.extract.child import READERS
from catalog.extract.contents import Contents
from catalog.extract.kinds import detect
from catalog.extract.limits import Limits
from catalog.extract.refusal import Unreadable

_PAGES_LOOKED_AT = 3
"""In which there should be a word, for a file that has no picture to show."""


def _work(order: Mapping[str, Any]) -> dict[str, str]:
    path = Path(order["path"])
    try:
        kind = detect(path, order["ending"])
        contents: Contents = importlib.import_module(READERS[kind]).read(path, Limits(**order["limits"]))
        first = next((each for each in islice(contents.sections, _PAGES_LOOKED_AT) if each.text), None)
        made, thumbnail = cover.make(contents.picture, first)
    except Unreadable as refusal:
        return {"refusal": refusal.failure, "detail": refusal.detail}
    return {"cover": base64.b64encode(made).decode(), "thumbnail": base64.b64encode(thumbnail).decode()}


if __name__ == "__main__":
    answer(_work)
