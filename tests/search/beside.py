"""Searching in threads beside a writer, who replaces the same twenty documents again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from search.documents import Document, Page, Query
from search.engine import Index

EVERYONE = frozenset({"everyone"})


def numbered(first: int, last: int) -> Iterator[Document]:
    for n in range(first, last):
        yield Document(str(n), f"r{n}", f"Trigo {n}", pages=[Page(1, "surco y riego " * 20)])


def totals_beside(index: Index, threads: int, write: Callable[[], None]) -> set[int]:
    """How many documents so many threads find, who search until ``write`` has come to its end."""
    done = False

    def searching(_: int) -> set[int]:
        seen = set()
        while not done:
            found = index.search(Query("trigo surco", EVERYONE, limit=20))
            assert all(hit.title.text == f"Trigo {hit.document_id}" for hit in found.hits)
            seen.add(found.total)
        return seen

    with ThreadPoolExecutor(threads) as pool:
        readers = [pool.submit(searching, n) for n in range(threads)]
        try:
            write()
        finally:
            done = True
        return set().union(*(reader.result() for reader in readers))
