"""How the tables of a course for spreadsheets are called, and how they say times."""

from __future__ import annotations

import re
from datetime import datetime

from flask_babel import to_user_timezone

from lrc.spreadsheets import as_csv, safe
from lti.models import Context
from lti.people import fold

__all__ = ["as_csv", "file_name", "safe", "when"]


def file_name(kind: str, context: Context) -> str:
    """A plain name for the file: what it is, and the course's short name."""
    label = re.sub(r"[^a-z0-9]+", "-", fold(context.label)).strip("-")[:40]
    return f"{kind}-{label or context.id}.csv"


def when(moment: datetime | None) -> str:
    """The time as spreadsheets read it, in the zone of the page; "" for none."""
    return to_user_timezone(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
