"""All benchmarks, one after the other: `make bench`, or `make bench RECORDS=file.jsonl.gz` with records of your own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import records

PARTS = (
    "bench.launching",
    "bench.search",
    "bench.serving",
    "bench.importing",
    "bench.ingestion",
    "bench.weight",
    "bench.studying",
    "bench.catalogue",
    "bench.library",
)
_WITH_RECORDS = frozenset({"bench.search", "bench.serving", "bench.importing"})


def main() -> int:
    """Run each part in a process of its own; the exit status is the first that was not 0."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(os.environ.get("RECORDS", "") or Path(folder) / "records.jsonl")
        if not given.is_file():
            records.write(given)
        for part in PARTS:
            print(f"\n## {part}\n", flush=True)
            arguments = [str(given)] if part in _WITH_RECORDS else []
            status = subprocess.run([sys.executable, "-m", part, *arguments], check=False).returncode
            if status:
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
