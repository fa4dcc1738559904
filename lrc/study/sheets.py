"""An attempt's sheet: the questions that it asks with what was answered, and the lines that a sent form of it means."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lrc.errors import BadInput
from lrc.study import questions, scoring
from lrc.study.content import Question, Quiz
from lrc.study.lines import Line, read_uid
from lrc.study.models import Attempt, Entry, EntryKind

Form = Mapping[str, list[str]]


@dataclass(frozen=True)
class Row:
    """A question of a sheet. ``sequence`` and ``uid`` are of the answer that counts; 0 and "" where there is none."""

    question: Question
    seed: int
    response: Any = None
    sequence: int = 0
    uid: str = ""
    is_hinted: bool = False

    @property
    def asked(self) -> questions.Asked:
        """What a page may know of it."""
        return questions.ask(self.question, self.seed, self.response)

    @property
    def is_answered(self) -> bool:
        return self.response is not None

    @property
    def print(self) -> str:
        """Tells this answer from another, so that a form says what it was made on."""
        return _print(self.response)


def of_attempt(session: Session, attempt: Attempt) -> list[Row]:
    """The questions in the attempt's order. Lines that came late do not count."""
    query = (
        select(Entry.question, Entry.kind, Entry.response, Entry.sequence, Entry.uid)
        .where(Entry.attempt_id == attempt.id, Entry.is_late.is_(False))
        .order_by(Entry.sequence, Entry.uid)
    )
    answers: dict[str, tuple[Any, int, str]] = {}
    hinted = set()
    for key, kind, response, sequence, uid in session.execute(query):
        if kind is EntryKind.HINTED:
            hinted.add(key)
        elif kind is EntryKind.ANSWERED:
            answers[key] = (response, sequence, uid)
    rows = []
    for each in scoring.asked(session, attempt):
        response, sequence, uid = answers.get(each.key, (None, 0, ""))
        rows.append(Row(each, attempt.seed, response, sequence, uid, each.key in hinted))
    return rows


def late(session: Session, attempt: Attempt) -> int:
    """How many answers came too late to count."""
    query = select(func.count()).where(Entry.attempt_id == attempt.id, Entry.is_late, Entry.kind == EntryKind.ANSWERED)
    return session.scalar(query) or 0


def trial(quiz: Quiz, seed: int, responses: Mapping[str, Any] | None = None) -> list[Row]:
    """A sheet that belongs to no attempt, for who tries a draft."""
    given = responses or {}
    return [Row(each, seed, given.get(each.key)) for each in questions.choose(quiz, seed)]


def lines_of(rows: Sequence[Row], attempt: Attempt, form: Form) -> list[Line]:
    """The lines that a form of the sheet means: one for each answer that was changed in it, and for a hint asked for.

    What stands in the form as it was sent to the browser is no answer: another device may have answered since. The
    field ``uid`` is one that the page made, so that the same form sent twice says the same twice. What cannot be an
    answer becomes a line all the same: the journal refuses it by itself. Raises BadInput for a form without a uid.
    """
    base = UUID(read_uid(_first(form, "uid")))
    lines = []
    for each, fields in zip(rows, _by_row(rows, form), strict=True):
        key = each.question.key
        print_now = _print_of(each, fields)
        if print_now != _first(form, f"was-{key}"):
            uid = str(uuid5(base, f"{key} {print_now}"))
            lines.append(Line(uid, EntryKind.ANSWERED, attempt.part, key, attempt.number, fields or None))
        if _first(form, "hint") == key:
            lines.append(Line(str(uuid5(base, f"{key} hint")), EntryKind.HINTED, attempt.part, key, attempt.number))
    return lines


def responses_in(rows: Sequence[Row], form: Form) -> dict[str, Any]:
    """By question what a form answers, as it would be marked. Raises BadInput."""
    return {each.question.key: questions.read_form(each.question, each.seed, form) for each in rows}


def missing(rows: Iterable[Row], lines: Iterable[Line] = ()) -> int:
    """How many questions have no answer, once the lines are written."""
    given = {each.question.key: each.response for each in rows}
    given |= {each.question: each.response for each in lines if each.kind is EntryKind.ANSWERED}
    return sum(response is None for response in given.values())


def _by_row(rows: Sequence[Row], form: Form) -> list[dict[str, list[str]]]:
    """Of each question the fields of a form: by the part of it that they answer, without those left empty."""
    found: dict[str, dict[str, list[str]]] = {each.question.key: {} for each in rows}
    for name, values in form.items():
        # Keys may begin alike: "a" and "a-b".
        owners = [key for key in found if name == f"q-{key}" or name.startswith(f"q-{key}-")]
        written = [each for each in values if each.strip()]
        if owners and written:
            key = max(owners, key=len)
            found[key][name.removeprefix(f"q-{key}").removeprefix("-")] = written
    return list(found.values())


def _print_of(row: Row, fields: Mapping[str, list[str]]) -> str:
    try:
        return _print(questions.read_json(row.question, row.seed, dict(fields)))
    except BadInput:
        return _print({"unreadable": fields})


def _print(response: Any) -> str:
    written = json.dumps(response, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _first(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")
