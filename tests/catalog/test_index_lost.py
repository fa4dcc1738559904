"""An index that somebody deletes or damages under the running house is made anew from the database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from catalog.indextasks import bring_index_up_to_date
from lrc.config import Settings
from search.engine import IndexUnavailable, current_index
from tests.catalog import shelves


def delete_all(folder: Path) -> None:
    shutil.rmtree(folder)


def delete_what_is_live(folder: Path) -> None:
    (generation,) = folder.glob("g*")
    shutil.rmtree(generation)


def cut_off(folder: Path) -> None:
    for path in folder.glob("g*/*.arrays"):
        os.truncate(path, 1_000)


@pytest.mark.parametrize("damage", [delete_all, delete_what_is_live, cut_off])
def test_a_lost_index_is_made_anew_while_the_house_runs(
    session: Session,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Path], None],
) -> None:
    monkeypatch.setattr("search.whoosh_index.reading._LOOK_EVERY_S", 0.0)
    for title in ("Quinua", "Quinua roja"):
        shelves.resource(session, title)
    session.commit()
    bring_index_up_to_date()
    index = current_index()
    assert index.count() == 2

    damage(settings.index_path)

    with pytest.raises(IndexUnavailable):
        index.count()
    bring_index_up_to_date()
    assert sorted(shelves.titles(index, "quinua")) == ["Quinua", "Quinua roja"]
    assert index.count() == 2
