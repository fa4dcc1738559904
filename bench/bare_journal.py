"""The peer of our journal: the smallest Flask view that writes one row a request into the same kind of database."""

from __future__ import annotations

import json
import os

from flask import Flask, request
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert

from lrc.db import make_engine

ROWS = Table("rows", MetaData(), Column("id", Integer, primary_key=True), Column("body", Text))


def create_bare_journal(database_url: str) -> Flask:
    """It takes whatever comes at /study/journal and says that it is kept, in the words of our door."""
    bare = Flask("bare", static_folder=None)
    engine = make_engine(database_url).execution_options(lrc_writing=True)
    ROWS.metadata.create_all(engine)

    @bare.post("/study/journal")
    def write() -> dict[str, object]:
        sent = request.get_json()
        with engine.begin() as connection:
            connection.execute(insert(ROWS), {"body": json.dumps(sent)})
        kept = [line["uid"] for line in sent["lines"]]
        return {"kept": kept, "late": [], "refused": {}, "sequence": 0, "submitted": sent["submit"]}

    @bare.get("/health")
    def health() -> str:
        return "ok"

    return bare


if "BARE_DATABASE_URL" in os.environ:
    app = create_bare_journal(os.environ["BARE_DATABASE_URL"])
