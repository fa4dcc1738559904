"""The task that rotates our keys when they are old, and lets go of those that no platform can need."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from lrc.celery import DELIVERY, every, task
from lrc.config import Settings
from lrc.db import transaction
from lti import keys

ROTATE_KEYS = "lti.rotate_keys"
# Beat counts from its start: daily would be never where the service is started anew each morning.
EVERY_S = 3600.0


def schedule() -> None:
    every(EVERY_S, ROTATE_KEYS)


@task(ROTATE_KEYS, queue=DELIVERY)
def rotate_keys() -> None:
    settings: Settings = current_app.config["LRC_SETTINGS"]
    with transaction() as session:
        keys.rotate_aged(session, settings.secret_key, timedelta(days=settings.key_lifetime_days))
