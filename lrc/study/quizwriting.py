"""Writing a quiz: its questions one by one and what it says of itself, without losing what others write meanwhile.

Every change is made to the quiz as it is now, held against others. People at work on different questions never meet;
of the same question, or the same settings, the later save is in conflict and kept beside, as lrc.study.parts does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.errors import Conflict, NotFound
from lrc.study import drafts, parts
from lrc.study.content import Question, Quiz, changed, from_data
from lrc.study.models import Part, Save
from lrc.study.parts import Saved
from lti.viewers import Viewer

MOST_QUESTIONS = 300
SETTINGS = (
    "title",
    "intro",
    "minutes",
    "draws",
    "shuffle",
    "attempts",
    "time_limit_minutes",
    "pass_percent",
    "counts",
    "shows",
)
"""What a quiz says of itself, beside its questions."""


def quiz_of(part: Part) -> Quiz:
    """What a part holds. NotFound where it is a lesson."""
    if part.content["type"] != "quiz":
        raise NotFound(detail=f"part {part.key} is no quiz")
    return from_data(part.content, Quiz)


def find(quiz: Quiz, key: str) -> Question | None:
    return next((question for question in quiz.questions if question.key == key), None)


def get(quiz: Quiz, key: str) -> Question:
    """The question with this key. NotFound."""
    found = find(quiz, key)
    if found is None:
        raise NotFound(detail=f"no question {key[:40]} in the quiz {quiz.key}")
    return found


def save_question(session: Session, viewer: Viewer, part: Part, question: Question, based_on: int, uid: str) -> Saved:
    """Keep a question as it was typed on the part's revision ``based_on``; a new one comes at the end.

    It is a conflict where this question was changed or deleted since; of what else changed in the quiz nothing is lost.
    """
    now = _held(session, part)
    was = _at_revision(session, part, based_on)
    if was is not None and find(was, question.key) == find(now, question.key):
        based_on = part.revision
    return parts.save(session, viewer, part, _put(now, question), based_on, uid)


def save_settings(session: Session, viewer: Viewer, part: Part, said: Quiz, based_on: int, uid: str) -> Saved:
    """Keep what the quiz says of itself, as ``said`` does; its questions stay. Else as ``save_question``."""
    now = _held(session, part)
    was = _at_revision(session, part, based_on)
    if was is not None and _settings(was) == _settings(now):
        based_on = part.revision
    return parts.save(session, viewer, part, changed(now, **_settings(said)), based_on, uid)


def copy_question(session: Session, viewer: Viewer, part: Part, key: str, uid: str) -> str:
    """Put a copy of a question behind it, once for each ``uid``; its key. NotFound for a question that there is not."""
    copied = hashlib.sha256(f"{uid} {key}".encode()).hexdigest()[:10]

    def change(quiz: Quiz) -> Sequence[Question]:
        made = changed(get(quiz, key), key=copied)
        if find(quiz, copied):
            return quiz.questions
        return [
            each for question in quiz.questions for each in ((question, made) if question.key == key else (question,))
        ]

    _change(session, viewer, part, change, uid)
    return copied


def move_question(session: Session, viewer: Viewer, part: Part, key: str, place: int, uid: str) -> None:
    """Put a question at a place, from 1; beyond the end: the last. NotFound."""

    def change(quiz: Quiz) -> Sequence[Question]:
        others = [question for question in quiz.questions if question.key != key]
        others.insert(max(place, 1) - 1, get(quiz, key))
        return others

    _change(session, viewer, part, change, uid)


def delete_question(session: Session, viewer: Viewer, part: Part, key: str, uid: str) -> None:
    """Take a question out; one that is not there changes nothing. The history keeps it."""
    _change(session, viewer, part, lambda quiz: [each for each in quiz.questions if each.key != key], uid)


def _change(
    session: Session, viewer: Viewer, part: Part, change: Callable[[Quiz], Sequence[Question]], uid: str
) -> None:
    now = _held(session, part)
    if part.deleted_at is not None:
        raise Conflict(_("Este cuestionario fue borrado."), advice=_("Recupéralo desde la página del módulo."))
    made = _with(now, change(now))
    parts.save(session, viewer, part, made, part.revision, uid)


def _put(quiz: Quiz, question: Question) -> Quiz:
    if find(quiz, question.key) is None:
        return _with(quiz, [*quiz.questions, question])
    return _with(quiz, [question if each.key == question.key else each for each in quiz.questions])


def _with(quiz: Quiz, asked: Sequence[Question]) -> Quiz:
    """The quiz with these questions, without draws of pools that none of them names. Conflict beyond MOST_QUESTIONS."""
    if len(asked) > MOST_QUESTIONS:
        raise Conflict(
            _("Un cuestionario tiene hasta %(most)s preguntas.", most=MOST_QUESTIONS),
            advice=_("Repártelas en dos cuestionarios."),
        )
    named = {question.pool for question in asked}
    draws = {pool: count for pool, count in quiz.draws.items() if pool in named}
    return changed(quiz, questions=tuple(asked), draws=draws)


def _held(session: Session, part: Part) -> Quiz:
    """The quiz as it is now, its draft held against others' changes."""
    drafts.hold(session, part.module_id)
    session.refresh(part)
    return quiz_of(part)


def _at_revision(session: Session, part: Part, revision: int) -> Quiz | None:
    """The quiz as it was at one of its revisions."""
    if revision == part.revision:
        return quiz_of(part)
    query = select(Save).where(Save.part_id == part.id, Save.revision == revision).limit(1)
    save = session.scalars(query).one_or_none()
    return from_data(save.content, Quiz) if save is not None else None


def _settings(quiz: Quiz) -> dict[str, Any]:
    return {name: getattr(quiz, name) for name in SETTINGS}
