"""Taking a reading out of its list and putting it back as it stood, with who had read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.keeping import takenout
from catalog.models import ReadingItem, ReadingList, ReadingMark, ReadingSection, TakenFrom, TakenOut, Weight
from catalog.readinglists import items, lists
from lti.models import Person
from lti.viewers import Viewer


def take_out(session: Session, viewer: Viewer, reading_list: ReadingList, item: ReadingItem, revision: int) -> TakenOut:
    """Take it out, so that put_back can undo it. Overtaken where somebody wrote of it since ``revision``."""
    marks = session.execute(select(ReadingMark.person_id, ReadingMark.marked_at).where(ReadingMark.item_id == item.id))
    content: dict[str, Any] = {
        "section_id": item.section_id,
        "position": item.position,
        "resource_id": item.resource_id,
        "page": item.page,
        "reference": item.reference,
        "weight": item.weight.value,
        "note": item.note,
        "added_by_id": item.added_by_id,
        "added_at": item.added_at.isoformat(),
        "marks": [(person_id, marked_at.isoformat()) for person_id, marked_at in marks],
    }
    items.drop(session, item, revision)
    return takenout.note(session, viewer, TakenFrom.READINGS, reading_list.id, content)


def put_back(session: Session, reading_list: ReadingList, taken: TakenOut) -> ReadingItem:
    """Put it back where it stood, or at that place of the last section where its own is gone.

    Conflict where the list is full meanwhile; NotFound where what it leads to is gone. The list is to be held.
    """
    items.check_room(session, reading_list)
    said = taken.content
    section = _section(session, reading_list, said["section_id"])
    within = select(ReadingItem).where(ReadingItem.section_id == section.id)
    others = session.scalars(within.order_by(ReadingItem.position, ReadingItem.id)).all()
    made = ReadingItem(section_id=section.id, revision=1, page=said["page"], reference=said["reference"])
    made.resource_id = takenout.resource_of(session, taken).id if said["resource_id"] else None
    made.weight, made.note = Weight(said["weight"]), said["note"]
    made.added_by_id = session.scalar(select(Person.id).where(Person.id == said["added_by_id"]))
    made.added_at = datetime.fromisoformat(said["added_at"])
    takenout.stand_again(others, made, said["position"])
    session.add(made)
    session.flush()
    _mark(session, made, {person_id: datetime.fromisoformat(at) for person_id, at in said["marks"]})
    session.delete(taken)
    session.flush()
    return made


def _section(session: Session, reading_list: ReadingList, section_id: int) -> ReadingSection:
    own = session.scalar(lists.sections(reading_list).where(ReadingSection.id == section_id))
    return own or items.find_last_section(session, reading_list)


def _mark(session: Session, item: ReadingItem, marked: dict[int, datetime]) -> None:
    there = session.scalars(select(Person.id).where(Person.id.in_(marked)))
    session.add_all(ReadingMark(item_id=item.id, person_id=each, marked_at=marked[each]) for each in there)
