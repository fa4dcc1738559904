"""Which day it is where the library is."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import to_user_timezone

from lrc.db import utcnow


def today() -> date:
    """The day of this moment in the library's time zone (LRC_TIME_ZONE)."""
    now: datetime = to_user_timezone(utcnow())
    return now.date()
