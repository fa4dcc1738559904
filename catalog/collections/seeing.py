"""What readers see of collections: which are open to them, what stands in each, where it belongs, its cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from catalog import library
from catalog.days import today
from catalog.marking import Marker
from catalog.models import Collection, CollectionItem, File, Resource, ResourceState
from lrc.errors import NotFound
from lti.viewers import Viewer

MOST_TOLD = 5
DEEPEST = 3
"""How many levels there are: a collection, one in it, and one in that."""


@dataclass(frozen=True)
class Card:
    """A collection beside others: how much of it the viewer sees, and its cover as a tiny WebP, empty without one."""

    collection: Collection
    count: int
    parts: int
    """How many collections are part of it."""
    thumbnail: bytes


def open_to(viewer: Viewer) -> ColumnElement[bool]:
    """Whether readers such as the viewer see a Collection now: it and all that it is part of are open to them."""
    return _is_open_up(Collection, viewer, today(), DEEPEST)


def _is_open_up(which: type[Collection], viewer: Viewer, day: date, levels: int) -> ColumnElement[bool]:
    is_outermost = which.parent_id.is_(None)
    if levels == 1:
        return and_(_is_open(which, viewer, day), is_outermost)
    above = aliased(Collection)
    is_in_open = exists().where(above.id == which.parent_id, _is_open_up(above, viewer, day, levels - 1))
    return and_(_is_open(which, viewer, day), or_(is_outermost, is_in_open))


def _is_open(which: type[Collection], viewer: Viewer, day: date) -> ColumnElement[bool]:
    return and_(
        which.is_published,
        which.audience.in_(viewer.audiences),
        or_(which.shown_from.is_(None), which.shown_from <= day),
        or_(which.shown_until.is_(None), which.shown_until >= day),
    )


def visible_to(viewer: Viewer) -> Select[Collection]:
    """What is open to the viewer, and for librarians all of their institution's."""
    allowed = open_to(viewer)
    if viewer.is_librarian:
        allowed = or_(allowed, Collection.institution_id == viewer.institution_id)
    return select(Collection).where(allowed)


def get(session: Session, viewer: Viewer, collection_id: int) -> Collection:
    """NotFound also for one that is not for this viewer, or not yet."""
    found = session.scalar(
        visible_to(viewer).where(Collection.id == collection_id).options(joinedload(Collection.institution))
    )
    if found is None:
        raise NotFound(_("Esa colección no está, o no es para tu universidad."))
    return found


def outermost(viewer: Viewer) -> Select[Collection]:
    """Those that are part of no other, first those of the viewer's institution, each institution's in its order.

    One that belongs to a collection which the viewer does not see is not seen either, but by its librarians.
    """
    return (
        visible_to(viewer)
        .where(Collection.parent_id.is_(None))
        .options(joinedload(Collection.institution))
        .order_by(
            Collection.institution_id != viewer.institution_id,
            Collection.institution_id,
            Collection.position,
            Collection.id,
        )
    )


def inside(viewer: Viewer, collection: Collection) -> Select[Collection]:
    """The collections that are part of it, in order."""
    return visible_to(viewer).where(Collection.parent_id == collection.id).order_by(Collection.position, Collection.id)


def way_to(session: Session, collection: Collection) -> list[Collection]:
    """What it is part of, the outermost first."""
    way: list[Collection] = []
    parent_id = collection.parent_id
    while parent_id is not None and len(way) < DEEPEST:
        above = session.get_one(Collection, parent_id)
        way.insert(0, above)
        parent_id = above.parent_id
    return way


def shown(viewer: Viewer) -> Select[Resource]:
    """The resources that collections show to the viewer: what is published and they may see."""
    return library.visible_to(viewer).where(Resource.state == ResourceState.PUBLISHED)


def holding(session: Session, viewer: Viewer, resource: Resource) -> list[Collection]:
    """The collections open to the viewer in which it stands, at most MOST_TOLD of them, the latest changed first."""
    query = (
        select(Collection)
        .join(CollectionItem)
        .where(CollectionItem.resource_id == resource.id, open_to(viewer))
        .order_by(Collection.changed_at.desc(), Collection.id)
        .limit(MOST_TOLD)
    )
    return list(session.scalars(query))


def is_shown(viewer: Viewer) -> ColumnElement[bool]:
    """Whether a CollectionItem is shown to the viewer: asked of each by itself, and never of the whole library."""
    named = shown(viewer).where(Resource.id == CollectionItem.resource_id).with_only_columns(Resource.id)
    return named.correlate(CollectionItem).exists()


def items(viewer: Viewer, collection: Collection) -> Select[CollectionItem]:
    """What stands in it and the viewer may see, in order, with the resources and their files."""
    return (
        select(CollectionItem)
        .where(CollectionItem.collection_id == collection.id, is_shown(viewer))
        .options(joinedload(CollectionItem.resource).joinedload(Resource.file))
        .order_by(CollectionItem.position, CollectionItem.id)
    )


def answering(session: Session, viewer: Viewer, collection: Collection, words: str) -> Select[CollectionItem]:
    """Of the items those whose title, people, subjects or note hold all the words, in any form of them."""
    marker = Marker(words)
    if not marker:
        return items(viewer, collection)
    told = select(CollectionItem.id, CollectionItem.note, Resource.title, Resource.creators, Resource.subjects).join(
        CollectionItem.resource
    )
    asked = told.where(CollectionItem.id.in_(items(viewer, collection).with_only_columns(CollectionItem.id)))
    wanted = marker.all_words
    found = [
        item_id
        for item_id, note, title, creators, subjects in session.execute(asked)
        if marker.words_in("\n".join((title, note, *creators, *subjects))) == wanted
    ]
    return items(viewer, collection).where(CollectionItem.id.in_(found))


def cards(session: Session, viewer: Viewer, collections: Sequence[Collection]) -> list[Card]:
    """The collections as cards, by three queries however many there are."""
    ids = [each.id for each in collections]
    counts, parts = _counts(session, viewer, ids), _parts(session, viewer, ids)
    covers = _thumbnails(session, viewer, ids)
    return [
        Card(each, counts.get(each.id, 0), parts.get(each.id, 0), each.thumbnail or covers.get(each.id, b""))
        for each in collections
    ]


def _standing(viewer: Viewer, ids: Sequence[int]) -> Select[int]:
    return select(CollectionItem.collection_id).where(CollectionItem.collection_id.in_(ids), is_shown(viewer))


def _counts(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, int]:
    query = _standing(viewer, ids).add_columns(func.count()).group_by(CollectionItem.collection_id)
    return dict(session.execute(query).all())


def _parts(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int | None, int]:
    inside = visible_to(viewer).where(Collection.parent_id.in_(ids)).group_by(Collection.parent_id)
    return dict(session.execute(inside.with_only_columns(Collection.parent_id, func.count())).all())


def _thumbnails(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, bytes]:
    """Of each collection that of the item which was chosen for its cover, else of the first that has one."""
    place = func.row_number().over(partition_by=CollectionItem.collection_id, order_by=_COVER_ORDER)
    ranked = (
        _standing(viewer, ids)
        .join(CollectionItem.collection)
        .join(File, File.resource_id == CollectionItem.resource_id)
        .where(File.thumbnail != b"")
        .add_columns(File.id.label("file_id"), place.label("place"))
        .subquery()
    )
    query = select(ranked.c.collection_id, File.thumbnail).join(File, File.id == ranked.c.file_id)
    return dict(session.execute(query.where(ranked.c.place == 1)).all())


def cover_file(session: Session, viewer: Viewer, collection: Collection) -> File | None:
    """The file whose cover stands for a collection without a picture of its own; None where there is none to see."""
    query = items(viewer, collection).join(CollectionItem.collection).join(CollectionItem.resource).join(Resource.file)
    first = session.scalar(query.where(File.cover_key != "").order_by(None).order_by(*_COVER_ORDER).limit(1))
    return first.resource.file if first is not None else None


_COVER_ORDER = (
    case((CollectionItem.resource_id == Collection.cover_resource_id, 0), else_=1),
    CollectionItem.position,
    CollectionItem.id,
)
