"""What became of a record: every step of its review, every change of its description, every version, in one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, func, literal, select, union_all
from sqlalchemy.orm import Session, joinedload

from catalog.models import Edit, Remark, Resource
from lrc.pagination import SIZE, Stretch

_STEP, _EDIT = "step", "edit"


@dataclass(frozen=True)
class Event:
    """Something that was done with a record: a step of its review, or a change of its description; one is None."""

    at: datetime
    step: Remark | None = None
    edit: Edit | None = None

    @property
    def author_name(self) -> str:
        """Who did it; "" where they are not known, or were forgotten."""
        author = self.step.author if self.step else self.edit.author if self.edit else None
        return author.name if author else ""


def of(session: Session, resource: Resource, page: int) -> Stretch[Event]:
    """What was done with it, the newest first, a page at a time; four queries, however much it is.

    Handing in, returning, publishing and withdrawing a version are steps; so is what merging says of it.
    """
    both = _both(resource).subquery()
    total = session.scalar(select(func.count()).select_from(both)) or 0
    count = max(1, -(-total // SIZE))
    number = min(max(page, 1), count)
    query = select(both.c.what, both.c.id).order_by(both.c.at.desc(), both.c.what, both.c.id.desc())
    rows = session.execute(query.offset((number - 1) * SIZE).limit(SIZE)).all()
    steps = _steps(session, [row_id for what, row_id in rows if what == _STEP])
    edits = _edits(session, [row_id for what, row_id in rows if what == _EDIT])
    return Stretch([steps[each] if what == _STEP else edits[each] for what, each in rows], number, count, total)


def _both(resource: Resource) -> CompoundSelect[str, int, datetime]:
    steps = select(literal(_STEP).label("what"), Remark.id.label("id"), Remark.created_at.label("at"))
    edits = select(literal(_EDIT).label("what"), Edit.id.label("id"), Edit.at.label("at"))
    return union_all(steps.where(Remark.resource_id == resource.id), edits.where(Edit.resource_id == resource.id))


def _steps(session: Session, ids: Iterable[int]) -> dict[int, Event]:
    query = select(Remark).where(Remark.id.in_(ids)).options(joinedload(Remark.author))
    return {each.id: Event(each.created_at, step=each) for each in session.scalars(query)}


def _edits(session: Session, ids: Iterable[int]) -> dict[int, Event]:
    query = select(Edit).where(Edit.id.in_(ids)).options(joinedload(Edit.author))
    return {each.id: Event(each.at, edit=each) for each in session.scalars(query)}
