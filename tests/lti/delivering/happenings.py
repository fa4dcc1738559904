"""What happens to scores on their way: time passes, their column goes and comes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from lrc.db import transaction, utcnow
from lrc.practice.state import Column
from lti.models import Score
from tests.campus import COURSE
from tests.lti.desks import Desk


def later() -> None:
    """Time passes: what waits is due."""
    with transaction() as own:
        own.execute(update(Score).values(next_try_at=utcnow() - timedelta(seconds=1), claimed_at=None))


def lose_column(student: Desk) -> str:
    with student.campus.lms.store.changing() as state:
        column = next(each for each in state.columns.values() if each.maximum == 20)
        del state.columns[column.id]
    return column.id


def give_column(student: Desk) -> None:
    activity = student.campus.activity(student.link.resource_link_id)
    with student.campus.lms.store.changing() as state:
        state.columns["900"] = Column("900", COURSE, activity.tool_id, "Lectura", 20.0, activity.id, activity.link_id)
