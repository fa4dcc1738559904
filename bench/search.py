"""Search latency: the engine and our search page against SQLite FTS5 on the same records in the same run.

    python -m bench.search RECORDS.jsonl[.gz] [--sizes 1000 10000 100000] [--queries 300]

Figures are CPU milliseconds of this process a query (user + system), p50 / p95, so that others on the machine do not
count, and their ratio to FTS5's. "two words" asks for any of two words of one title, ranked; "typo" has a letter of one
of them changed; "page" is the whole search page through the application, signed in. FTS5 ranks by bm25 with the same
weight of titles, takes the first ten and makes snippets of them, as the engine does; it knows no kin, typos or pages.
More records than there are given are made by joining titles and texts of different ones.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from bench.relevance import documents
from lrc import migrations
from lrc.app import create_app
from lrc.config import Settings
from lrc.db import engine_of, new_session
from search.analysis import is_stop_word, normal, words
from search.documents import Document, Query
from search.engine import current_index
from search.whoosh_index.index import WhooshIndex
from tests.factories import signed_in

EVERYONE = frozenset({"everyone"})
Times = list[float]


def mixed(records: Sequence[Document], size: int) -> Iterator[Document]:
    """So many documents: those given, then titles of some with texts of others."""
    for number in range(size):
        one = records[number % len(records)]
        other = records[(number + 7919 * (number // len(records))) % len(records)]
        yield Document(
            id=str(number + 1),
            record_id=f"m{number}",
            title=one.title,
            description=other.description,
            creators=one.creators,
            subjects=other.subjects,
            language=one.language,
        )


def asked(records: Sequence[Document], count: int) -> dict[str, list[str]]:
    """Queries by kind, the same for every size."""
    chance = random.Random(20)
    pairs = []
    while len(pairs) < count:
        told = [w for w in words(normal(chance.choice(records).title)) if not is_stop_word(w) and w.isalpha()]
        if len(told) > 1:
            pairs.append(chance.sample(told, 2))
    typos = [[_misspelt(chance, pair[0]), pair[1]] for pair in pairs[: count // 3]]
    return {
        "one word": [pair[0] for pair in pairs],
        "two words": [" ".join(pair) for pair in pairs],
        "typo": [" ".join(pair) for pair in typos],
    }


def _misspelt(chance: random.Random, word: str) -> str:
    place = chance.randrange(1, len(word)) if len(word) > 1 else 0
    return word[:place] + chance.choice("aeiorstx") + word[place + 1 :]


def timed(queries: Sequence[str], ask: Callable[[str], Any]) -> Times:
    """CPU milliseconds of each query, the caches as they are in use: filled by what was asked before."""
    for query in queries[: len(queries) // 2]:
        ask(query)
    times = []
    for query in queries:
        started = time.process_time()
        ask(query)
        times.append((time.process_time() - started) * 1000)
    return sorted(times)


def fill_fts5(path: Path, records: Iterator[Document]) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE VIRTUAL TABLE found USING fts5(title, text, record UNINDEXED, tokenize='unicode61 remove_diacritics 2')"
    )
    rows = ((d.title, " ".join((d.description, *d.subjects, *d.creators)), d.record_id) for d in records)
    connection.executemany("INSERT INTO found VALUES (?, ?, ?)", rows)
    connection.execute("INSERT INTO found(found) VALUES ('optimize')")
    connection.commit()
    return connection


def ask_fts5(connection: sqlite3.Connection, query: str) -> list[Any]:
    match = " OR ".join(f'"{word}"' for word in query.split())
    return connection.execute(
        "SELECT record, highlight(found, 0, '[', ']'), snippet(found, 1, '[', ']', '…', 30) FROM found"
        " WHERE found MATCH ? ORDER BY bm25(found, 2.5, 1.0) LIMIT 10",
        (match,),
    ).fetchall()


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build(given: Path, size: int, folder: Path) -> None:
    """In a process of its own, so that its memory and time are its own."""
    records = list(documents(given))
    before, started = peak_mb(), time.process_time()
    WhooshIndex(folder).write(mixed(records, size))
    spent = time.process_time() - started
    bytes_ = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(
        f"{size:>7} records: written in {spent:.1f} CPU s ({size / spent:.0f} a second), index {bytes_ / 1e6:.0f} MB, "
        f"peak memory {peak_mb():.0f} MB ({before:.0f} MB before, the records given among them)"
    )


def measure(given: Path, size: int, queries: dict[str, list[str]], folder: Path) -> None:
    records = list(documents(given))
    settings = Settings(
        mode="test", data=folder, database_url=f"sqlite:///{folder / 'lrc.sqlite3'}", secret_key="k" * 40
    )
    migrations.upgrade(settings)
    app = create_app(settings)
    fts5 = fill_fts5(folder / "fts5.sqlite3", mixed(records, size))
    with app.app_context(), new_session(engine_of(app)) as session:
        client: FlaskClient = signed_in(app, session)
        index = current_index()
        for kind, texts in queries.items():
            peer = timed(texts, lambda query: ask_fts5(fts5, query))
            engine = timed(texts, lambda query: index.search(Query(query, EVERYONE)))
            page = timed(texts, lambda query: client.get("/search", query_string={"q": query}))
            cells = [f"{_at(t, 0.5):.2f} / {_at(t, 0.95):.2f}" for t in (engine, peer, page)]
            ratio = f"{_at(engine, 0.5) / _at(peer, 0.5):.2f} / {_at(engine, 0.95) / _at(peer, 0.95):.2f}"
            print(f"| {size} | {kind} | {cells[0]} | {cells[1]} | {ratio} | {cells[2]} |")
    fts5.close()
    engine_of(app).dispose()


def _at(times: Times, share: float) -> float:
    return times[int(len(times) * share)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=300)
    given = parser.parse_args()
    queries = asked(list(documents(given.records)), given.queries)
    with tempfile.TemporaryDirectory() as folder:
        for size in given.sizes:
            data = Path(folder) / str(size)
            data.mkdir()
            builder = get_context("spawn").Process(target=build, args=(given.records, size, data / "index"))
            builder.start()
            builder.join()
        print("\n| records | query | engine, CPU ms | FTS5, CPU ms | engine / FTS5 | our page, CPU ms |")
        print("|---|---|---|---|---|---|")
        for size in given.sizes:
            measure(given.records, size, queries, Path(folder) / str(size))


if __name__ == "__main__":
    main()
