"""The step that keeps missed days and the bytes of what was merged: a database that the release before can read."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, text

from catalog.days import today
from catalog.models import Merge, ResourceState, Scheduling
from lrc import migrations
from lrc.config import Settings
from lrc.db import engine_of, new_session, utcnow
from tests import factories

BEFORE = "0022"


def test_days_to_come_stay_and_missed_ones_go_when_it_is_undone(app: Flask, settings: Settings) -> None:
    with new_session(engine_of(app), writing=True) as own:
        to_come, missed, merged = (factories.resource(own, state=ResourceState.WAITING) for _ in range(3))
        for each in (to_come, missed):
            own.add(Scheduling(resource_id=each.id, publish_on=today(), fingerprint="f"))
        own.flush()
        own.get_one(Scheduling, missed.id).missed_at = utcnow()
        own.add(Merge(from_id=merged.id, into_id=to_come.id, file_sha256="a" * 64))
        own.commit()
        waits = to_come.id
    engine_of(app).dispose()

    migrations.downgrade(settings, BEFORE)
    with engine_of(app).connect() as connection:
        assert connection.scalars(text("SELECT resource_id FROM schedulings")).all() == [waits]
    engine_of(app).dispose()
    migrations.upgrade(settings)

    with new_session(engine_of(app), writing=True) as own:
        assert own.scalars(select(Scheduling.missed_at)).all() == [None]
        assert own.scalars(select(Merge.file_sha256)).all() == [""]
