"""Forgets what is over: logins, launches with what was picked in them, tokens, operators' visits, old failures."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lrc.celery import DELIVERY, every, task
from lrc.db import transaction, utcnow
from lti import failures
from lti.models import Login, OperatorVisit, ServiceToken, StoredLaunch

FORGET_ENDED = "lti.forget_ended"
EVERY_S = 600.0
# For a day, whoever comes with a login that ended is told that it ended, not that it is unknown.
_LOGINS_KEPT = timedelta(days=1)


def schedule() -> None:
    """Have beat forget now and then; doing it at every launch cost each of them two statements."""
    every(EVERY_S, FORGET_ENDED)


def forget_ended(session: Session) -> None:
    now = utcnow()
    session.execute(delete(Login).where(Login.expires_at < now - _LOGINS_KEPT))
    for model in (StoredLaunch, ServiceToken, OperatorVisit):
        session.execute(delete(model).where(model.expires_at < now))
    failures.forget_old(session)


@task(FORGET_ENDED, queue=DELIVERY)
def forget() -> None:
    with transaction() as session:
        forget_ended(session)
