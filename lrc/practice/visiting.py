"""Some students of the demo have been there already: what they opened and marked as read, for class page and grades."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import openings
from catalog.models import Opening, Resource
from lrc.config import Settings
from lrc.practice import beginnings
from lrc.practice.classroom import CLASS, PEOPLE, Somebody
from lrc.practice.messages import Message, claims_of
from lrc.practice.state import Activity, Column
from lti import launches, viewers
from lti.messages import Launch
from lti.models import Placement, Platform
from lti.viewers import Viewer

_TEACHER = "5"
# By record id: the first and the last student of the class who opened it, and how many of them marked it as read.
_OPENED = {
    "estadistica-con-papas": (1, 9, 6),
    "leer-graficos": (3, 7, 0),
    "citar-en-apa-7": (2, 6, 3),
    "escribir-un-ensayo": (5, 11, 0),
}


@dataclass(frozen=True)
class Door:
    """Through which people of the practice LMS, as it is at the beginning, come without a browser."""

    session: Session
    settings: Settings
    platform: Platform

    def enter(self, person: Somebody, activity: Activity) -> Viewer:
        """Somebody as a launch of the activity makes them known."""
        state = beginnings.fresh(self.settings)
        message = Message(
            issuer=self.settings.practice_url,
            tool=state.tools[activity.tool_id],
            course=state.courses[activity.course_id],
            person=person,
            activity=activity,
            column=state.own_column(activity.id),
        )
        launch = Launch.from_claims(claims_of(message, "", time.time()))
        stored = launches.receive(self.session, self.platform, launch, self.settings.launch_lifetime_s)
        viewer = viewers.find(self.session, stored.id)
        assert viewer is not None, "a launch just received signs its person in"  # noqa: S101
        return viewer


def visit(door: Door) -> int:
    """Let the students come, once: where anybody has opened anything nothing is done. Returns how many opened one."""
    if door.session.scalar(select(Opening.id).limit(1)) is not None:
        return 0
    state = beginnings.fresh(door.settings)
    placed = [each for each in state.activities.values() if "lrc_item" in each.custom]
    for each in placed:
        teacher = door.enter(PEOPLE[_TEACHER], state.of_course(each.course_id)[0])
        _place(door.session, teacher, each, state.own_column(each.id))
    return sum(_read(door, each) for each in placed if each.custom["lrc_id"] in _OPENED)


def _place(session: Session, teacher: Viewer, activity: Activity, column: Column | None) -> None:
    """Remember that the teacher put it into the course, as the picker does."""
    session.add(
        Placement(
            item=activity.custom["lrc_item"],
            person_id=teacher.person_id,
            context_id=teacher.context_id,
            kind=activity.custom["lrc_kind"],
            target=activity.custom["lrc_id"],
            title=activity.title,
            maximum=round(column.maximum) if column else None,
        )
    )
    session.flush()


def _read(door: Door, activity: Activity) -> int:
    record_id = activity.custom["lrc_id"]
    mine = Resource.institution_id == door.platform.institution_id
    resource = door.session.scalars(select(Resource).where(Resource.record_id == record_id, mine)).one()
    first, last, marked = _OPENED[record_id]
    for number, person in enumerate(CLASS[first - 1 : last]):
        viewer = door.enter(person, activity)
        openings.note(door.session, viewer, resource)
        if number < marked:
            openings.mark_read(door.session, viewer, resource)
    return last - first + 1
