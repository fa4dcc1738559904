"""The tasks of the grade ledger: sending one score, and looking for those that are due."""

from __future__ import annotations

import logging
from typing import cast

from flask import current_app

from lrc.celery import DELIVERY, every, task
from lrc.config import Settings
from lrc.db import transaction
from lti import delivery, dispatch, gradebook
from lti.connector import Connector, ServiceTrouble, connect
from lti.delivery import Parcel
from lti.gradebook import NotPut
from lti.grades import DELIVER

log = logging.getLogger(__name__)
DELIVER_DUE = "lti.deliver_due"


class ClaimLost(Exception):
    """Another task holds the score by now; what this one learnt must not be written."""


def schedule(settings: Settings) -> None:
    """Have beat look for scores that are due."""
    every(settings.reconcile_every_s, DELIVER_DUE)


@task(DELIVER, queue=DELIVERY)
def deliver_score(score_id: int) -> None:
    """Send a score that is due and that no other task sends; no transaction is open while the platform is asked."""
    with transaction() as session:
        parcel = delivery.take(session, score_id)
    if parcel is None:
        log.info("score %s: not due, or another task sends it", score_id)
        return
    try:
        # Never another platform than the link's own.
        connector = connect(parcel.platform_id)
        column = gradebook.put(connector, parcel, _restamped)
        _accept(parcel, column)
        _look(connector, parcel, column)
    except NotPut as failure:
        log.info("score %s not put: %s", score_id, failure)
        _fail(parcel, failure)
    except ClaimLost:
        log.warning("score %s was taken over by another task", score_id)


@task(DELIVER_DUE, queue=DELIVERY)
def deliver_due() -> None:
    """Hand out what is due, and what a dying process or an absent broker left."""
    settings = cast(Settings, current_app.config["LRC_SETTINGS"])
    with transaction() as session:
        count = dispatch.send_due(session, settings.sending_stale_s)
    if count:
        log.info("%s scores handed out", count)


def _restamped(parcel: Parcel) -> Parcel:
    with transaction() as session:
        later = delivery.restamp(session, parcel)
    if later is None:
        raise ClaimLost
    return later


def _accept(parcel: Parcel, column: str) -> None:
    with transaction() as session:
        if not delivery.accept(session, parcel, column):
            raise ClaimLost
        if parcel.tries > 1:
            dispatch.let_go(session, parcel.platform_id)


def _fail(parcel: Parcel, failure: NotPut) -> None:
    with transaction() as session:
        if failure.is_final:
            delivery.refuse(session, parcel, failure.trouble)
            return
        delivery.postpone(session, parcel, failure.trouble)
        if failure.trouble.is_of_platform:
            dispatch.hold_back(session, parcel.platform_id)


def _look(connector: Connector, parcel: Parcel, column: str) -> None:
    """Keep what the gradebook shows now: a teacher may have put another grade above ours."""
    try:
        shown = gradebook.read(connector, parcel, column)
    except ServiceTrouble as trouble:
        log.info("score %s was accepted; what is shown could not be read: %s", parcel.score_id, trouble)
        return
    with transaction() as session:
        delivery.show(session, parcel, shown)
