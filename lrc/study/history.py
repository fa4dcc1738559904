"""The history of a part: who saved what and when, what differs between two saves, and going back to one."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from lrc.errors import NotFound
from lrc.study import parts, quizlines
from lrc.study.content import Lesson, PartContent
from lrc.study.models import Part, Save
from lrc.study.parts import Saved
from lti.viewers import Viewer

# Comparing takes time with the product of the lines on both sides; beyond this what differs is shown as a whole.
_MOST_COMPARISONS = 1_500 * 1_500
_AROUND = 3
PAUSE = timedelta(minutes=10)
_MOST_LOOKED_AT = 5_000


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"  # some lines that are the same


@dataclass(frozen=True)
class Line:
    """A line of a comparison; of SKIPPED the text is how many lines are left out."""

    change: Change
    text: str


def of_part(part: Part) -> Select[Save]:
    """Everything that was saved of a part, the last first."""
    return select(Save).where(Save.part_id == part.id).options(joinedload(Save.author)).order_by(Save.id.desc())


def stops(session: Session, part: Part) -> list[int]:
    """Ids of the saves after which their author paused, or somebody else wrote on; and of those that were kept aside.

    While somebody types the page saves every few seconds: of such a row of saves only the last is worth a look.
    """
    query = select(Save.id, Save.author_id, Save.saved_at, Save.revision).where(Save.part_id == part.id)
    rows = session.execute(query.order_by(Save.id.desc()).limit(_MOST_LOOKED_AT)).all()
    shown: list[int] = []
    later: tuple[int | None, datetime] | None = None
    for save_id, author_id, saved_at, revision in rows:
        is_last = later is None or later[0] != author_id or later[1] - saved_at > PAUSE
        if is_last or revision is None:
            shown.append(save_id)
        later = (author_id, saved_at)
    return shown


def get(session: Session, part: Part, save_id: int) -> Save:
    """One of the part's saves. NotFound."""
    found = session.scalars(of_part(part).where(Save.id == save_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def before(session: Session, save: Save) -> Save | None:
    """The save that it was written on, or else the one before it."""
    earlier = select(Save).where(Save.part_id == save.part_id, Save.id < save.id).order_by(Save.id.desc()).limit(1)
    basis = session.scalars(earlier.where(Save.revision == save.based_on)).one_or_none()
    return basis or session.scalars(earlier).one_or_none()


def restore(session: Session, viewer: Viewer, part: Part, save: Save, uid: str) -> Saved:
    """Make an earlier save what the part says now, by a new save on top of the present one."""
    return parts.save(session, viewer, part, parts.content_of(save.content), part.revision, uid)


def text_of(content: PartContent) -> str:
    """A part as lines that a person can compare: of a lesson its title, minutes and text; of a quiz all it holds."""
    if isinstance(content, Lesson):
        return f"{content.title} ({content.minutes} min)\n\n{content.text}"
    return quizlines.lines_of(content)


def compare(older: str, newer: str, *, around: int | None = _AROUND) -> list[Line]:
    """What differs, line by line, with ``around`` lines of what is the same on either side (None: all of it)."""
    lines = _compared(older.splitlines(), newer.splitlines())
    return lines if around is None else _abridged(lines, around)


def _compared(older: list[str], newer: list[str]) -> list[Line]:
    start = _common(older, newer)
    end = _common(older[start:][::-1], newer[start:][::-1])
    old, new = older[start : len(older) - end], newer[start : len(newer) - end]
    between = _differing(old, new) if len(old) * len(new) <= _MOST_COMPARISONS else _replaced(old, new)
    return [
        *(Line(Change.SAME, each) for each in older[:start]),
        *between,
        *(Line(Change.SAME, each) for each in older[len(older) - end :]),
    ]


def _common(one: list[str], other: list[str]) -> int:
    """How many lines at the beginning are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _differing(old: list[str], new: list[str]) -> list[Line]:
    lines: list[Line] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            lines += (Line(Change.SAME, each) for each in old[a:b])
        else:
            lines += _replaced(old[a:b], new[c:d])
    return lines


def _replaced(old: list[str], new: list[str]) -> list[Line]:
    return [*(Line(Change.REMOVED, each) for each in old), *(Line(Change.ADDED, each) for each in new)]


def _abridged(lines: list[Line], around: int) -> list[Line]:
    changed = [n for n, line in enumerate(lines) if line.change is not Change.SAME]
    near: set[int] = set()
    for at in changed:
        near.update(range(max(at - around, 0), min(at + around + 1, len(lines))))
    shown: list[Line] = []
    left_out = 0
    for n, line in enumerate([*lines, None]):
        if line is not None and n not in near:
            left_out += 1
            continue
        if left_out:
            shown.append(Line(Change.SKIPPED, str(left_out)))
            left_out = 0
        if line is not None:
            shown.append(line)
    return shown
