"""Favourites and own lists: making and naming them, what stands in them, its order and notes, and sharing one."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

from flask_babel import lazy_gettext as _
from sqlalchemy import CursorResult, Select, delete, func, select
from sqlalchemy.orm import Session, joinedload

from catalog import library
from catalog.keeping import takenout
from catalog.models import OwnList, OwnListItem, Resource, TakenFrom, TakenOut
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lti.models import Person
from lti.viewers import Viewer

MOST_LISTS, MOST_ITEMS = 50, 300
NAME_LIMIT, NOTE_LIMIT = 120, 1000
FAVOURITES = ""
"""The name of the list that holds somebody's favourites; it is made with the first of them."""


@dataclass(frozen=True)
class Shelf:
    """A list as it is shown beside others: how many things stand in it."""

    own_list: OwnList
    count: int


def mine(session: Session, viewer: Viewer) -> list[Shelf]:
    """A person's own lists with how much is in each, favourites first, the one changed last before the others."""
    count = select(func.count()).where(OwnListItem.list_id == OwnList.id).scalar_subquery()
    query = (
        select(OwnList, count)
        .where(OwnList.person_id == viewer.person_id)
        .order_by(OwnList.name != FAVOURITES, OwnList.changed_at.desc(), OwnList.id.desc())
    )
    return [Shelf(own_list, number) for own_list, number in session.execute(query)]


def get(session: Session, viewer: Viewer, list_id: int) -> OwnList:
    """One's own list; NotFound for others' too, so that nobody learns of them."""
    found = session.scalar(select(OwnList).where(OwnList.id == list_id, OwnList.person_id == viewer.person_id))
    if found is None:
        raise NotFound(_("Esa lista ya no está."), advice=_("Mira tus listas en «Mi biblioteca»."))
    return found


def get_for_change(session: Session, viewer: Viewer, list_id: int) -> OwnList:
    """As get, with all lists of the person held against other changes: one that is being deleted is gone or stays."""
    hold(session, viewer)
    return get(session, viewer, list_id)


def get_shared(session: Session, token: str) -> OwnList:
    """A list that somebody shares by this token."""
    found = session.scalar(select(OwnList).where(OwnList.share_token == token)) if token else None
    if found is None:
        raise NotFound(_("Esta lista ya no se comparte."), advice=_("Pide otra vez el enlace a quien te lo dio."))
    return found


def make(session: Session, viewer: Viewer, name: str) -> OwnList:
    """A new list. BadInput without a name; Conflict where there is one of that name, or too many."""
    clean = _clean_name(name)
    hold(session, viewer)
    _refuse_same_name(session, viewer, clean)
    held = session.scalar(select(func.count()).where(OwnList.person_id == viewer.person_id)) or 0
    if held > MOST_LISTS:
        raise Conflict(
            _("Ya tienes %(most)s listas, que es lo más que guardamos.", most=MOST_LISTS),
            advice=_("Borra alguna que ya no uses."),
        )
    made = OwnList(person_id=viewer.person_id, name=clean)
    session.add(made)
    session.flush()
    return made


def rename(session: Session, viewer: Viewer, own_list: OwnList, name: str) -> None:
    """BadInput without a name; Conflict for favourites, and where another list has that name."""
    _refuse_favourites(own_list)
    clean = _clean_name(name)
    hold(session, viewer)
    if clean != own_list.name:
        _refuse_same_name(session, viewer, clean)
    own_list.name = clean


def delete_list(session: Session, own_list: OwnList) -> None:
    """Take a list away with what was noted in it. Conflict for favourites."""
    _refuse_favourites(own_list)
    session.delete(own_list)
    session.flush()


def share(own_list: OwnList, *, shared: bool) -> None:
    """Let others read it by a link, or no longer; shared again it has another link."""
    if not shared:
        own_list.share_token = None
    elif own_list.share_token is None:
        own_list.share_token = secrets.token_urlsafe(16)


def add(session: Session, viewer: Viewer, resource: Resource, own_list: OwnList | None = None) -> OwnList:
    """Put a resource at the end of a list, of the favourites where none is named; what is there already stays.

    Conflict where the list is full.
    """
    hold(session, viewer)
    own_list = own_list or _favourites(session, viewer)
    told = select(OwnListItem.id).where(OwnListItem.list_id == own_list.id, OwnListItem.resource_id == resource.id)
    if session.scalar(told) is not None:
        return own_list
    last, count = session.execute(
        select(func.coalesce(func.max(OwnListItem.position), 0), func.count()).where(OwnListItem.list_id == own_list.id)
    ).one()
    _check_room(count)
    session.add(OwnListItem(list_id=own_list.id, resource_id=resource.id, position=last + 1))
    own_list.changed_at = utcnow()
    session.flush()
    return own_list


def like(session: Session, viewer: Viewer, resource: Resource) -> None:
    """Put a resource among the favourites; what a slip took out of them comes back as it stood. Conflict as add."""
    hold(session, viewer)
    favourites = _favourites(session, viewer)
    taken = takenout.find(session, viewer, TakenFrom.LIST, favourites.id, resource.id)
    if taken is not None:
        put_back(session, favourites, taken)
    else:
        add(session, viewer, resource, favourites)


def unlike(session: Session, viewer: Viewer, resource_id: int) -> TakenOut | None:
    """Take a resource out of the favourites, also one that is not to be seen now; None where it is not there."""
    hold(session, viewer)
    return take_out(session, viewer, resource_id, _favourites(session, viewer))


def drop(session: Session, viewer: Viewer, resource_id: int, own_list: OwnList) -> None:
    """Take a resource out of one's list, also one that is not to be seen now."""
    mine = select(OwnList.id).where(OwnList.person_id == viewer.person_id, OwnList.id == own_list.id)
    taken = delete(OwnListItem).where(OwnListItem.list_id.in_(mine), OwnListItem.resource_id == resource_id)
    if cast(CursorResult[object], session.execute(taken)).rowcount:
        own_list.changed_at = utcnow()


def take_out(session: Session, viewer: Viewer, resource_id: int, own_list: OwnList) -> TakenOut | None:
    """As drop, so that put_back can undo it; None where it is not there."""
    item = session.scalar(_items(own_list).where(OwnListItem.resource_id == resource_id))
    if item is None:
        return None
    content = {"resource_id": resource_id, "position": item.position, "note": item.note}
    drop(session, viewer, resource_id, own_list)
    return takenout.note(session, viewer, TakenFrom.LIST, own_list.id, content)


def put_back(session: Session, own_list: OwnList, taken: TakenOut) -> Resource:
    """Put what was taken out back where it stood, with its note. Conflict where the list is full meanwhile."""
    resource = takenout.resource_of(session, taken)
    others = session.scalars(_items(own_list)).all()
    if resource.id not in {each.resource_id for each in others}:
        _check_room(len(others))
        item = OwnListItem(list_id=own_list.id, resource_id=resource.id, note=taken.content["note"])
        takenout.stand_again(others, item, taken.content["position"])
        session.add(item)
        own_list.changed_at = utcnow()
    session.delete(taken)
    session.flush()
    return resource


def note(session: Session, own_list: OwnList, resource_id: int, text: str) -> None:
    """Write beside a resource of the list why it is there. BadInput where it is too long, NotFound where it is not."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()  # NUL is kept in no text by PostgreSQL
    if len(text) > NOTE_LIMIT:
        raise BadInput(_("La nota es demasiado larga: usa hasta %(limit)s caracteres.", limit=NOTE_LIMIT))
    _item(session, own_list, resource_id).note = text
    own_list.changed_at = utcnow()


def move(session: Session, viewer: Viewer, own_list: OwnList, resource_id: int, *, up: bool) -> None:
    """Let a resource change places with the one above or below it that can be seen; at the end it stays."""
    hold(session, viewer)
    items = list(session.scalars(_items(own_list)))
    moved = next((each for each in items if each.resource_id == resource_id), None)
    if moved is None:
        raise NotFound(_("Ese material ya no está en la lista."))
    place = items.index(moved)
    seen = visible_ids(session, viewer, [each.resource_id for each in items])
    towards = range(place - 1, -1, -1) if up else range(place + 1, len(items))
    other = next((each for each in towards if items[each].resource_id in seen), None)
    if other is not None:
        items.insert(other, items.pop(place))
    for number, each in enumerate(items, 1):
        each.position = number
    own_list.changed_at = utcnow()


def items_of(own_list: OwnList) -> Select[OwnListItem]:
    """What its owner put in it, in order, with the resources and their files."""
    return _items(own_list).options(joinedload(OwnListItem.resource).joinedload(Resource.file))


def visible_items(viewer: Viewer, own_list: OwnList) -> Select[OwnListItem]:
    """Of the items only what this viewer may see."""
    allowed = library.visible_to(viewer).with_only_columns(Resource.id)
    return items_of(own_list).where(OwnListItem.resource_id.in_(allowed))


def visible_ids(session: Session, viewer: Viewer, resource_ids: Collection[int]) -> set[int]:
    """Which of these resources the viewer may see now."""
    if not resource_ids:
        return set()
    allowed = library.visible_to(viewer).where(Resource.id.in_(resource_ids))
    return set(session.scalars(allowed.with_only_columns(Resource.id)))


def favourite_ids(session: Session, viewer: Viewer) -> frozenset[int]:
    """Of which resources somebody said that they like them; at most MOST_ITEMS."""
    query = select(OwnListItem.resource_id).join(OwnList)
    return frozenset(session.scalars(query.where(OwnList.person_id == viewer.person_id, OwnList.name == FAVOURITES)))


def lists_with(session: Session, viewer: Viewer, resource_id: int) -> frozenset[int]:
    """The ids of somebody's lists in which the resource stands."""
    query = select(OwnListItem.list_id).join(OwnList)
    found = query.where(OwnList.person_id == viewer.person_id, OwnListItem.resource_id == resource_id)
    return frozenset(session.scalars(found))


def resources_of(session: Session, viewer: Viewer, own_list: OwnList) -> Sequence[Resource]:
    """What the viewer may see of a list, in order, with files."""
    return [each.resource for each in session.scalars(visible_items(viewer, own_list))]


def _items(own_list: OwnList) -> Select[OwnListItem]:
    mine = select(OwnListItem).where(OwnListItem.list_id == own_list.id)
    return mine.order_by(OwnListItem.position, OwnListItem.id)


def _item(session: Session, own_list: OwnList, resource_id: int) -> OwnListItem:
    found = session.scalar(_items(own_list).where(OwnListItem.resource_id == resource_id))
    if found is None:
        raise NotFound(_("Ese material ya no está en la lista."))
    return found


def hold(session: Session, viewer: Viewer) -> None:
    """Let nobody else change the person's lists until the transaction ends.

    Two clicks at the same moment neither make a list twice, nor pass a limit, nor put into one what deletes it.
    """
    session.get_one(Person, viewer.person_id, with_for_update=True)


def _favourites(session: Session, viewer: Viewer) -> OwnList:
    mine = select(OwnList).where(OwnList.person_id == viewer.person_id, OwnList.name == FAVOURITES)
    found = session.scalar(mine)
    if found is None:
        found = OwnList(person_id=viewer.person_id, name=FAVOURITES)
        session.add(found)
        session.flush()
    return found


def _check_room(count: int) -> None:
    if count >= MOST_ITEMS:
        raise Conflict(
            _("Esa lista ya tiene %(most)s materiales, que es lo más que cabe.", most=MOST_ITEMS),
            advice=_("Empieza otra lista."),
        )


def _clean_name(name: str) -> str:
    clean = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:NAME_LIMIT].rstrip()
    if not clean:
        raise BadInput(_("Escribe un nombre para la lista."))
    return clean


def _refuse_same_name(session: Session, viewer: Viewer, name: str) -> None:
    same = select(OwnList.id).where(OwnList.person_id == viewer.person_id, OwnList.name == name)
    if session.scalar(same) is not None:
        raise Conflict(_("Ya tienes una lista con ese nombre."), advice=_("Elige otro nombre."))


def _refuse_favourites(own_list: OwnList) -> None:
    if own_list.name == FAVOURITES:
        raise Conflict(_("Tus favoritos siempre están: no se borran ni cambian de nombre."))
