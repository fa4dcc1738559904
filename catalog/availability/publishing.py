"""Publishing a resource, or a version of a material, on a later day: by who reviewed it, if it is still the same."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import review
from catalog.availability import schedules
from catalog.days import today
from catalog.editions import deciding
from catalog.models import Resource, Scheduling
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict
from lti.viewers import Viewer

log = logging.getLogger(__name__)
FURTHEST = timedelta(days=5 * 366)


def schedule(session: Session, viewer: Viewer, resource: Resource, day: date, *, reviewed: str) -> None:
    """Have what was reviewed be published on a day after today.

    ``reviewed`` is its ``review.fingerprint``, or that of ``deciding`` where a version waits. NotAllowed and Conflict
    as their ``publish``; BadInput for a day that is not to come, or is too far away.
    """
    next_one = deciding if deciding.is_next(session, resource) else review
    next_one.check_publishable(session, viewer, resource, reviewed=reviewed)
    if not today() < day <= today() + FURTHEST:
        raise BadInput(_("Elige un día desde mañana, y no más lejos de cinco años."))
    schedules.put(session, resource, viewer.person_id, day, reviewed)


def cancel(session: Session, viewer: Viewer, resource: Resource) -> None:
    """Leave it waiting, without a day. NotAllowed to who may not review it."""
    review.check_reviewer(session, viewer, resource)
    schedules.drop(session, resource)


def publish_due(session: Session, resource_id: int) -> None:
    """Publish a resource whose day has come.

    Where it is not what was reviewed any more it goes on waiting, which is told to those whom it concerns
    (``schedules.missed``).
    """
    resource = session.scalar(select(Resource).where(Resource.id == resource_id).with_for_update())
    scheduling = session.get(Scheduling, resource_id, with_for_update=True)
    if resource is None or scheduling is None or scheduling.missed_at or scheduling.publish_on > today():
        return
    try:
        if deciding.is_next(session, resource):
            deciding.publish_reviewed(session, resource, scheduling.person_id, scheduling.fingerprint)
        else:
            review.publish_reviewed(session, resource, scheduling.person_id, scheduling.fingerprint)
    except Conflict as changed:
        log.warning("resource %s is not published on its day: %s", resource_id, changed.detail or changed)
        scheduling.missed_at = utcnow()
