"""Changing many descriptions at once: what a table would change, writing it piece by piece, and taking it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, defer, joinedload

from catalog import indexing
from catalog.describing import description, table
from catalog.describing.table import Line, Table
from catalog.describing.tablefile import MOST_LINES
from catalog.describing.wording import field_name
from catalog.models import BulkChange, BulkEdit, BulkState, ChangeState, Edit, EditWay, Kind, Resource, ResourceState
from lrc.celery import enqueue
from lrc.db import utcnow
from lrc.errors import Conflict, NotAllowed, NotFound
from lti.viewers import Viewer

WRITE = "catalog.write_bulk_edit"
UNDO_DAYS = 30
PIECE = 200
"""Materials written in one transaction: on SQLite whoever else writes waits for it, some tenths of a second."""
STALE = timedelta(minutes=2)
_READ_AT_ONCE = 500
_SAID_BACK = 60
_FROM = {BulkState.APPLYING: ChangeState.PROPOSED, BulkState.UNDOING: ChangeState.WRITTEN}
"""Which changes are still to be done in the states in which a bulk edit is under way."""
CHOICES = {
    "all": _("Todos"),
    "published": _("Los publicados"),
    "waiting": _("Los que esperan revisión"),
    "unlicensed": _("Los que no dicen su licencia"),
    "undescribed": _("Los que no tienen descripción"),
    "undated": _("Los que no dicen de cuándo son"),
}
"""Which materials a table may be made of."""
Refusal = dict[str, Any]
_ACCEPTABLE = dict.fromkeys(description.FIELDS, "") | {"title": "-"}


def chosen(viewer: Viewer, which: str) -> Select[Resource]:
    """The materials of the viewer's institution that a table is made of; ``which`` is one of CHOICES (else all)."""
    query = select(Resource).where(_in_care(viewer))
    narrower = {
        "published": Resource.state == ResourceState.PUBLISHED,
        "waiting": Resource.state == ResourceState.WAITING,
        "unlicensed": Resource.license == "",
        "undescribed": Resource.description == "",
        "undated": Resource.date == "",
    }
    if which in narrower:
        query = query.where(narrower[which])
    return query.order_by(Resource.id).limit(MOST_LINES)


def _in_care(viewer: Viewer) -> ColumnElement[bool]:
    """Of a resource, whether it is a material of the viewer's institution; what was merged is found in another."""
    is_theirs = Resource.institution_id == viewer.institution_id
    return and_(is_theirs, Resource.kind == Kind.MATERIAL, Resource.state != ResourceState.MERGED)


def all_of(viewer: Viewer) -> Select[BulkEdit]:
    """The bulk edits of the viewer's institution, the newest first; what was refused is loaded for who looks at it."""
    query = select(BulkEdit).where(BulkEdit.institution_id == viewer.institution_id)
    return query.options(joinedload(BulkEdit.author), defer(BulkEdit.refused)).order_by(BulkEdit.id.desc())


def get(session: Session, viewer: Viewer, bulk_id: int) -> BulkEdit:
    """One of ``all_of``; NotFound for any other."""
    found = session.scalar(all_of(viewer).where(BulkEdit.id == bulk_id))
    if found is None:
        raise NotFound
    return found


def get_for_change(session: Session, viewer: Viewer, bulk_id: int) -> BulkEdit:
    """As get, and held against others' changes until the transaction ends."""
    get(session, viewer, bulk_id)
    held = select(BulkEdit).where(BulkEdit.id == bulk_id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).one()


def propose(session: Session, viewer: Viewer, sent: Table, name: str) -> BulkEdit:
    """Look a table through, writing nothing but what it would change; each line that cannot be taken has its reason.

    Columns that the table lacks stay as they are; an empty cell empties its field.
    """
    if not viewer.is_librarian:
        raise NotAllowed
    made = BulkEdit(
        institution_id=viewer.institution_id, author_id=viewer.person_id, name=name, rows=len(sent.lines), refused=[]
    )
    session.add(made)
    session.flush()
    times = Counter(line.record_id for line in sent.lines)
    refused: list[Refusal] = []
    for some in _portions(sent.lines):
        held = _held(session, viewer, some)
        for line in some:
            try:
                session.add_all(_compared(made, line, _resource(line, held, times)))
            except _Refused as reason:
                refused.append({"line": line.number, "record_id": line.record_id, "reason": str(reason)})
    made.refused = refused
    session.flush()
    return made


class _Refused(Exception):
    """A line that cannot be taken; it says why, for people."""


def _portions(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), _READ_AT_ONCE):
        yield lines[start : start + _READ_AT_ONCE]


def _held(session: Session, viewer: Viewer, lines: Sequence[Line]) -> dict[str, Resource]:
    query = select(Resource).where(Resource.record_id.in_([line.record_id for line in lines]), _in_care(viewer))
    return {each.record_id: each for each in session.scalars(query)}


def _resource(line: Line, held: Mapping[str, Resource], times: Mapping[str, int]) -> Resource:
    if not line.record_id:
        raise _Refused(_("La línea no tiene «id»."))
    if times[line.record_id] > 1:
        raise _Refused(_("Hay varias líneas con este «id»: deja una."))
    if line.record_id not in held:
        raise _Refused(_("No hay un material de tu universidad con este «id»."))
    return held[line.record_id]


def _why(name: str, typed: str, wrong: object) -> str:
    """What is wrong with a field, and what its cell said where that fits into a line."""
    said = f" «{typed.strip()}»" if typed.strip() and len(typed) <= _SAID_BACK and "\n" not in typed.strip() else ""
    return f"{field_name(name)}{said}: {wrong}"


def trouble_of(edited: Mapping[str, str]) -> str | None:
    """Why no material can say this, by field as the form has them, in sentences; None where one can."""
    form = table.form_of({**_ACCEPTABLE, **edited})
    return None if form.described() is not None else " ".join(str(wrong) for wrong in form.errors.values())


def _compared(bulk: BulkEdit, line: Line, resource: Resource) -> list[BulkChange]:
    """What the cells of a line change: only those that differ from what the table would say now."""
    now = table.typed(resource)
    edited = {name: text for name, text in line.cells.items() if text.strip() != now[name].strip()}
    if not edited:
        return []
    # What else is said of it may be what no form would take: imported records were never asked.
    form = table.form_of({**_ACCEPTABLE, **edited})
    said = form.described()
    if said is None:
        raise _Refused(" ".join(_why(name, form.typed.get(name, ""), wrong) for name, wrong in form.errors.items()))
    before, after = description.plain(description.of(resource)), description.plain(said)
    names = [name for name in edited if before[name] != after[name]]
    was, is_now = ({name: each[name] for name in names} for each in (before, after))
    return [BulkChange(bulk_id=bulk.id, resource_id=resource.id, before=was, after=is_now)] if names else []


def apply(session: Session, bulk: BulkEdit) -> None:
    """Have it written. Conflict where it was before."""
    if bulk.state is not BulkState.PROPOSED:
        raise Conflict(_("Estos cambios ya se aplicaron, o se están aplicando."))
    _start(session, bulk, BulkState.APPLYING)


def can_undo(bulk: BulkEdit) -> bool:
    """Was it written, and that no longer than UNDO_DAYS ago?"""
    return bulk.state is BulkState.APPLIED and bulk.moved_at > utcnow() - timedelta(days=UNDO_DAYS)


def undo(session: Session, bulk: BulkEdit) -> None:
    """Have it taken back. Conflict where it was not written, or too long ago."""
    if not can_undo(bulk):
        raise Conflict(_("Estos cambios ya no se pueden deshacer, o todavía no se aplicaron."))
    _start(session, bulk, BulkState.UNDOING)


def _start(session: Session, bulk: BulkEdit, state: BulkState) -> None:
    bulk.state, bulk.moved_at = state, utcnow()
    enqueue(session, WRITE, bulk.id)


def changes(bulk: BulkEdit) -> Select[BulkChange]:
    """What it changes, in the order of the table."""
    query = select(BulkChange).where(BulkChange.bulk_id == bulk.id).order_by(BulkChange.id)
    return query.options(joinedload(BulkChange.resource))


def tally(session: Session, bulk: BulkEdit) -> Counter[ChangeState]:
    """How many of its changes stand where."""
    query = select(BulkChange.state, func.count()).where(BulkChange.bulk_id == bulk.id).group_by(BulkChange.state)
    return Counter(dict(session.execute(query).all()))


def write_piece(session: Session, bulk_id: int) -> bool:
    """Write, or take back, the next PIECE of a bulk edit; False once nothing is left. May be done twice.

    A material that says something else by now than was looked at stays as it is, and that is noted.
    """
    bulk = session.scalar(select(BulkEdit).where(BulkEdit.id == bulk_id).with_for_update())
    if bulk is None or bulk.state not in _FROM:
        return False
    left = select(BulkChange).where(BulkChange.bulk_id == bulk.id, BulkChange.state == _FROM[bulk.state])
    piece = session.scalars(left.order_by(BulkChange.id).limit(PIECE)).all()
    held = _held_for_change(session, [each.resource_id for each in piece])
    written = [held[each.resource_id] for each in piece if _write(session, bulk, each, held[each.resource_id])]
    indexing.changed_together(session, written)
    bulk.moved_at = utcnow()
    if len(piece) < PIECE:
        bulk.state = BulkState.APPLIED if bulk.state is BulkState.APPLYING else BulkState.UNDONE
        return False
    return True


def _held_for_change(session: Session, ids: Sequence[int]) -> dict[int, Resource]:
    query = select(Resource).where(Resource.id.in_(ids)).order_by(Resource.id).with_for_update()
    return {each.id: each for each in session.scalars(query)}


def _write(session: Session, bulk: BulkEdit, change: BulkChange, resource: Resource) -> bool:
    is_forward = bulk.state is BulkState.APPLYING
    expected, wanted = (change.before, change.after) if is_forward else (change.after, change.before)
    now = description.plain(description.of(resource))
    if any(now[name] != value for name, value in expected.items()):
        change.state = ChangeState.OVERTAKEN
        return False
    description.write(resource, description.from_plain(now | wanted))
    way = EditWay.TABLE if is_forward else EditWay.UNDO
    edit = Edit(resource_id=resource.id, author_id=bulk.author_id, way=way, before=expected, after=wanted)
    edit.bulk_id = bulk.id
    session.add(edit)
    change.state = ChangeState.WRITTEN if is_forward else ChangeState.UNDONE
    return True


def unfinished(session: Session) -> Sequence[int]:
    """Those that nobody has gone on with for some time: their task was lost."""
    query = select(BulkEdit.id).where(BulkEdit.state.in_(list(_FROM)), BulkEdit.moved_at < utcnow() - STALE)
    return session.scalars(query).all()
