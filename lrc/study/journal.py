"""The journal of a study: lines are only ever added, each once, and of what they say nothing depends on their order.

A line is known by its uid, so it may arrive any number of times. Of two answers to a question the one with the greater
(sequence, uid) counts, so the order of arrival and the phones' clocks do not matter. ``sequence`` is a Lamport clock:
a browser that behaves never counts further than AHEAD beyond what the server knows. A greater number (or one below 1)
is not believed: the line gets the next number of the journal instead, as if it were said when it arrived, and keeps it
for good. So one bad phone cannot count so far that no other's answer would ever count again; all read the same number
from the journal, and its lines keep the order in which it sent them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from catalog.models import Version
from lrc.db import utcnow
from lrc.errors import BadInput
from lrc.study import progress, questions, scoring, studies
from lrc.study.content import Lesson, Question
from lrc.study.lines import BadLine, Line, new, read
from lrc.study.models import Attempt, Entry, EntryKind, Study
from lrc.study.scoring import answers

__all__ = [
    "AHEAD",
    "MOST_LINES",
    "BadLine",
    "Line",
    "Receipt",
    "answers",
    "greatest",
    "new",
    "read",
    "write",
    "write_held",
]

AHEAD = 10_000
"""How far a browser's clock may be ahead of the journal's."""
MOST_LINES = 20_000
"""Of one study; nobody comes near who does not mean to."""
_TOP = 2_000_000_000
_SEEN_EVERY = timedelta(minutes=1)
"""How exactly Study.last_at is kept, so that an answer does not always cost one more statement."""
_COUNTED = select(func.count(), func.max(Entry.sequence)).where(Entry.study_id == bindparam("study_id"))
_KNOWN = select(Entry.uid, Entry.is_late).where(
    Entry.study_id == bindparam("study_id"), Entry.uid.in_(bindparam("uids", expanding=True))
)
_OF_ATTEMPTS = frozenset({EntryKind.ANSWERED, EntryKind.HINTED, EntryKind.SUBMITTED})


@dataclass
class Receipt:
    """What became of lines: ``kept`` are safe once the transaction is committed, those of ``late`` among them were
    too late to count, and each of ``refused`` (by uid) will never be taken, for the reason told."""

    kept: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    refused: dict[str, object] = field(default_factory=dict)
    sequence: int = 0
    """The greatest of the journal."""


def write(session: Session, study: Study, lines: Sequence[Line]) -> Receipt:
    """Add the lines that the journal lacks; one that cannot be is refused by itself, the others are kept.

    Attempts that a line submits are, once all lines are written; submitted again they stay as they are, and what is new
    is late. An attempt whose time is over is submitted first, as it stood. Holds the study.
    """
    studies.hold(session, study)
    return write_held(session, study, lines)


def write_held(session: Session, study: Study, lines: Sequence[Line]) -> Receipt:
    """As write, for who holds the study already."""
    writing = _Writing(session, study, lines)
    for line in sorted(lines, key=lambda each: (each.sequence is None, each.sequence or 0, each.uid)):
        try:
            writing.take(line)
        except BadInput as error:
            writing.receipt.refused[line.uid] = error.message
    writing.finish()
    return writing.receipt


def greatest(session: Session, study: Study) -> int:
    """The greatest sequence of the journal, from which a browser counts on; 0 for an empty one."""
    return session.scalar(select(func.max(Entry.sequence)).where(Entry.study_id == study.id)) or 0


class _Writing:
    """One writing: what the journal has, and what is added to it."""

    def __init__(self, session: Session, study: Study, lines: Sequence[Line]) -> None:
        self.session, self.study, self.receipt = session, study, Receipt()
        self._now = utcnow()
        self._known = _known(session, study, [each.uid for each in lines])
        self._count, greatest = session.execute(_COUNTED, {"study_id": study.id}).one()
        self._greatest: int = greatest or 0
        self._believed = min(self._greatest + AHEAD, _TOP)
        self._attempts = _attempts(session, study, lines)
        self._asked: dict[int, Mapping[str, Question]] = {}
        self._rows: list[dict[str, Any]] = []
        self._submitted: dict[int, Attempt] = {}
        self._last: tuple[int, str] | None = None
        self._must_refresh = False

    def take(self, line: Line) -> None:
        """Add the line, unless it is there. Raises BadInput where it cannot be."""
        is_late = self._known.get(line.uid)
        if is_late is None:
            is_late = self._add(line)
            self._known[line.uid] = is_late
        self.receipt.kept.append(line.uid)
        if is_late:
            self.receipt.late.append(line.uid)

    def finish(self) -> None:
        self.receipt.sequence = self._greatest
        if not self._rows:
            return
        self.session.execute(insert(Entry), self._rows)
        if self._now - self.study.last_at > _SEEN_EVERY:
            self.study.last_at = self._now
        if self._last is not None:
            self.study.last_part = self._last[1]
        self.session.flush()
        for attempt in self._submitted.values():
            scoring.settle(self.session, attempt, self._now)
        if self._must_refresh or self._submitted:
            progress.refresh(self.session, self.study)

    def _add(self, line: Line) -> bool:
        if self._count + len(self._rows) >= MOST_LINES and line.kind is not EntryKind.SUBMITTED:
            raise BadLine(_("Tu cuaderno de este módulo está lleno; avisa a tu docente."))
        attempt, is_late = None, False
        if line.kind in _OF_ATTEMPTS:
            attempt = self._attempt(line)
            line = self._checked(attempt, line)
            is_late = attempt.submitted_at is not None
        else:
            self._check_part(line)
            line = replace(line, question="", response=None)
        self._rows.append(self._row(line, attempt, is_late))
        return is_late

    def _row(self, line: Line, attempt: Attempt | None, is_late: bool) -> dict[str, Any]:
        sequence = line.sequence
        if sequence is None or not 0 < sequence <= self._believed:
            sequence = min(self._greatest + 1, _TOP)
        if sequence >= self._greatest and studies.part_of(studies.module_of(self.study), line.part):
            self._last = (sequence, line.part)
        self._greatest = max(self._greatest, sequence)
        return {
            "study_id": self.study.id,
            "uid": line.uid,
            "kind": line.kind,
            "part": line.part,
            "question": line.question,
            "attempt_id": attempt.id if attempt else None,
            "response": line.response,
            "sequence": sequence,
            "said_at": line.said_at,
            "received_at": self._now,
            "is_late": is_late,
        }

    def _check_part(self, line: Line) -> None:
        part = studies.part_of(studies.module_of(self.study), line.part)
        if part is None:
            if not _was_ever(self.session, self.study, line.part):
                raise BadLine(_("Esta anotación es de una parte que este módulo no tiene."))
        elif line.kind is EntryKind.READ:
            if not isinstance(part, Lesson):
                raise BadLine(_("Esta anotación no corresponde a esa parte del módulo."))
            self._must_refresh = self._must_refresh or line.part not in self.study.read_parts

    def _attempt(self, line: Line) -> Attempt:
        attempt = self._attempts.get((line.part, line.attempt_number or 0))
        if attempt is None:
            raise BadLine(_("Esta respuesta es de un intento que no existe."))
        if attempt.submitted_at is None and scoring.is_over(attempt, self._now):
            scoring.settle(self.session, attempt, attempt.due_at or self._now)
            self._must_refresh = True
        return attempt

    def _checked(self, attempt: Attempt, line: Line) -> Line:
        """The line as the journal has it: of a question that was asked, the response as questions are marked by it."""
        if line.kind is EntryKind.SUBMITTED:
            if attempt.submitted_at is None:
                self._submitted[attempt.id] = attempt
            return replace(line, question="", response=None)
        if attempt.id not in self._asked:
            self._asked[attempt.id] = {each.key: each for each in scoring.asked(self.session, attempt)}
        question = self._asked[attempt.id].get(line.question)
        if question is None:
            raise BadLine(_("Esta respuesta es de una pregunta que este intento no tiene."))
        if line.kind is not EntryKind.ANSWERED or line.response is None:
            return replace(line, response=None)
        return replace(line, response=questions.read_json(question, attempt.seed, line.response))


def _known(session: Session, study: Study, uids: Iterable[str]) -> dict[str, bool]:
    """Which of the uids the journal has, and whether they were late."""
    found = session.execute(_KNOWN, {"study_id": study.id, "uids": list(set(uids))})
    return {row.uid: row.is_late for row in found}


def _attempts(session: Session, study: Study, lines: Iterable[Line]) -> dict[tuple[str, int], Attempt]:
    parts = {each.part for each in lines if each.kind in _OF_ATTEMPTS}
    if not parts:
        return {}
    query = scoring.of_study(study.id).where(Attempt.part.in_(parts)).execution_options(populate_existing=True)
    return {(each.part, each.number): each for each in session.scalars(query)}


def _was_ever(session: Session, study: Study, part: str) -> bool:
    """Whether another version of the module has such a part: a device may still be in an older one."""
    versions = session.scalars(select(Version.id).where(Version.resource_id == study.module_id)).all()
    return any(studies.part_of(studies.module_at(session, each), part) is not None for each in versions)
