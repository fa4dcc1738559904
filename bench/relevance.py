"""Relevance: MRR@10 and success@10 of the engine on judged queries, over all and by kind of deformation.

    python -m bench.relevance RECORDS.jsonl[.gz] QUERIES.jsonl [--misses]

Records as `lrc import` takes them; queries as {"q", "relevant": [record ids], "kind"} one a line.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search.documents import Document, Query
from search.whoosh_index.index import WhooshIndex


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


def measure(index: WhooshIndex, queries: list[dict[str, Any]], *, misses: bool) -> None:
    ranks: dict[str, list[float]] = defaultdict(list)
    started = time.process_time()
    for query in queries:
        hits = index.search(Query(query["q"], frozenset({"everyone"}))).hits
        found = [n for n, hit in enumerate(hits, 1) if hit.record_id in query["relevant"]]
        rank = 1 / found[0] if found else 0.0
        for kind in (query["kind"], "all"):
            ranks[kind].append(rank)
        if misses and rank < 1:
            above = "; ".join(hit.title.text[:60] for hit in hits[: found[0] if found else 3])
            print(f"  {query['kind']:10} {rank:.2f} {query['q']!r} wants {query.get('title', '')!r}, got {above}")
    spent = (time.process_time() - started) / len(queries) * 1000
    for kind in sorted(ranks, key=lambda kind: (kind == "all", kind)):
        got = ranks[kind]
        mean, found_share = sum(got) / len(got), sum(map(bool, got)) / len(got)
        print(f"{kind:12} n={len(got):4}  MRR@10 {mean:.3f}  success@10 {found_share:.3f}")
    print(f"{spent:.2f} ms CPU a query, cold and warm together")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--misses", action="store_true", help="show each query whose answer is not first")
    parser.add_argument("--index", type=Path, help="keep the index in this folder and use it again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = given.index or Path(passing)
        index = WhooshIndex(folder)
        if not (folder / "current").exists():
            started = time.process_time()
            index.write(documents(given.records))
            print(f"{index.count()} records indexed in {time.process_time() - started:.1f} CPU s")
        measure(index, list(lines(given.queries)), misses=given.misses)


if __name__ == "__main__":
    main()
