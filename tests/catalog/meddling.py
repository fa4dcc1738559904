"""An index beside which things happen at the worst moment, and what may happen there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.models import Resource, ResourceState
from lrc.db import engine_of, new_session, transaction
from search.documents import Document
from search.whoosh_index import layout
from search.whoosh_index.index import WhooshIndex


class Meddled(WhooshIndex):
    """The real index, beside which something happens just before, and just after, something is written to it."""

    before: Callable[[], object] = staticmethod(lambda: None)
    before_it_is_put: Callable[[], object] = staticmethod(lambda: None)
    """Many that are taken in were read, and are not in their place yet."""
    after: Callable[[], object] = staticmethod(lambda: None)

    def write(self, documents: Iterable[Document] = (), deleted: Iterable[str] = ()) -> None:
        self.before()
        super().write(documents, deleted)
        self.after()

    def take_in(self, documents: Iterable[Document], outdated: Callable[[Sequence[str]], Collection[str]]) -> bool:
        self.before()

        def read() -> Iterator[Document]:
            yield from documents
            self.before_it_is_put()

        was_taken = super().take_in(read(), outdated)
        self.after()
        return was_taken

    def rebuild(self, documents: Iterable[Document]) -> None:
        self.before()
        super().rebuild(documents)
        self.after()


def in_another_session(app: Flask, session: Session, change: Callable[[Session, Resource], None], id_: int) -> None:
    """Change a resource as another process would."""
    with new_session(engine_of(app), writing=True) as other:
        found = other.get_one(Resource, id_)
        change(other, found)
        indexing.changed(other, found)
        other.commit()


def rename(title: str) -> Callable[[Session, Resource], None]:
    def change(_session: Session, resource: Resource) -> None:
        resource.title = title

    return change


def withdraw(_session: Session, resource: Resource) -> None:
    resource.state = ResourceState.WITHDRAWN


def lag() -> int:
    with transaction(writing=False) as session:
        return indexing.lag(session)


def wipe(folder: Path) -> None:
    shutil.rmtree(folder)


def garble(folder: Path) -> None:
    (folder / layout.POINTER).write_bytes(b"\0not an index")


def garble_files(folder: Path) -> None:
    for path in folder.glob("g*/*"):
        if path.is_file():
            path.write_bytes(b"\0\1garbage")


def age(folder: Path) -> None:
    pointer = json.loads((folder / layout.POINTER).read_text())
    (folder / layout.POINTER).write_text(json.dumps({**pointer, "version": "0.0"}))
