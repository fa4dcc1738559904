"""The task that tells the index now and then how often things were used."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from catalog.indexing import BRING_UP_TO_DATE
from catalog.models import Enrolment, Opening, Resource, ResourceState
from lrc.celery import INDEXING, enqueue, every, task
from lrc.db import transaction, utcnow

TELL_USES = "catalog.tell_uses"
EVERY_S = 24 * 3600.0
_LOOKED_BACK = timedelta(seconds=EVERY_S, hours=1)


def schedule() -> None:
    """Have beat tell it once a day: what was used a moment ago need not move at once."""
    every(EVERY_S, TELL_USES)


def tell(session: Session) -> None:
    """Have the index take in again what was used since the last time."""
    since = utcnow() - _LOOKED_BACK
    used = or_(
        Resource.id.in_(select(Opening.resource_id).where(Opening.last_opened_at > since)),
        Resource.id.in_(select(Enrolment.course_id).where(Enrolment.enrolled_at > since)),
    )
    found = update(Resource).where(used, Resource.state == ResourceState.PUBLISHED)
    session.execute(found.values(revision=Resource.revision + 1).execution_options(synchronize_session=False))
    enqueue(session, BRING_UP_TO_DATE)


@task(TELL_USES, queue=INDEXING)
def tell_uses() -> None:
    with transaction() as session:
        tell(session)
