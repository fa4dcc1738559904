"""Other engines doing what a page of results needs: ranked words, five facets counted, snippets. Peers, not parts.

Both find any of the words (titles count 2.5 times), for one audience, and give the first ten with their stored fields,
the title and a piece of the text marked, and the counts of five facets over all hits. tantivy stems Spanish, as we do;
FTS5 takes words as they are. Neither corrects, knows synonyms, or looks at hits again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tantivy

from search.analysis import words
from search.documents import Document

FACETS = ("type", "subject", "language", "license", "institution")
TITLE_WEIGHT = 2.5
HITS = 10
_HEAP_BYTES = 256 * 1024 * 1024
_VALUES = 12


def values(document: Document) -> dict[str, Sequence[str]]:
    return {
        "type": [document.type],
        "subject": list(document.subjects),
        "language": [document.language],
        "license": [document.license],
        "institution": [document.institution],
    }


class Tantivy:
    """One index of records, or of pages to be grouped by their document."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("title", stored=True, tokenizer_name="es")
        builder.add_text_field("text", stored=True, tokenizer_name="es")
        builder.add_text_field("record", stored=True, tokenizer_name="raw", fast=True)
        builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("page", stored=True)
        for facet in FACETS:
            builder.add_text_field(facet, stored=True, tokenizer_name="raw", fast=True, index_option="basic")
        self._schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        self.index = tantivy.Index(self._schema, path=str(folder))
        analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stemmer("spanish"))
            .build()
        )
        self.index.register_tokenizer("es", analyzer)
        self._counts = {name: {"terms": {"field": name, "size": _VALUES}} for name in FACETS}

    def write(self, documents: Iterator[Document]) -> None:
        writer = self.index.writer(_HEAP_BYTES, num_threads=1)
        for document in documents:
            body = " ".join((document.description, *document.subjects, *document.creators))
            for page, text in enumerate([body, *(page.text for page in document.pages)]):
                writer.add_document(self._document(document, page, text))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()

    def _document(self, document: Document, page: int, text: str) -> tantivy.Document:
        made = tantivy.Document()
        if not page:
            made.add_text("title", document.title)
        made.add_text("text", text)
        made.add_text("record", document.record_id)
        made.add_text("audience", document.audience)
        made.add_integer("page", page)
        for facet, held in values(document).items():
            for value in held:
                made.add_text(facet, value)
        return made

    def query(self, text: str) -> tantivy.Query:
        any_word = self.index.parse_query(
            " ".join(words(text)), ["title", "text"], field_boosts={"title": TITLE_WEIGHT, "text": 1.0}
        )
        audience = tantivy.Query.term_query(self._schema, "audience", "everyone")
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, any_word), (tantivy.Occur.Must, tantivy.Query.const_score_query(audience, 0.0))]
        )

    def ask(self, text: str, *, facets: bool = True) -> list[Any]:
        searcher = self.index.searcher()
        query = self.query(text)
        found = searcher.search(query, limit=HITS)
        counted = searcher.aggregate(query, self._counts) if facets else {}
        return [found.count, counted, *self._shown(searcher, query, [address for _, address in found.hits])]

    def ask_grouped(self, text: str) -> list[Any]:
        """The best page of each of the ten best documents; more are taken until there are ten."""
        searcher = self.index.searcher()
        query = self.query(text)
        limit = HITS * 5
        while True:
            hits = searcher.search(query, limit=limit).hits
            best: dict[str, Any] = {}
            for _, address in hits:
                best.setdefault(searcher.doc(address)["record"][0], address)
            if len(best) >= HITS or len(hits) < limit:
                return self._shown(searcher, query, list(best.values())[:HITS])
            limit *= 4

    def _shown(self, searcher: tantivy.Searcher, query: tantivy.Query, addresses: Sequence[Any]) -> list[Any]:
        titles = tantivy.SnippetGenerator.create(searcher, query, self._schema, "title")
        texts = tantivy.SnippetGenerator.create(searcher, query, self._schema, "text")
        shown = []
        for address in addresses:
            document = searcher.doc(address)
            shown.append(
                (
                    document.to_dict(),
                    titles.snippet_from_doc(document).to_html(),
                    texts.snippet_from_doc(document).to_html(),
                )
            )
        return shown


class Fts5:
    """SQLite's full text search, with a table for each facet."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)

    def write(self, documents: Iterator[Document]) -> None:
        connection = self._connection
        connection.execute(
            "CREATE VIRTUAL TABLE found USING"
            " fts5(title, text, record UNINDEXED, tokenize='unicode61 remove_diacritics 2')"
        )
        connection.execute("CREATE TABLE facets (hit INTEGER, facet INTEGER, value TEXT)")
        for number, each in enumerate(documents, 1):
            text = " ".join((each.description, *each.subjects, *each.creators))
            connection.execute(
                "INSERT INTO found (rowid, title, text, record) VALUES (?, ?, ?, ?)",
                (number, each.title, text, each.record_id),
            )
            rows = [(number, FACETS.index(name), value) for name, held in values(each).items() for value in held]
            connection.executemany("INSERT INTO facets VALUES (?, ?, ?)", rows)
        connection.execute("CREATE INDEX facets_of ON facets (hit, facet, value)")
        connection.execute("INSERT INTO found(found) VALUES ('optimize')")
        connection.commit()

    def ask(self, text: str) -> list[Any]:
        match = " OR ".join(f'"{word}"' for word in words(text))
        hits = self._connection.execute(
            "SELECT record, highlight(found, 0, '[', ']'), snippet(found, 1, '[', ']', '…', 30) FROM found"
            " WHERE found MATCH ? ORDER BY bm25(found, 2.5, 1.0) LIMIT 10",
            (match,),
        ).fetchall()
        counts = self._connection.execute(
            "SELECT facet, value, count(*) FROM facets WHERE hit IN (SELECT rowid FROM found WHERE found MATCH ?)"
            " GROUP BY facet, value",
            (match,),
        ).fetchall()
        return [hits, counts]

    def close(self) -> None:
        self._connection.close()
