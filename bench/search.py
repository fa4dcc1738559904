"""Search: the engine and our search page against tantivy and SQLite FTS5 on the same records in the same run.

    python -m bench.search RECORDS.jsonl[.gz] [--sizes 1000 10000 100000] [--queries 300] [--pages 60000]

Figures are CPU milliseconds of this process a query (user + system), p50 / p95, so that others on the machine do not
count, and their ratios. What is asked for is what a page of results needs: the ten best with snippets, and five facets
counted over all hits (bench.peers says what the peers do). "two words" asks for any of two words of one title, ranked;
"typo" has a letter of one of them changed, which only we look through; "page" is the whole search page through the
application, signed in. The last columns are of the half of the queries that was never asked before. More records than
are given are made by joining titles and texts of different ones.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from bench.corpus import asked, given, mixed, paged
from bench.peers import FACETS, Fts5, Tantivy
from lrc import migrations
from lrc.app import create_app
from lrc.config import Settings
from lrc.db import engine_of, new_session
from search.documents import Query
from search.engine import current_index
from search.whoosh_index.index import WhooshIndex
from tests.factories import signed_in

EVERYONE = frozenset({"everyone"})
Times = list[float]
"""CPU milliseconds of each query, in their order: the first half was asked before."""
MOST_FOR_FTS5 = 100_000
"""Beyond so many records FTS5 takes too long to wait for."""


def timed(queries: Sequence[str], ask: Callable[[str], Any]) -> Times:
    """CPU milliseconds of each query, the caches as they are in use: filled by what was asked before."""
    for query in queries[: len(queries) // 2]:
        ask(query)
    times = []
    for query in queries:
        started = time.process_time()
        ask(query)
        times.append((time.process_time() - started) * 1000)
    return times


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build(records_file: Path, size: int, folder: Path) -> None:
    """In a process of its own, so that its memory and time are its own."""
    records = given(records_file)
    before, started = peak_mb(), time.process_time()
    index = WhooshIndex(folder)
    index.write(mixed(records, size))
    spent = time.process_time() - started
    started = time.process_time()
    index.merge(thoroughly=True)  # as the indexing worker does once nothing waits; tantivy joins its pieces too
    joined = time.process_time() - started
    bytes_ = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    started = time.process_time()
    WhooshIndex(folder).count()
    opened = (time.process_time() - started) * 1000
    print(
        f"{size:>7} records: written in {spent:.1f} CPU s ({size / spent:.0f} a second), joined in {joined:.1f}, "
        f"index {bytes_ / 1e6:.0f} MB, "
        f"peak memory {peak_mb():.0f} MB ({before:.0f} MB before, the records given among them), "
        f"opened in {opened:.1f} CPU ms",
        flush=True,
    )


def measure(records_file: Path, size: int, queries: dict[str, list[str]], folder: Path) -> None:
    records = given(records_file)
    settings = Settings(
        mode="test", data=folder, database_url=f"sqlite:///{folder / 'lrc.sqlite3'}", secret_key="k" * 40
    )
    migrations.upgrade(settings)
    app = create_app(settings)
    tantivy = Tantivy(folder / "tantivy")
    tantivy.write(mixed(records, size))
    fts5 = Fts5(folder / "fts5.sqlite3") if size <= MOST_FOR_FTS5 else None
    if fts5:
        fts5.write(mixed(records, size))
    with app.app_context(), new_session(engine_of(app)) as session:
        client: FlaskClient = signed_in(app, session)
        index = current_index()
        for kind, texts in queries.items():
            peer = timed(texts, tantivy.ask)
            slow = timed(texts, fts5.ask) if fts5 else None
            engine = timed(texts, lambda query: index.search(Query(query, EVERYONE, counted=FACETS)))
            page = timed(texts, lambda query: client.get("/search", query_string={"q": query}))
            _row(f"{size} | {kind}", engine, peer, slow, page)
    if fts5:
        fts5.close()
    engine_of(app).dispose()


def measure_pages(records_file: Path, pages: int, queries: dict[str, list[str]], folder: Path) -> None:
    """The best page of each document."""
    records = given(records_file)
    index = WhooshIndex(folder / "index")
    index.write(paged(records, pages))
    index.merge(thoroughly=True)
    tantivy = Tantivy(folder / "tantivy")
    tantivy.write(paged(records, pages))
    for kind, texts in queries.items():
        peer = timed(texts, tantivy.ask_grouped)
        engine = timed(texts, lambda query: index.search(Query(query, EVERYONE)))
        _row(f"{pages} pages | {kind}", engine, peer, None, None)


def _row(what: str, engine: Times, peer: Times, slow: Times | None, page: Times | None) -> None:
    cells = [_both(engine), _both(peer), _ratio(engine, peer)]
    cells += [_both(slow), _ratio(engine, slow)] if slow else ["", ""]
    cells += [_both(page) if page else ""]
    cells += [_both(_never_asked(engine)), _ratio(_never_asked(engine), _never_asked(peer))]
    print(f"| {what} | {' | '.join(cells)} |", flush=True)


def _never_asked(times: Times) -> Times:
    return times[len(times) // 2 :]


def _both(times: Times) -> str:
    return f"{_at(times, 0.5):.2f} / {_at(times, 0.95):.2f}"


def _ratio(one: Times, other: Times) -> str:
    return f"{_at(one, 0.5) / _at(other, 0.5):.2f} / {_at(one, 0.95) / _at(other, 0.95):.2f}"


def _at(times: Times, share: float) -> float:
    return sorted(times)[int(len(times) * share)]


def _apart(work: Callable[[], None]) -> None:
    process = get_context("spawn").Process(target=work)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"a part of the benchmark ended with {process.exitcode}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--pages", type=int, default=60_000, help="pages of the page-level part; 0: leave it out")
    taken = parser.parse_args()
    queries = asked(given(taken.records), taken.queries)
    with tempfile.TemporaryDirectory() as folder:
        for size in taken.sizes:
            _apart(partial(build, taken.records, size, Path(folder) / str(size) / "index"))
        print(
            "\n| records | query | engine | tantivy | engine / tantivy | FTS5 | engine / FTS5 | our page"
            " | engine, never asked | to tantivy |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|")
        for size in taken.sizes:
            _apart(partial(measure, taken.records, size, queries, Path(folder) / str(size)))
        if taken.pages:
            _apart(partial(measure_pages, taken.records, taken.pages, queries, Path(folder) / "pages"))


if __name__ == "__main__":
    main()
