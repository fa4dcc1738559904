"""The task that writes a bulk edit, piece by piece, and the one that finds those whose task was lost."""

from __future__ import annotations

from catalog.describing import bulk
from lrc.celery import READING, enqueue, every, task
from lrc.db import transaction

GO_ON = "catalog.go_on_with_bulk_edits"
GO_ON_EVERY_S = 60.0


def schedule() -> None:
    """Have beat look for what was left undone."""
    every(GO_ON_EVERY_S, GO_ON)


@task(bulk.WRITE, queue=READING)
def write_bulk_edit(bulk_id: int) -> None:
    is_left = True
    while is_left:
        with transaction() as session:
            is_left = bulk.write_piece(session, bulk_id)


@task(GO_ON, queue=READING)
def go_on_with_bulk_edits() -> None:
    with transaction() as session:
        for bulk_id in bulk.unfinished(session):
            enqueue(session, bulk.WRITE, bulk_id)
