"""The shelves of the library's home page: which collections an institution features, and what stands on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from catalog.collections.seeing import is_shown, open_to
from catalog.models import Collection, CollectionItem, Featured, Resource
from lrc.errors import Conflict, NotAllowed, NotFound
from lti.models import Institution
from lti.viewers import Viewer

MOST_SHELVES = 3
MOST_FEATURED = 12
"""Of which home shows the first MOST_SHELVES that are open: the others are for when some end, or begin."""
A_SHELF = 4
"""How many things of a collection the home page shows."""


@dataclass(frozen=True)
class Shelf:
    """A collection on the home page, with the first of what the viewer may see in it."""

    collection: Collection
    resources: Sequence[Resource]


def on_home(session: Session, viewer: Viewer) -> list[Shelf]:
    """What the home page of the viewer shows, by two queries; a collection in which they see nothing is passed over."""
    holds = exists().where(CollectionItem.collection_id == Collection.id, is_shown(viewer))
    collections = session.scalars(_of(viewer).where(open_to(viewer), holds).limit(MOST_SHELVES)).all()
    if not collections:
        return []
    standing = _standing(session, viewer, [each.id for each in collections])
    return [Shelf(each, standing[each.id]) for each in collections]


def _standing(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, list[Resource]]:
    place = func.row_number().over(
        partition_by=CollectionItem.collection_id, order_by=(CollectionItem.position, CollectionItem.id)
    )
    ranked = (
        select(CollectionItem.collection_id, CollectionItem.resource_id, place.label("place"))
        .where(CollectionItem.collection_id.in_(ids), is_shown(viewer))
        .subquery()
    )
    query = (
        select(ranked.c.collection_id, Resource)
        .join(Resource, Resource.id == ranked.c.resource_id)
        .where(ranked.c.place <= A_SHELF)
        .options(joinedload(Resource.file))
        .order_by(ranked.c.place)
    )
    standing: dict[int, list[Resource]] = {}
    for collection_id, resource in session.execute(query):
        standing.setdefault(collection_id, []).append(resource)
    return standing


def _of(viewer: Viewer) -> Select[Collection]:
    return (
        select(Collection)
        .join(Featured, Featured.collection_id == Collection.id)
        .where(Featured.institution_id == viewer.institution_id)
        .order_by(Featured.position, Collection.id)
    )


def featured(session: Session, viewer: Viewer) -> list[Collection]:
    """What a librarian's institution features, in order, open to readers now or not."""
    mine = or_(open_to(viewer), Collection.institution_id == viewer.institution_id)
    return list(session.scalars(_of(viewer).where(mine)))


def is_featured(session: Session, viewer: Viewer, collection: Collection) -> bool:
    """Whether the home page of the viewer's institution shows it, once it is open."""
    return session.get(Featured, (viewer.institution_id, collection.id)) is not None


def feature(session: Session, viewer: Viewer, collection: Collection, *, featured: bool) -> None:
    """Show a collection on the home page of the viewer's institution, below the others, or no longer.

    NotAllowed to who is no librarian; Conflict where MOST_FEATURED are featured; NotFound where another library just
    deleted it.
    """
    others = [each for each in _held(session, viewer) if each is not collection]
    if featured and len(others) >= MOST_FEATURED:
        raise Conflict(
            _("La portada ya tiene %(most)s colecciones, que es lo más que cabe.", most=MOST_FEATURED),
            advice=_("Quita primero una de ellas de la portada."),
        )
    there = _put(session, viewer, [*others, collection] if featured else others)
    if featured and collection.id not in there:
        raise NotFound(_("Esa colección no está, o no es para tu universidad."))


def move(session: Session, viewer: Viewer, collection: Collection, *, up: bool) -> None:
    """Let a featured collection change places with the one above or below it; at the end it stays."""
    everything = _held(session, viewer)
    if collection not in everything:
        return
    place = everything.index(collection)
    other = max(place - 1, 0) if up else place + 1
    everything.insert(other, everything.pop(place))
    _put(session, viewer, everything)


def _held(session: Session, viewer: Viewer) -> list[Collection]:
    if not viewer.is_librarian:
        raise NotAllowed
    session.get_one(Institution, viewer.institution_id, with_for_update=True)
    return featured(session, viewer)


def _put(session: Session, viewer: Viewer, collections: Sequence[Collection]) -> set[int]:
    """Feature these, in order, but those that are gone by now; answers the ids of the others."""
    known = select(Collection.id).where(Collection.id.in_([each.id for each in collections]))
    there = set(session.scalars(known.with_for_update(read=True, key_share=True)))
    session.execute(delete(Featured).where(Featured.institution_id == viewer.institution_id))
    session.add_all(
        Featured(institution_id=viewer.institution_id, collection_id=each.id, position=position)
        for position, each in enumerate(collections, 1)
        if each.id in there
    )
    session.flush()
    return there
