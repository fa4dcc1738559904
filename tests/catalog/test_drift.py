"""The index is compared with the database and mended, whatever came between them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from catalog import drift, indexing
from catalog.indexcommands import check
from catalog.models import Resource, ResourceState
from search.documents import Document
from search.engine import Index
from tests.catalog import shelves


@pytest.fixture
def shelf(session: Session, index: Index) -> list[Resource]:
    """Six resources that the index holds, one for one institution alone, and two that are not published."""
    titles = ("Quinua", "Cañihua", "Maíz: «blanco» y -morado", "Papa", "Oca", "?!")
    made = [shelves.resource(session, title) for title in titles[:-1]]
    made.append(shelves.resource(session, titles[-1], audience="institution:1"))
    shelves.resource(session, "Borrador", ResourceState.DRAFT)
    shelves.resource(session, "Retirado", ResourceState.WITHDRAWN)
    session.commit()
    indexing.bring_up_to_date(index)
    session.expire_all()
    return made


def run(app: Flask, *arguments: str) -> Result:
    return CliRunner().invoke(check, arguments, obj=lambda: app, catch_exceptions=False)


def test_an_index_that_follows_differs_in_nothing(session: Session, index: Index, shelf: list[Resource]) -> None:
    found = drift.find(session, index)
    assert found.is_none
    assert (found.in_database, found.in_index, found.waiting, found.sampled) == (6, 6, 0, 6)


def test_what_waits_for_the_index_is_no_difference(session: Session, index: Index, shelf: list[Resource]) -> None:
    shelf[0].title = "Quinua real"
    indexing.changed(session, shelf[0])
    shelf[1].state = ResourceState.WITHDRAWN
    indexing.changed(session, shelf[1])
    shelves.resource(session, "Recién publicado")
    session.commit()
    found = drift.find(session, index)
    assert found.is_none
    assert found.waiting == 3


def test_each_way_of_differing_is_told_and_mended(session: Session, index: Index, shelf: list[Resource]) -> None:
    lost, old, wrong = shelf[0], shelf[1], shelf[3]
    index.write(
        [
            Document("9999", "stray", "Nadie lo publicó"),
            Document(str(wrong.id), wrong.record_id, "Otro texto", revision=wrong.indexed_revision),
        ],
        deleted=[str(lost.id)],
    )
    newer = update(Resource).where(Resource.id == old.id).values(revision=7, indexed_revision=7)
    session.execute(newer)
    session.commit()
    found = drift.find(session, index)
    assert (found.missing, found.outdated, found.stray, found.unfound) == ([lost.id], [old.id], ["9999"], [wrong.id])

    drift.mend(session, index, found)
    session.commit()
    indexing.bring_up_to_date(index)
    session.expire_all()
    assert drift.find(session, index).is_none
    assert shelves.titles(index, "quinua") == ["Quinua"]
    assert shelves.titles(index, "nadie publico") == []


def test_the_command_tells_what_differs_and_leaves_it_unless_asked(
    app: Flask, session: Session, index: Index, shelf: list[Resource]
) -> None:
    index.write(deleted=[str(shelf[2].id)])
    told = run(app)
    assert told.exit_code == 1
    assert f"1 missing in the index: {shelf[2].id}" in told.output
    assert "lrc index check --repair" in told.output

    mended = run(app, "--repair")
    assert (mended.exit_code, "Mended: 1" in mended.output) == (0, True)
    again = run(app)
    assert (again.exit_code, "They agree; 6 were sought" in again.output) == (0, True)


def test_an_index_that_is_gone_is_made_anew_by_the_repair(app: Flask, session: Session, shelf: list[Resource]) -> None:
    meddled = app.config["LRC_SETTINGS"].index_path / "current"
    meddled.unlink()
    assert run(app, "--repair").exit_code == 0
    assert run(app).exit_code == 0
