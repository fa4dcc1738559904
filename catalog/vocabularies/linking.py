"""Has the index follow when vocabularies change: all descriptions are looked through, a stretch at a time."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.indexing import BRING_UP_TO_DATE
from catalog.models import Resource
from catalog.vocabularies import state, terms
from lrc.celery import enqueue

AT_ONCE = 1_000
_ASK_AT_ONCE = 500


def go_on(session: Session) -> bool:
    """Look through the next stretch of descriptions and have the index take in those that now mean something else.

    Returns whether there is more. A change of vocabularies on the way has it begin again.
    """
    row = state.hold(session)
    if row.linked_revision == row.revision:
        return False
    if row.linking_revision != row.revision:
        row.linking_revision, row.linked_up_to = row.revision, 0
    query = select(Resource.id, Resource.subjects, Resource.type).where(Resource.id > row.linked_up_to)
    rows = session.execute(query.order_by(Resource.id).limit(AT_ONCE)).all()
    ids = terms.outdated(session, rows)
    for start in range(0, len(ids), _ASK_AT_ONCE):
        some = Resource.id.in_(ids[start : start + _ASK_AT_ONCE])
        session.execute(
            update(Resource)
            .where(some)
            .values(revision=Resource.revision + 1)
            .execution_options(synchronize_session=False)
        )
    if ids:
        enqueue(session, BRING_UP_TO_DATE)
    if len(rows) == AT_ONCE:
        row.linked_up_to = rows[-1].id
    else:
        row.linked_revision = row.revision
    return len(rows) == AT_ONCE
