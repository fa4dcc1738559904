"""What was taken out of a list a moment ago, noted as it stood there: for a day it can be put back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.merging import leading
from catalog.models import CollectionItem, OwnListItem, ReadingItem, Resource, ResourceState, TakenFrom, TakenOut
from lrc.db import utcnow
from lrc.errors import NotFound
from lti.viewers import Viewer

KEPT_FOR = timedelta(days=1)
T = TypeVar("T", ReadingItem, OwnListItem, CollectionItem)


def note(session: Session, viewer: Viewer, kind: TakenFrom, holder_id: int, content: dict[str, Any]) -> TakenOut:
    """Note what the viewer takes out of a list of this kind and id, with all that is to come back."""
    made = TakenOut(person_id=viewer.person_id, kind=kind, holder_id=holder_id, content=content)
    session.add(made)
    session.flush()
    return made


def get(session: Session, viewer: Viewer, taken_id: int) -> TakenOut:
    """What the viewer took out, held, so that it comes back once.

    NotFound for what others took out, was put back already, or was taken out more than a day ago.
    """
    query = select(TakenOut).where(
        TakenOut.id == taken_id, TakenOut.person_id == viewer.person_id, TakenOut.taken_at > utcnow() - KEPT_FOR
    )
    found = session.scalar(query.with_for_update())
    if found is None:
        raise NotFound(_("Eso ya no se puede deshacer: ya volvió a su lugar, o pasó más de un día."))
    return found


def find(session: Session, viewer: Viewer, kind: TakenFrom, holder_id: int, resource_id: int) -> TakenOut | None:
    """What the viewer took out of this list last, of this resource, where it can still be put back."""
    query = select(TakenOut).where(
        TakenOut.person_id == viewer.person_id,
        TakenOut.kind == kind,
        TakenOut.holder_id == holder_id,
        TakenOut.taken_at > utcnow() - KEPT_FOR,
    )
    # What another request puts back now is none to wait for: that one may wait for what this one holds.
    found = session.scalars(query.order_by(TakenOut.id.desc()).with_for_update(skip_locked=True))
    return next((each for each in found if each.content["resource_id"] == resource_id), None)


def forget_old(session: Session) -> None:
    """Forget what nobody put back in time."""
    session.execute(delete(TakenOut).where(TakenOut.taken_at <= utcnow() - KEPT_FOR))


def resource_of(session: Session, taken: TakenOut) -> Resource:
    """What is to stand there again: where it was merged meanwhile, what it is part of. NotFound where it is gone."""
    resource_id = int(taken.content["resource_id"])
    found = session.get(Resource, resource_id)
    if found is not None and found.state is ResourceState.MERGED:
        found = leading.kept(session, [resource_id]).get(resource_id)
    if found is None:
        raise NotFound(_("Ese material ya no está en la biblioteca."))
    return found


def stand_again(others: Sequence[T], item: T, position: int) -> None:
    """Number the others, in their order, and ``item`` anew: it stands where it stood among those that are left."""
    standing = list(others)
    standing.insert(sum(each.position < position for each in others), item)
    for number, each in enumerate(standing, 1):
        each.position = number
