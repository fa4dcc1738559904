"""Work that came of the search report: a row made a task, somebody who takes it, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lti.viewers import Viewer
from search import soughtlog, teaching
from search.models import SearchTask, TaskKind

LONGEST_TEXT = 1000


class Standing(StrEnum):
    """Which tasks a list shows."""

    OPEN = "open"
    MINE = "mine"
    DONE = "done"


def listed(viewer: Viewer, standing: Standing) -> Select[SearchTask]:
    """The tasks of the viewer's institution; what is to do oldest first, what is done newest first."""
    query = (
        select(SearchTask)
        .where(SearchTask.institution_id == viewer.institution_id)
        .options(joinedload(SearchTask.author), joinedload(SearchTask.taken_by))
    )
    if standing is Standing.DONE:
        return query.where(SearchTask.done_at.is_not(None)).order_by(SearchTask.done_at.desc(), SearchTask.id.desc())
    if standing is Standing.MINE:
        query = query.where(SearchTask.taken_by_id == viewer.person_id)
    return query.where(SearchTask.done_at.is_(None)).order_by(SearchTask.created_at, SearchTask.id)


def open_by_words(session: Session, viewer: Viewer, words: Iterable[str]) -> Mapping[str, SearchTask]:
    """The open tasks of the viewer's institution about these queries (folded), by their words."""
    query = listed(viewer, Standing.OPEN).where(SearchTask.words.in_(list(words)))
    return {task.words: task for task in session.scalars(query)}


def add(session: Session, viewer: Viewer, typed: str, kind: TaskKind, note: str = "") -> SearchTask:
    """A task about a query; the open one of the same kind where there is one. BadInput: no words, too long."""
    words = soughtlog.folded(typed)
    if not words:
        raise BadInput(_("Falta la búsqueda de la que trata la tarea."))
    query = listed(viewer, Standing.OPEN).where(SearchTask.words == words, SearchTask.kind == kind)
    found = session.scalars(query).first()
    if found is not None:
        return found
    made = SearchTask(
        institution_id=viewer.institution_id,
        words=words,
        typed=soughtlog.tidy(typed),
        kind=kind,
        note=_text(note),
        author_id=viewer.person_id,
    )
    session.add(made)
    session.flush()
    return made


def take(session: Session, viewer: Viewer, task_id: int) -> SearchTask:
    """Say that one sees to it oneself. Conflict where somebody else does, or where it is done."""
    task = _open(session, viewer, task_id)
    if task.taken_by_id not in (None, viewer.person_id):
        raise Conflict(_("Otra persona ya se encarga de esta tarea."))
    task.taken_by_id = viewer.person_id
    return task


def leave(session: Session, viewer: Viewer, task_id: int) -> SearchTask:
    """Give back what one had taken."""
    task = _open(session, viewer, task_id)
    if task.taken_by_id == viewer.person_id:
        task.taken_by_id = None
    return task


def finish(session: Session, viewer: Viewer, task_id: int, outcome: str) -> SearchTask:
    """Close a task, saying what came of it, as whoever took it or, where nobody did, as one's own."""
    task = _open(session, viewer, task_id)
    if task.taken_by_id is None:
        task.taken_by_id = viewer.person_id
    task.outcome = _text(outcome)
    if not teaching.folded(task.outcome):
        raise BadInput(_("Escribe en una frase qué se hizo."))
    task.done_at = utcnow()
    return task


def _open(session: Session, viewer: Viewer, task_id: int) -> SearchTask:
    """A task of the viewer's institution that is not done, held against others' changes."""
    found = session.scalar(
        select(SearchTask)
        .where(SearchTask.id == task_id, SearchTask.institution_id == viewer.institution_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound
    if found.done_at is not None:
        raise Conflict(_("Esta tarea ya está hecha."))
    return found


def _text(text: str) -> str:
    kept = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(kept) > LONGEST_TEXT:
        raise BadInput(_("Es demasiado largo: hasta 1000 letras."))
    return kept
