"""The tasks of the study room: submitting attempts whose time is over, and owing grades that waited for a link."""

from __future__ import annotations

import logging

from lrc.celery import DELIVERY, every, task
from lrc.db import transaction, utcnow
from lrc.study import attempts, grading, studies
from lrc.study.models import Attempt, Study

log = logging.getLogger(__name__)
CLOSE_OVER, OWE_MISSING = "study.close_over", "study.owe_missing"
CLOSE_OVER_EVERY_S, OWE_MISSING_EVERY_S = 60.0, 300.0
_MOST = 200


def schedule() -> None:
    """Have beat look for attempts whose time is over, and for grades that nobody was owed for yet."""
    every(CLOSE_OVER_EVERY_S, CLOSE_OVER)
    every(OWE_MISSING_EVERY_S, OWE_MISSING)


@task(CLOSE_OVER, queue=DELIVERY)
def close_over() -> None:
    """Submit attempts whose time is over as they stand, each in a transaction of its own."""
    with transaction(writing=False) as session:
        found = [each.id for each in session.scalars(attempts.over(utcnow()).limit(_MOST))]
    for attempt_id in found:
        with transaction() as session:
            attempts.close_if_over(session, session.get_one(Attempt, attempt_id))
    if found:
        log.info("%s attempts submitted whose time was over", len(found))


@task(OWE_MISSING, queue=DELIVERY)
def owe_missing() -> None:
    """Owe what was earned before a link gave a grade for it, or before its person was known there as a student."""
    with transaction(writing=False) as session:
        found = [each.id for each in grading.missing(session, _MOST)]
    for study_id in found:
        with transaction() as session:
            study = session.get_one(Study, study_id)
            studies.hold(session, study)
            grading.owe(session, study)
    if found:
        log.info("%s scores owed that links had not been owed before", len(found))
