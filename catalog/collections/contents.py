"""What stands in a collection: putting resources in and taking them out, their order, notes and cover."""

from __future__ import annotations

from typing import cast

from flask_babel import lazy_gettext as _
from sqlalchemy import CursorResult, Select, delete, func, select
from sqlalchemy.orm import Session, joinedload

from catalog.collections.making import own
from catalog.keeping import takenout
from catalog.models import Collection, CollectionItem, Resource, ResourceState, TakenFrom, TakenOut
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lti.viewers import Viewer

MOST_ITEMS = 500
NOTE_LIMIT = 1000


def all_of(collection: Collection) -> Select[CollectionItem]:
    """Everything in it, also what readers do not see now, in order, with the resources and their files."""
    return _items(collection).options(joinedload(CollectionItem.resource).joinedload(Resource.file))


def add(session: Session, collection: Collection, resource: Resource) -> None:
    """Put a resource at the end; what is there already stays. The collection is to be held for change.

    Conflict where it is full, or the resource is not published.
    """
    there = _items(collection).where(CollectionItem.resource_id == resource.id)
    if session.scalar(there) is not None:
        return
    if resource.state is not ResourceState.PUBLISHED:
        raise Conflict(_("Solo lo publicado entra en una colección."), advice=_("Publícalo primero."))
    last, count = session.execute(
        select(func.coalesce(func.max(CollectionItem.position), 0), func.count()).where(
            CollectionItem.collection_id == collection.id
        )
    ).one()
    _check_room(count)
    session.add(CollectionItem(collection_id=collection.id, resource_id=resource.id, position=last + 1))
    collection.changed_at = utcnow()
    session.flush()


def drop(session: Session, collection: Collection, resource_id: int) -> None:
    """Take a resource out; one that is not there is no error."""
    taken = delete(CollectionItem).where(
        CollectionItem.collection_id == collection.id, CollectionItem.resource_id == resource_id
    )
    if cast(CursorResult[object], session.execute(taken)).rowcount:
        collection.changed_at = utcnow()
    if collection.cover_resource_id == resource_id:
        collection.cover_resource_id = None


def take_out(session: Session, viewer: Viewer, collection: Collection, resource_id: int) -> TakenOut | None:
    """As drop, so that put_back can undo it; None where it is not there."""
    item = session.scalar(_items(collection).where(CollectionItem.resource_id == resource_id))
    if item is None:
        return None
    content = {"resource_id": resource_id, "position": item.position, "note": item.note}
    content["is_cover"] = collection.cover_resource_id == resource_id
    drop(session, collection, resource_id)
    return takenout.note(session, viewer, TakenFrom.COLLECTION, collection.id, content)


def put_back(session: Session, collection: Collection, taken: TakenOut) -> Resource:
    """Put what was taken out back where it stood, with its note. Conflict where the collection is full meanwhile.

    The collection is to be held for change.
    """
    resource = takenout.resource_of(session, taken)
    others = session.scalars(_items(collection)).all()
    if resource.id not in {each.resource_id for each in others}:
        _check_room(len(others))
        item = CollectionItem(collection_id=collection.id, resource_id=resource.id, note=taken.content["note"])
        takenout.stand_again(others, item, taken.content["position"])
        session.add(item)
        collection.changed_at = utcnow()
    if taken.content["is_cover"] and collection.cover_resource_id is None:
        collection.cover_resource_id = resource.id
    session.delete(taken)
    session.flush()
    return resource


def note(session: Session, collection: Collection, resource_id: int, text: str) -> None:
    """Write beside a resource why it is there. BadInput where it is too long, NotFound where it is not there."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()  # NUL is kept in no text by PostgreSQL
    if len(text) > NOTE_LIMIT:
        raise BadInput(_("La nota es demasiado larga: usa hasta %(limit)s caracteres.", limit=NOTE_LIMIT))
    _item(session, collection, resource_id).note = text
    collection.changed_at = utcnow()


def move(session: Session, collection: Collection, resource_id: int, place: int) -> None:
    """Let a resource stand at ``place``, counted from 1; beyond the ends it is the first or the last."""
    moved = _item(session, collection, resource_id)
    everything = list(session.scalars(_items(collection)))
    everything.remove(moved)
    everything.insert(min(max(place - 1, 0), len(everything)), moved)
    for position, each in enumerate(everything, 1):
        each.position = position
    collection.changed_at = utcnow()


def place_of(session: Session, collection: Collection, resource_id: int) -> int:
    """At which place it stands, counted from 1."""
    return list(session.scalars(_items(collection))).index(_item(session, collection, resource_id)) + 1


def choose_cover(session: Session, collection: Collection, resource_id: int) -> None:
    """Let the cover of what stands in it stand for the collection, where it has no picture of its own."""
    collection.cover_resource_id = _item(session, collection, resource_id).resource_id
    collection.changed_at = utcnow()


def collections_with(session: Session, viewer: Viewer, resource_id: int) -> frozenset[int]:
    """The ids of the viewer's library's collections in which the resource stands."""
    mine = own(viewer).order_by(None).with_only_columns(Collection.id)
    query = select(CollectionItem.collection_id).where(
        CollectionItem.resource_id == resource_id, CollectionItem.collection_id.in_(mine)
    )
    return frozenset(session.scalars(query))


def held_in(session: Session, collection: Collection) -> frozenset[int]:
    """The ids of what stands in a collection; at most MOST_ITEMS."""
    return frozenset(
        session.scalars(select(CollectionItem.resource_id).where(CollectionItem.collection_id == collection.id))
    )


def _check_room(count: int) -> None:
    if count >= MOST_ITEMS:
        raise Conflict(
            _("Esa colección ya tiene %(most)s materiales, que es lo más que cabe.", most=MOST_ITEMS),
            advice=_("Empieza otra dentro de ella."),
        )


def _items(collection: Collection) -> Select[CollectionItem]:
    inside = select(CollectionItem).where(CollectionItem.collection_id == collection.id)
    return inside.order_by(CollectionItem.position, CollectionItem.id)


def _item(session: Session, collection: Collection, resource_id: int) -> CollectionItem:
    found = session.scalar(_items(collection).where(CollectionItem.resource_id == resource_id))
    if found is None:
        raise NotFound(_("Ese material ya no está en la colección."))
    return found
