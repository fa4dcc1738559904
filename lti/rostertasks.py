"""The task that fetches a course's people and groups from its platform."""

from __future__ import annotations

import logging

from sqlalchemy.exc import IntegrityError

from lrc.celery import DELIVERY, task
from lrc.db import transaction, utcnow
from lti import memberships, rosters
from lti.connector import connect
from lti.memberships import FETCH_ROSTER
from lti.models import Context
from lti.rosters import Shortfall

log = logging.getLogger(__name__)
_TRIES = 3


@task(FETCH_ROSTER, queue=DELIVERY)
def fetch_roster(context_id: int) -> None:
    """Ask the platform for the course's people, and for its groups' names where it offers them; keep what comes."""
    with transaction(writing=False) as session:
        context = session.get(Context, context_id)
    if context is None or not context.memberships_url:
        log.info("context %s: its platform offers no list of people", context_id)
        return
    began_at = utcnow()
    connector = connect(context.platform_id)
    roster = rosters.fetch(connector, context.memberships_url, with_groups=bool(context.groups_url))
    if roster.shortfall or roster.passed_over:
        log.warning("context %s: list of people: %s, %s passed over", context_id, roster.shortfall, roster.passed_over)
    for tries_left in reversed(range(_TRIES)):
        try:
            with transaction() as session:
                memberships.take_in(session, context_id, roster, began_at)
            break
        except IntegrityError:  # somebody on the list launched for the first time meanwhile
            if not tries_left:
                raise
    if context.groups_url:
        _fetch_groups(context)


def _fetch_groups(context: Context) -> None:
    try:
        names = rosters.fetch_groups(connect(context.platform_id), context.groups_url)
    except Shortfall as shortfall:
        log.warning("context %s: names of groups: %s", context.id, shortfall)
        return
    with transaction() as session:
        memberships.name_groups(session, context.id, names)
