"""The step that knows resources by identifiers fills itself, and leaves a database that the release before can read."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from catalog.models import KnownAs, Merge, Remark, RemarkKind, Resource, ResourceState
from lrc import migrations
from lrc.config import Settings
from lrc.db import engine_of, new_session
from tests.catalog.merging.desks import Desk

BEFORE = "0016"


def test_it_is_filled_and_undone_with_the_trail_still_protected(app: Flask, settings: Settings, desk: Desk) -> None:
    desk.merges()
    desk.session.add(Remark(resource_id=desk.kept.id, kind=RemarkKind.PUBLISHED))
    desk.session.commit()
    known = {(each.resource_id, each.scheme, each.value) for each in desk.session.scalars(select(KnownAs))}
    desk.session.close()
    engine_of(app).dispose()

    migrations.downgrade(settings, BEFORE)
    with engine_of(app).connect() as connection:
        assert connection.scalars(text("SELECT kind FROM remarks")).all() == ["published"]
        assert connection.scalars(text("SELECT state FROM resources ORDER BY id")).all() == ["published", "withdrawn"]
    engine_of(app).dispose()
    migrations.upgrade(settings)

    with new_session(engine_of(app), writing=True) as own:
        assert {(each.resource_id, each.scheme, each.value) for each in own.scalars(select(KnownAs))} == known
        assert len(known) == 3
        assert own.scalars(select(Merge)).all() == []
        assert own.scalars(select(Resource.state).order_by(Resource.id)).all()[1] is ResourceState.WITHDRAWN
        with pytest.raises(DBAPIError):
            own.execute(delete(Remark))
