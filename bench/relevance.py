"""Relevance: MRR@10 and success@10 of the engine on judged queries, over all and by kind of deformation.

    python -m bench.relevance RECORDS.jsonl[.gz] [QUERIES.jsonl] [--engine E] [--made N] [--folds K] [--misses]

Records as `lrc import` takes them; queries as {"q", "relevant": [record ids], "kind"} one a line. With ``--made``
so many searches of each kind of bench.deformations are made of the records' own titles; with ``--folds`` the weights
of the ranking are chosen on all folds but one and judged on that one, each in its turn. ``--engine postgresql`` asks
a server of its own, whose time is not told.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

from bench import deformations, judged
from bench.judged import Judged
from lrc.config import SEARCH_ENGINES
from lrc.db import make_engine
from search import expansion, kindred_terms, planning, translations, weighing
from search.documents import Document, Query
from search.engine import Index, IndexMissing
from search.postgres_index.index import PostgresIndex
from search.whoosh_index.index import WhooshIndex
from tests import postgres

EVERYONE = frozenset({"everyone"})
WEIGHTS: dict[tuple[Any, str], tuple[Any, ...]] = {
    (weighing, "COVERAGE_POWER"): (1.0, 1.5, 2.0, 3.0),
    (weighing, "FIELD_WEIGHT"): tuple({"title": title, "text": 1.0} for title in (1.5, 2.5, 4.0)),
    (weighing, "ORDER_WEIGHT"): (0.25, 0.5, 1.0),
    (weighing, "WHOLE_WEIGHT"): (0.1, 0.2, 0.4),
    (expansion, "NEAR_WEIGHT"): (0.6, 0.8, 1.0),
    (expansion, "PREFIX_WEIGHT"): (0.5, 0.7, 0.9),
    (expansion, "LESS_NEAR"): (0.3, 0.5, 0.8),
    (planning, "DOUBT"): (0.3, 0.5, 0.8),
    (kindred_terms, "SPANISH_WEIGHT"): (0.5, 0.7, 0.9),
    (kindred_terms, "ENGLISH_WEIGHT"): (0.2, 0.4, 0.6),
}
"""What may be weighed otherwise: (module, name) -> values tried, the live one among them."""

MARGIN = 0.002
"""Of MRR@10: less is noise."""


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def documents(path: Path) -> Iterator[Document]:
    for record in lines(path):
        yield Document(
            id=record["id"],
            record_id=record["id"],
            title=record["title"],
            description=record.get("description", ""),
            creators=record.get("creator", ()),
            subjects=record.get("subject", ()),
            language=record.get("language", ""),
            type=record.get("type", ""),
            date=record.get("date", ""),
        )


def read(path: Path) -> list[Judged]:
    return [Judged(each["q"], frozenset(each["relevant"]), each["kind"], each.get("title", "")) for each in lines(path)]


def made(path: Path, each: int, seed: int) -> list[Judged]:
    kinds = deformations.changes(translations.pairs())
    return judged.make(judged.Shelf(list(lines(path))), kinds, each, seed)


def ranks(index: Index, queries: Iterable[Judged], *, misses: bool = False) -> list[float]:
    """For each search 1 over the place of the first relevant hit among ten, or 0."""
    got = []
    for query in queries:
        found = index.search(Query(query.typed, EVERYONE)).hits
        rank = next((1 / n for n, hit in enumerate(found, 1) if hit.record_id in query.relevant), 0.0)
        if misses and rank < 1:
            above = "; ".join(hit.title.text[:60] for hit in found[: round(1 / rank) if rank else 3])
            print(f"  {query.kind:10} {rank:.2f} {query.typed!r} wants {query.title!r}, got {above}")
        got.append(rank)
    return got


def tell(queries: Sequence[Judged], got: Sequence[float]) -> None:
    by_kind: dict[str, list[float]] = defaultdict(list)
    for query, rank in zip(queries, got, strict=True):
        by_kind[query.kind].append(rank)
    for kind, some in [*by_kind.items(), ("all", got)]:
        print(f"{kind:18} n={len(some):4}  MRR@10 {mean(some):.3f}  success@10 {mean(map(bool, some)):.3f}")


def cross_validate(opened: Callable[[], Index], queries: Sequence[Judged], folds: int, seed: int) -> list[float]:
    """Each search's rank by the weights that were best for the other folds, weight by weight from the live ones.

    A live weight stays unless another is better by more than MARGIN. ``opened`` opens the index afresh, for what it
    keeps in memory was weighed.
    """
    places = list(range(len(queries)))
    random.Random(seed).shuffle(places)
    fold_of = {place: number % folds for number, place in enumerate(places)}
    tried = _tried(opened, queries)
    result = [0.0] * len(queries)
    for fold in range(folds):
        others = [place for place in places if fold_of[place] != fold]
        chosen = [(*key, _best(getattr(*key), outcomes, others)) for key, outcomes in tried.items()]
        own = [place for place in places if fold_of[place] == fold]
        for place, rank in zip(own, _with(opened, [queries[place] for place in own], *chosen), strict=True):
            result[place] = rank
        moved = [f"{name} {value}" for module, name, value in chosen if value != getattr(module, name)]
        print(f"fold {fold}: {', '.join(moved) or 'nothing better than the live weights'}")
    return result


Outcomes = list[tuple[Any, list[float]]]
"""Values of a weight, each with the rank of every search."""


def _tried(opened: Callable[[], Index], queries: Sequence[Judged]) -> dict[tuple[Any, str], Outcomes]:
    usual = _with(opened, queries)
    tried: dict[tuple[Any, str], Outcomes] = {}
    for (module, name), values in WEIGHTS.items():
        tried[module, name] = [(getattr(module, name), usual)]
        for value in values:
            if value != getattr(module, name):
                tried[module, name].append((value, _with(opened, queries, (module, name, value))))
        print(name, ", ".join(f"{value}: {mean(got):.4f}" for value, got in tried[module, name]))
    return tried


def _best(live: Any, outcomes: Outcomes, places: Sequence[int]) -> Any:
    means = [(mean(got[place] for place in places), value) for value, got in outcomes]
    usual = next(rated for rated, value in means if value == live)
    rated, value = max(means, key=lambda pair: pair[0])
    return value if rated > usual + MARGIN else live


def _with(opened: Callable[[], Index], queries: Sequence[Judged], *settings: tuple[Any, str, Any]) -> list[float]:
    """Ranks with some weights set otherwise; they are as before afterwards."""
    before = [(module, name, getattr(module, name)) for module, name, _ in settings]
    for module, name, value in settings:
        setattr(module, name, value)
    try:
        return ranks(opened(), queries)
    finally:
        for module, name, value in before:
            setattr(module, name, value)


@contextmanager
def opener(engine: str, folder: Path | None) -> Iterator[Callable[[], Index]]:
    """Opens an index of an engine: in a folder that is kept, or in one (or a database) that is gone at the end."""
    if engine == "postgresql":
        with postgres.running() as cluster:
            cluster.execute("CREATE DATABASE relevance")
            database = make_engine(cluster.url("relevance"))
            yield lambda: PostgresIndex(database)
            database.dispose()
        return
    with tempfile.TemporaryDirectory() as passing:
        yield lambda: WhooshIndex(folder or Path(passing))


def is_new(index: Index) -> bool:
    try:
        index.count()
    except IndexMissing:
        return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("queries", type=Path, nargs="?")
    parser.add_argument("--made", type=int, default=0, help="make so many searches of each kind of the titles")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folds", type=int, default=0, help="choose the weights on the other folds, of so many")
    parser.add_argument("--misses", action="store_true", help="show each query whose answer is not first")
    parser.add_argument("--engine", choices=SEARCH_ENGINES, default=SEARCH_ENGINES[0])
    parser.add_argument("--index", type=Path, help="keep the index in this folder and use it again (in files only)")
    given = parser.parse_args()
    with opener(given.engine, given.index) as opened:
        index = opened()
        if is_new(index):
            started = time.process_time()
            index.write(documents(given.records))
            print(f"{index.count()} records indexed in {time.process_time() - started:.1f} CPU s")
        queries = read(given.queries) if given.queries else []
        queries += made(given.records, given.made, given.seed) if given.made else []
        started = time.process_time()
        got = ranks(index, queries, misses=given.misses)
        spent = (time.process_time() - started) / len(queries) * 1000
        tell(queries, got)
        print(f"{spent:.2f} ms CPU a query, cold and warm together")
        if given.folds:
            tell(queries, cross_validate(opened, queries, given.folds, given.seed))


if __name__ == "__main__":
    main()
