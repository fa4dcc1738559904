"""The child process that reads one file of SKOS: it bounds itself, reads, and says what it found as JSON.

Started by catalog.vocabularies.reading as ``python -m catalog.vocabularies.child ORDER``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from catalog.extract.child import bound
from catalog.extract.limits import Limits
from catalog.vocabularies import skos


def main() -> None:
    order = json.loads(sys.argv[1])
    # What libraries print must not get between the lines of the answer.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    bound(Limits(**order["limits"]), order["parent"])
    try:
        told: dict[str, object] = {"scheme": skos.read(Path(order["path"]), order["wanted"]).plain()}
    except skos.NotSkos as refusal:
        told = {"refusal": refusal.code, "detail": refusal.detail}
    except (MemoryError, RecursionError) as error:
        told = {"refusal": "too_heavy", "detail": type(error).__name__}
    json.dump(told, answer)
    answer.close()


if __name__ == "__main__":
    main()
