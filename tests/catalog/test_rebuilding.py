"""An index that cannot be used says so and is made anew; a reindex puts everything right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.indextasks import bring_index_up_to_date
from catalog.models import Resource, ResourceState
from lrc.config import Settings
from lrc.db import transaction
from search.documents import Document
from search.engine import Index, IndexMissing, IndexUnavailable
from search.whoosh_index.index import WhooshIndex
from tests.catalog import shelves
from tests.catalog.meddling import Meddled, age, garble, garble_files, in_another_session, lag, rename, wipe, withdraw


@pytest.mark.parametrize(
    ("harm", "error"),
    [(wipe, IndexMissing), (garble, IndexUnavailable), (garble_files, IndexUnavailable), (age, IndexUnavailable)],
)
def test_an_index_that_cannot_be_used_says_so_and_is_made_anew(
    session: Session,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Path], None],
    error: type[IndexUnavailable],
) -> None:
    for number in range(3):
        shelves.resource(session, f"Quinua {number}")
    session.commit()
    indexing.bring_up_to_date(WhooshIndex(settings.index_path))
    harm(settings.index_path)
    index = WhooshIndex(settings.index_path)
    with pytest.raises(error):
        index.count()
    caplog.clear()

    bring_index_up_to_date()

    assert len(shelves.titles(index, "quinua")) == 3
    assert "made anew" in caplog.text
    assert lag() == 0


def test_a_reindex_puts_everything_right(app: Flask, session: Session, index: Index) -> None:
    made = shelves.resource(session, "Quinua")
    shelves.resource(session, "Quinua retirada", ResourceState.WITHDRAWN)
    session.commit()
    index.write([Document(id="999", record_id="x", title="Quinua que nadie tiene")])
    with transaction() as other:
        other.execute(update(Resource).values(indexed_revision=Resource.revision))  # so the database believes

    indexing.rebuild(index)

    assert shelves.titles(index, "quinua") == ["Quinua"]
    assert lag() == 0
    assert made.id


def test_what_changes_during_a_reindex_is_taken_in(app: Flask, session: Session, meddled: Meddled) -> None:
    renamed, withdrawn = shelves.resource(session, "Quinua"), shelves.resource(session, "Quinua roja")
    session.commit()
    indexing.bring_up_to_date(meddled)
    added: list[Resource] = []

    def meanwhile(_done: int) -> None:
        if not added:
            in_another_session(app, session, rename("Quinua blanca"), renamed.id)
            in_another_session(app, session, withdraw, withdrawn.id)
            added.append(shelves.resource(session, "Quinua negra"))
            session.commit()

    indexing.rebuild(meddled, progress=meanwhile)

    assert shelves.titles(meddled, "quinua") == ["Quinua blanca", "Quinua negra"]
    assert lag() == 0


def test_a_reindex_cut_off_leaves_the_present_index(session: Session, index: Index) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    indexing.bring_up_to_date(index)

    def die(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        indexing.rebuild(index, progress=die)

    assert shelves.titles(index, "quinua") == ["Quinua"]
    indexing.rebuild(index)
    assert shelves.titles(index, "quinua") == ["Quinua"]
