"""How librarians make collections: describing one, putting it into another or in another place, taking it away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog.availability import audiences
from catalog.collections.seeing import DEEPEST
from catalog.library import DELETE_OBJECTS
from catalog.models import Collection
from lrc.celery import enqueue
from lrc.db import utcnow
from lrc.errors import Conflict, NotAllowed, NotFound
from lti import groups
from lti.models import Institution
from lti.viewers import EVERYONE, Viewer, institution_audience

MOST_COLLECTIONS = 500
"""Of one institution."""
AUDIENCES = ("everyone", "institution", "institutions")


@dataclass(frozen=True)
class Words:
    """What is said of a collection, checked (catalog.collections.form).

    ``audience`` is one of AUDIENCES; of the last, ``institution_ids`` are those that it is for.
    """

    title: str
    text: str = ""
    audience: str = AUDIENCES[0]
    institution_ids: frozenset[int] = frozenset()
    is_published: bool = False
    shown_from: date | None = None
    shown_until: date | None = None
    parent_id: int | None = None


def may_change(viewer: Viewer, collection: Collection) -> bool:
    return viewer.is_librarian and collection.institution_id == viewer.institution_id


def own(viewer: Viewer) -> Select[Collection]:
    """Those that the viewer's library cares for, in order."""
    return (
        select(Collection)
        .where(Collection.institution_id == viewer.institution_id)
        .order_by(Collection.position, Collection.id)
    )


def get_own(session: Session, viewer: Viewer, collection_id: int) -> Collection:
    """One that the viewer may change. NotAllowed to who is no librarian; NotFound for other libraries' ones."""
    if not viewer.is_librarian:
        raise NotAllowed
    found = session.scalar(own(viewer).where(Collection.id == collection_id))
    if found is None:
        raise NotFound(_("Esa colección no está, o la cuida otra biblioteca."))
    return found


def get_own_for_change(session: Session, viewer: Viewer, collection_id: int) -> Collection:
    """As get_own, held against others' changes, as all of the library's collections are, until the transaction ends."""
    _hold(session, viewer)
    return get_own(session, viewer, collection_id)


def words_of(session: Session, collection: Collection) -> Words:
    """What is said of it now."""
    return Words(
        title=collection.title,
        text=collection.text,
        audience=audiences.choice_of(collection),
        institution_ids=frozenset(each.id for each in groups.members(session, collection.audience)),
        is_published=collection.is_published,
        shown_from=collection.shown_from,
        shown_until=collection.shown_until,
        parent_id=collection.parent_id,
    )


def fingerprint(collection: Collection) -> str:
    """Tells whether somebody else changed what is said of it meanwhile."""
    said = (collection.title, collection.text, collection.audience, collection.is_published, collection.parent_id)
    return hashlib.sha256(repr((*said, collection.shown_from, collection.shown_until)).encode()).hexdigest()[:16]


def audience_of(session: Session, viewer: Viewer, words: Words) -> str:
    """The audience that is meant. NotAllowed to who is no librarian; BadInput where no other institution is chosen.

    To be asked before anything is held: what makes a new group holds its institutions, which it does in one order.
    """
    if not viewer.is_librarian:
        raise NotAllowed
    if words.audience == "institutions":
        return audiences.of_chosen(session, viewer.institution_id, words.institution_ids)
    return EVERYONE if words.audience == "everyone" else institution_audience(viewer.institution_id)


def make(session: Session, viewer: Viewer, words: Words) -> Collection:
    """A new collection, the last of its parent's. Conflict where there are too many; refusals as ``change``."""
    audience = audience_of(session, viewer, words)
    _hold(session, viewer)
    made = Collection(institution_id=viewer.institution_id, position=0)
    count = session.scalar(select(func.count()).select_from(own(viewer).order_by(None).subquery())) or 0
    if count >= MOST_COLLECTIONS:
        raise Conflict(
            _("Tu biblioteca ya tiene %(most)s colecciones, que es lo más que guardamos.", most=MOST_COLLECTIONS),
            advice=_("Borra alguna que ya no uses."),
        )
    _check_parent(session, viewer, made, words.parent_id)
    _write(made, words, audience)
    made.position = _after_last(session, viewer, words.parent_id)
    session.add(made)
    session.flush()
    return made


def change(session: Session, viewer: Viewer, collection: Collection, words: Words) -> None:
    """Say something else of it; put into another collection it is the last there.

    Conflict where it would be part of itself or too deep; NotFound for a parent of another library; as audience_of.
    """
    audience = audience_of(session, viewer, words)
    if words.parent_id != collection.parent_id:
        _check_parent(session, viewer, collection, words.parent_id)
        collection.position = _after_last(session, viewer, words.parent_id)
    _write(collection, words, audience)


def delete(session: Session, viewer: Viewer, collection: Collection) -> None:
    """Take a collection away; what stands in it stays in the library, what is part of it comes to its parent."""
    below = list(session.scalars(own(viewer).where(Collection.parent_id == collection.id)))
    place = _after_last(session, viewer, collection.parent_id)
    for position, each in enumerate(below, place):
        each.parent_id, each.position = collection.parent_id, position
    if collection.cover_key:
        enqueue(session, DELETE_OBJECTS, [collection.cover_key])
    session.flush()
    session.delete(collection)
    session.flush()


def move(session: Session, viewer: Viewer, collection: Collection, *, up: bool) -> None:
    """Let it change places with the one above or below it of the same parent; at the end it stays."""
    beside = list(session.scalars(own(viewer).where(Collection.parent_id.is_not_distinct_from(collection.parent_id))))
    place = beside.index(collection)
    other = place - 1 if up else place + 1
    if 0 <= other < len(beside):
        beside.insert(other, beside.pop(place))
    for position, each in enumerate(beside, 1):
        each.position = position


def tree(session: Session, viewer: Viewer) -> list[tuple[Collection, int]]:
    """The library's collections, each after the one that holds it, with its level from 0."""
    return list(_branches(_by_parent(session, viewer), None, 0))


def parents_for(session: Session, viewer: Viewer, collection: Collection | None) -> list[tuple[Collection, int]]:
    """As tree, those that a collection (None: a new one) may be part of."""
    parts = _by_parent(session, viewer)
    deepest = DEEPEST - _height(parts, collection.id if collection is not None else None)
    if collection is not None:
        for beside in parts.values():
            beside[:] = [each for each in beside if each is not collection]
    return [(each, level) for each, level in _branches(parts, None, 0) if level < deepest]


def _by_parent(session: Session, viewer: Viewer) -> dict[int | None, list[Collection]]:
    parts: dict[int | None, list[Collection]] = {}
    for each in session.scalars(own(viewer)):
        parts.setdefault(each.parent_id, []).append(each)
    return parts


def _branches(
    parts: dict[int | None, list[Collection]], parent_id: int | None, level: int
) -> Iterator[tuple[Collection, int]]:
    for each in parts.get(parent_id, ()):
        yield each, level
        yield from _branches(parts, each.id, level + 1)


def _check_parent(session: Session, viewer: Viewer, collection: Collection, parent_id: int | None) -> None:
    if parent_id is None:
        return
    get_own(session, viewer, parent_id)
    allowed = {each.id for each, _level in parents_for(session, viewer, collection if collection.id else None)}
    if parent_id not in allowed:
        raise Conflict(
            _("Esta colección no puede ir dentro de esa: quedaría dentro de sí misma, o a demasiada profundidad."),
            advice=_("Elige otra, o ninguna: hay hasta %(most)s niveles.", most=DEEPEST),
        )


def _height(parts: dict[int | None, list[Collection]], collection_id: int | None) -> int:
    """How many levels a collection takes, itself counted; a new one takes one."""
    below = parts.get(collection_id, ()) if collection_id is not None else ()
    return 1 + max((_height(parts, each.id) for each in below), default=0)


def _write(collection: Collection, words: Words, audience: str) -> None:
    collection.title, collection.text, collection.audience = words.title, words.text, audience
    collection.is_published = words.is_published
    collection.shown_from, collection.shown_until = words.shown_from, words.shown_until
    collection.parent_id = words.parent_id
    collection.changed_at = utcnow()


def _after_last(session: Session, viewer: Viewer, parent_id: int | None) -> int:
    beside = own(viewer).where(Collection.parent_id.is_not_distinct_from(parent_id)).order_by(None)
    return (session.scalar(beside.with_only_columns(func.max(Collection.position))) or 0) + 1


def _hold(session: Session, viewer: Viewer) -> None:
    """Two librarians at the same moment neither put one collection into the other and back, nor pass a limit."""
    if not viewer.is_librarian:
        raise NotAllowed
    session.get_one(Institution, viewer.institution_id, with_for_update=True)
