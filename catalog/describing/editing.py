"""Changing what is said of a material: who may, that nobody overwrites another unseen, and taking a change back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from catalog import indexing
from catalog.describing import description
from catalog.describing.description import Description
from catalog.models import Edit, EditWay, Kind, Resource, ResourceState
from lrc.errors import Conflict, NotAllowed, NotFound
from lti.viewers import Viewer


class Overtaken(Conflict):
    """Somebody else changed the description since the form was opened; ``names`` are the fields that they changed."""

    message = _("Otra persona cambió esta descripción mientras escribías.")
    advice = _("Mira lo que cambió y guarda otra vez.")

    def __init__(self, names: list[str]) -> None:
        super().__init__(detail=f"changed meanwhile: {names}")
        self.names = names


def may_describe(viewer: Viewer, resource: Resource) -> bool:
    """Its teacher until it is published, and the librarians of its institution always.

    A published one was reviewed as it stands; what courses and modules say of themselves is written where they are.
    """
    if resource.kind is not Kind.MATERIAL:
        return False
    if viewer.is_librarian and resource.institution_id == viewer.institution_id:
        return True
    return resource.owner_id == viewer.person_id and resource.state is not ResourceState.PUBLISHED


def last_edit(session: Session, resource: Resource) -> int:
    """The number of the last change; 0 where there was none."""
    return session.scalar(select(func.max(Edit.id)).where(Edit.resource_id == resource.id)) or 0


def history(resource: Resource) -> Select[Edit]:
    """All changes, the newest first."""
    query = select(Edit).where(Edit.resource_id == resource.id).order_by(Edit.id.desc())
    return query.options(joinedload(Edit.author))


def describe(session: Session, viewer: Viewer, resource: Resource, said: Description, *, seen: int) -> Edit | None:
    """Say this of a material from now on; returns the change, None where nothing differs.

    ``seen`` is the ``last_edit`` that the writer saw; Overtaken where there is a later one. NotAllowed as
    ``may_describe`` says. The resource is to be held against others' changes.
    """
    if not may_describe(viewer, resource):
        raise NotAllowed(_("Esta descripción la cambia quien subió el material o la biblioteca."))
    if seen != last_edit(session, resource):
        raise Overtaken(_changed_since(session, resource, seen))
    return _write(session, viewer, resource, said, EditWay.FORM)


def undo(session: Session, viewer: Viewer, resource: Resource, edit_id: int) -> Edit | None:
    """Take one change back, by a change of its own; None where that leaves everything as it is.

    Conflict where a field was changed again since, NotFound where the change is of another resource.
    """
    if not may_describe(viewer, resource):
        raise NotAllowed
    edit = session.get(Edit, edit_id)
    if edit is None or edit.resource_id != resource.id:
        raise NotFound
    now = description.plain(description.of(resource))
    if any(now[name] != value for name, value in edit.after.items()):
        raise Conflict(
            _("Ese cambio ya no se puede deshacer: después se cambió lo mismo otra vez."),
            advice=_("Deshaz primero el cambio más nuevo, o corrige la descripción a mano."),
        )
    said = description.from_plain(now | edit.before)
    return _write(session, viewer, resource, said, EditWay.UNDO)


def _write(session: Session, viewer: Viewer, resource: Resource, said: Description, way: EditWay) -> Edit | None:
    before = description.of(resource)
    changed = description.difference(before, _with_single_names(said))
    if not changed:
        return None
    description.write(resource, description.from_plain(description.plain(before) | changed.after))
    edit = Edit(
        resource_id=resource.id, author_id=viewer.person_id, way=way, before=changed.before, after=changed.after
    )
    session.add(edit)
    session.flush()
    indexing.changed(session, resource)
    return edit


def _with_single_names(said: Description) -> Description:
    """Authors first, as they are kept: else their order alone would count as a change each time."""
    people = sorted(dict.fromkeys(said.contributors), key=lambda each: each.role != description.AUTHOR)
    return replace(said, contributors=tuple(people))


def _changed_since(session: Session, resource: Resource, seen: int) -> list[str]:
    seen = min(max(seen, 0), last_edit(session, resource))  # a form may send a number that no database can hold
    later: list[dict[str, Any]] = list(
        session.scalars(select(Edit.after).where(Edit.resource_id == resource.id, Edit.id > seen).order_by(Edit.id))
    )
    return list(dict.fromkeys(name for each in later for name in each))
