"""Forgets what is over: logins, launches with what was picked in them, tokens, operators' visits, old failures."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, delete, or_
from sqlalchemy.orm import Session

from lrc.celery import DELIVERY, every, task
from lrc.db import transaction, utcnow
from lti import failures
from lti.models import Login, OperatorVisit, ServiceToken, StoredLaunch

FORGET_ENDED = "lti.forget_ended"
EVERY_S = 600.0
# For a day, whoever comes again with a login that was used is told so, not that it is unknown.
_USED_KEPT = timedelta(days=1)
# Anybody can have logins begun without end; the cookie of one that was not used has gone long before.
_UNUSED_KEPT = timedelta(hours=1)


def schedule() -> None:
    """Have beat forget now and then; doing it at every launch cost each of them two statements."""
    every(EVERY_S, FORGET_ENDED)


def forget_ended(session: Session) -> None:
    now = utcnow()
    unused = and_(Login.used_at.is_(None), Login.expires_at < now - _UNUSED_KEPT)
    session.execute(delete(Login).where(or_(unused, Login.expires_at < now - _USED_KEPT)))
    for model in (StoredLaunch, ServiceToken, OperatorVisit):
        session.execute(delete(model).where(model.expires_at < now))
    failures.forget_old(session)


@task(FORGET_ENDED, queue=DELIVERY)
def forget() -> None:
    with transaction() as session:
        forget_ended(session)
