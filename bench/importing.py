"""Measures `lrc import`: time, memory and sizes at several numbers of records, beside SQLite FTS5 fed with the same.

    python -m bench.importing RECORDS.jsonl[.gz] [--records 10000 --records 100000]

The records are those of the file, again and again under new ids and with their words in another order, so that any
number of them has the same vocabulary. Each import runs in a process of its own, on an empty data folder; the second
one is the same file once more. The peer is one process that reads the same lines into one FTS5 table, without any
checks. CPU seconds (user + system) are of the whole process, its start included.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
PEER = """
import json, sqlite3, sys
database = sqlite3.connect(sys.argv[2])
database.execute("CREATE VIRTUAL TABLE records USING fts5(id UNINDEXED, title, text, names, tokenize='unicode61')")
def rows():
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield record["id"], record["title"], record["description"], " ".join(record["creator"] + record["subject"])
with database:
    database.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", rows())
"""


@dataclass(frozen=True)
class Run:
    """What a process took: seconds on the clock, CPU seconds, and its largest memory in MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(command: list[str], environ: dict[str, str]) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise click.ClickException(f"{command} ended with status {os.waitstatus_to_exitcode(status)}")
    return Run(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def records(file: Path, count: int) -> Iterator[dict[str, Any]]:
    """So many records made of those of the file that have a title."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        known = [record for line in lines if (record := json.loads(line))["title"].strip()]
    chance = random.Random(7)
    for number in range(count):
        record = dict(known[number % len(known)], id=f"b{number:08}")
        if number >= len(known):
            words = record["description"].split()
            chance.shuffle(words)
            record["description"] = " ".join(words)
        yield record


def size_mb(path: Path) -> float:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files) / 1e6


def compare(file: Path, count: int, folder: Path) -> None:
    lines = folder / "records.jsonl"
    with lines.open("w", encoding="utf-8") as out:
        for record in records(file, count):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LRC_")}
    ours = environ | {"LRC_DATA": str(folder / "data"), "LRC_MODE": "test"}
    command = [sys.executable, "-m", "lrc", "import", str(lines)]
    first, second = measured(command, ours), measured(command, ours)
    rebuilt = measured([*command[:3], "reindex"], ours)
    peer = measured([sys.executable, "-c", PEER, str(lines), str(folder / "peer.sqlite3")], environ)
    click.echo(f"\n{count:,} records ({size_mb(lines):.0f} MB)")
    for name, run in (("import", first), ("the same again", second), ("reindex", rebuilt), ("peer: FTS5", peer)):
        rate = count / run.cpu_s
        click.echo(
            f"  {name:<15} {run.wall_s:7.1f} s {run.cpu_s:7.1f} CPU s {rate:8.0f} records/CPU s"
            f" {run.cpu_s / peer.cpu_s:6.1f} x peer {run.peak_mb:6.0f} MB at most"
        )
    data = folder / "data"
    sizes = (size_mb(path) for path in (data / "lrc.sqlite3", data / "index", folder / "peer.sqlite3"))
    click.echo("  database {:.0f} MB, index {:.0f} MB, peer {:.0f} MB".format(*sizes))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--records", "counts", type=int, multiple=True, default=(10_000, 100_000), show_default=True)
def main(file: Path, counts: tuple[int, ...]) -> None:
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            compare(file, count, Path(folder))


if __name__ == "__main__":
    main()
