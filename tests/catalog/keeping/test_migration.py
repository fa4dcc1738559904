"""The steps that keep what was taken out of lists and the versions of what was placed, undone and taken again."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from catalog.keeping import lists
from catalog.models import OwnListItem, TakenFrom, TakenOut
from lrc import migrations
from lrc.config import Settings
from lrc.db import engine_of, new_session
from lti.models import Placement
from tests import factories

BEFORE = "0028"


def test_lists_and_placements_stay_as_they_are_when_the_steps_are_undone(app: Flask, settings: Settings) -> None:
    with new_session(engine_of(app), writing=True) as own:
        viewer = factories.viewer(own)
        shelf = lists.add(own, viewer, factories.resource(own))
        own.add(TakenOut(person_id=viewer.person_id, kind=TakenFrom.LIST, holder_id=shelf.id, content={}))
        placed = Placement(item="i", person_id=viewer.person_id, kind="resource", target="r1", title="Guía")
        placed.version = 3
        own.add(placed)
        own.commit()
    engine_of(app).dispose()

    migrations.downgrade(settings, BEFORE)
    migrations.upgrade(settings)

    with new_session(engine_of(app), writing=True) as own:
        assert own.scalar(select(func.count()).select_from(OwnListItem)) == 1
        assert own.scalar(select(func.count()).select_from(TakenOut)) == 0
        assert own.execute(select(Placement.title, Placement.version)).all() == [("Guía", None)]
