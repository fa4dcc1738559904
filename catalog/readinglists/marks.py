"""What a student says to have read of a list, how far they are, and what their teacher sees of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog import classes
from catalog.models import ReadingItem, ReadingList, ReadingMark, ReadingSection, Weight
from catalog.readinglists.items import Part
from lti.models import Membership
from lti.viewers import Viewer


@dataclass(frozen=True)
class Progress:
    """How many of the readings somebody has read; ``essential`` is of those that are expected of everybody."""

    read: int
    total: int
    essential_read: int
    essential_total: int


def of(session: Session, viewer: Viewer, reading_list: ReadingList) -> frozenset[int]:
    """The ids of what the viewer says to have read of the list."""
    query = select(ReadingMark.item_id).join(ReadingItem).join(ReadingSection)
    mine = query.where(ReadingSection.list_id == reading_list.id, ReadingMark.person_id == viewer.person_id)
    return frozenset(session.scalars(mine))


def progress(parts: Sequence[Part], marked: Collection[int]) -> Progress:
    """Counted over what can be read: what is gone counts nowhere."""
    there = [entry.item for part in parts for entry in part.entries if not entry.is_gone]
    essential = [each for each in there if each.weight is Weight.ESSENTIAL]
    read, essential_read = (sum(each.id in marked for each in some) for some in (there, essential))
    return Progress(read, len(there), essential_read, len(essential))


def mark(session: Session, viewer: Viewer, item: ReadingItem) -> None:
    """Keep that the viewer has read it; again changes nothing."""
    if session.get(ReadingMark, (item.id, viewer.person_id)) is not None:
        return
    try:
        with session.begin_nested():
            session.add(ReadingMark(item_id=item.id, person_id=viewer.person_id))
    except IntegrityError:
        return  # another request of the same person marked it at the same moment


def unmark(session: Session, viewer: Viewer, item: ReadingItem) -> None:
    """Take back that the viewer has read it, as mark says it."""
    mine = (ReadingMark.item_id == item.id, ReadingMark.person_id == viewer.person_id)
    session.execute(delete(ReadingMark).where(*mine))


def counts(session: Session, context_id: int, reading_list: ReadingList) -> dict[int, int]:
    """By item how many of the students who are in the course now have read it."""
    there = classes.students(context_id).order_by(None).subquery()
    query = (
        select(ReadingMark.item_id, func.count())
        .join(there, there.c.person_id == ReadingMark.person_id)
        .join(ReadingItem, ReadingItem.id == ReadingMark.item_id)
        .join(ReadingSection, ReadingSection.id == ReadingItem.section_id)
        .where(ReadingSection.list_id == reading_list.id)
        .group_by(ReadingMark.item_id)
    )
    return dict(session.execute(query).all())


def students(session: Session, context_id: int) -> int:
    """How many students are in the course now."""
    query = classes.students(context_id).order_by(None)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def readers(context_id: int, item: ReadingItem, *, have_read: bool) -> Select[Membership]:
    """The students of the course who have read it, or those who have not, in the order of their names."""
    marked = select(ReadingMark.person_id).where(ReadingMark.item_id == item.id)
    has_read = func.coalesce(Membership.person_id, 0).in_(marked)
    return classes.students(context_id).where(has_read if have_read else ~has_read)
