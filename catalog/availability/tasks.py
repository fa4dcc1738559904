"""The task that opens and publishes what has its day."""

from __future__ import annotations

from catalog.availability import embargo, publishing, schedules
from lrc.celery import READING, every, task
from lrc.db import transaction

OPEN_DUE = "catalog.open_what_has_its_day"
EVERY_S = 600.0


def schedule() -> None:
    """Have beat look for what has its day: some minutes after midnight are early enough."""
    every(EVERY_S, OPEN_DUE)


@task(OPEN_DUE, queue=READING)
def open_what_has_its_day() -> None:
    """Each resource in a transaction of its own, so that one that cannot be published keeps no other from it."""
    is_left = True
    while is_left:
        with transaction() as session:
            is_left = embargo.lift_due(session) == embargo.LIFTED_AT_ONCE
    with transaction() as session:
        due = session.scalars(schedules.due()).all()
    for resource_id in due:
        with transaction() as session:
            publishing.publish_due(session, resource_id)
