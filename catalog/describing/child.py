"""The child process that reads one table of descriptions, and says its lines.

Started by catalog.describing.table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.bounded.answering import answer
from catalog.describing import tablefile


def _work(order: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return tablefile.read(Path(order["path"]), order["columns"])
    except tablefile.NotTable as refusal:
        return {"refusal": refusal.code, "detail": refusal.detail}


if __name__ == "__main__":
    answer(_work)
