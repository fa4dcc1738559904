"""The tasks that ask addresses: one that was pasted or named just now, those that are due, and finding new ones."""

from __future__ import annotations

import logging
import time
from typing import cast

from flask import current_app

from catalog.models import WebLink
from catalog.weblinks import asking, following, lives, weblinks
from lrc.celery import DELIVERY, every, task
from lrc.config import Settings
from lrc.db import transaction

log = logging.getLogger(__name__)
ENROL = "catalog.enrol_weblinks"
ROUND_EVERY_S, ENROL_EVERY_S = 300.0, 3600.0
ROUND_S = 60.0
"""After so long a round ends: other tasks wait for its worker."""
HOST_PAUSE_S = 2.0
"""Between two calls to the same host."""
ENROLLED_AT_ONCE, ENROLLED_TIMES = 1000, 20


def schedule() -> None:
    """Have beat ask what is due, and find what came with imports."""
    every(ROUND_EVERY_S, following.ROUND)
    every(ENROL_EVERY_S, ENROL)


@task(weblinks.READ, queue=DELIVERY)
def read_weblink(resource_id: int) -> None:
    """Ask one address now, and read its page where that is still to be done."""
    with transaction(writing=False) as session:
        link = session.get(WebLink, resource_id)
    if link is not None and not lives.was_just_asked(link):
        _ask(link)


@task(following.ROUND, queue=DELIVERY)
def check_weblinks() -> None:
    """Ask what is due; what was left for want of time is handed out again a while later."""
    ends_at = time.monotonic() + ROUND_S
    with transaction() as session:
        chosen = lives.due(session)
    asked_at: dict[str, float] = {}
    for link in chosen:
        wait_s = asked_at.get(link.host, 0.0) + HOST_PAUSE_S - time.monotonic()
        if time.monotonic() + max(0.0, wait_s) > ends_at:
            break
        time.sleep(max(0.0, wait_s))
        _ask(link)
        asked_at[link.host] = time.monotonic()


def _ask(link: WebLink) -> None:
    """Ask, then note what was found, unless the resource leads elsewhere by now."""
    limits = asking.limits_of(cast(Settings, current_app.config["LRC_SETTINGS"]))
    seen = asking.read(link.url, limits) if link.is_to_be_read else asking.check(link.url, limits)
    with transaction() as session:
        held = lives.get_for_note(session, link.resource_id)
        if held is None or held.url != link.url:
            return
        lives.note(held, seen)
        if held.is_to_be_read:
            weblinks.take_said(session, held, seen.said)
    log.info("address of resource %s: %s %s", link.resource_id, seen.life, seen.failure or seen.status)


@task(ENROL, queue=DELIVERY)
def enrol_weblinks() -> None:
    """Have addresses that came with imports be asked now and then, a bounded number at each round."""
    after = 0
    for _time in range(ENROLLED_TIMES):
        with transaction(writing=False) as session:  # looking through them all, nobody waits for
            rows = session.execute(following.lacking(after, ENROLLED_AT_ONCE)).all()
        found = [(resource_id, told) for resource_id, told in rows]
        with transaction() as session:
            following.enrol(session, found)
        if len(found) < ENROLLED_AT_ONCE:
            return
        after = found[-1][0]
