"""The rules of choosing contents for a course: what is offered first, what may be picked, and putting it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from catalog import links
from catalog.editions import reading
from catalog.failures import Failure
from catalog.links import COLLECTION, COURSE, MODULE, READINGS, RESOURCE, Target, Trouble
from catalog.models import Authorship, Kind, Resource, ResourceState
from lrc import richtext
from lrc.errors import BadInput, Conflict
from lti import deeplinking, picks, placements
from lti.deeplinking import Item, Signed
from lti.models import Pick
from lti.picks import Described
from lti.viewers import Viewer

MOST_RECENT, MOST_OWN, MOST_NEWEST = 6, 4, 4
"""How many of each sort the first page offers: with a cover each, they are most of what it weighs."""
_TEXT_CHARACTERS = 500
_LOOKED_AT = 24
_TROUBLES = {
    Trouble.MISSING: _("Este material ya no está en la biblioteca."),
    Trouble.UNPUBLISHED: _("Este material no está publicado: tus estudiantes no podrían verlo."),
    Trouble.FOR_OTHERS: _("Este material es para otro curso u otra universidad: tus estudiantes no podrían verlo."),
}

_NO_TEXT = _("Parece escaneado y no tiene texto: tus estudiantes no podrían buscar en él ni escucharlo.")
_STUDY_TROUBLES = {
    Trouble.MISSING: _("Esto ya no está en la biblioteca."),
    Trouble.UNPUBLISHED: _("Esto no está publicado: tus estudiantes no podrían verlo."),
    Trouble.FOR_OTHERS: _("Esto es para otro curso u otra universidad: tus estudiantes no podrían verlo."),
}


@dataclass(frozen=True)
class Places:
    """Where things are outside any visit, and the secret that opens our keys."""

    address: Callable[[str, str], str]
    """The address that opens a kind and target."""
    icon_url: str
    secret_key: str


class CannotBePlaced(Conflict):
    """Some of what was picked cannot go into the course any more; ``names`` are its titles."""

    def __init__(self, names: list[str]) -> None:
        told = ", ".join(str(_("«%(name)s»", name=each)) for each in names)
        super().__init__(
            _("Esto ya no está disponible para tus estudiantes: %(names)s.", names=told),
            advice=_("Quítalo de la lista y pon lo demás en tu curso."),
            detail=f"{len(names)} picks cannot be placed",
        )


def trouble_of(resource: Resource, viewer: Viewer) -> str:
    """Why the course's students could not open a resource that the teacher sees; "" where they can."""
    if resource.file is not None and resource.file.failure == Failure.NO_TEXT:
        return str(_NO_TEXT)
    trouble = links.trouble_of(resource, viewer)
    return str(_sentence(links.kind_of(resource), trouble)) if trouble else ""


def _sentence(kind: str, trouble: Trouble) -> object:
    if kind == READINGS:
        return _("La lista de lecturas todavía es un borrador: publícala primero, en «Mi curso», «Lecturas».")
    return _STUDY_TROUBLES[trouble] if kind in (MODULE, COURSE, COLLECTION) else _TROUBLES[trouble]


def recent(session: Session, viewer: Viewer) -> list[Target]:
    """What the teacher has put into courses, the last used first, as far as this course's students can open it."""
    pairs = [(kind, target) for kind, target in session.execute(placements.recent(viewer.person_id, _LOOKED_AT)).all()]
    found = links.find_all(session, viewer, pairs)
    # The course's own reading list has its place above all.
    return [found[pair] for pair in pairs if found[pair].exists and pair[0] != READINGS][:MOST_RECENT]


def own(viewer: Viewer) -> Select[Resource]:
    """The teacher's own materials that the course's students can open, the newest first."""
    return _own(viewer).where(Resource.kind == Kind.MATERIAL, Resource.owner_id == viewer.person_id)


def written(viewer: Viewer) -> Select[Resource]:
    """The modules and courses that the teacher writes, alone or with others, as far as the students can open them."""
    added = select(Authorship.resource_id).where(Authorship.person_id == viewer.person_id)
    return _own(viewer).where(
        Resource.kind != Kind.MATERIAL, or_(Resource.owner_id == viewer.person_id, Resource.id.in_(added))
    )


def _own(viewer: Viewer) -> Select[Resource]:
    return (
        select(Resource)
        .where(Resource.state == ResourceState.PUBLISHED, Resource.audience.in_(viewer.audiences))
        .options(joinedload(Resource.file))
        .order_by(Resource.id.desc())
        .limit(_LOOKED_AT)
    )


def pick(session: Session, viewer: Viewer, kind: str, target: str) -> Pick:
    """Pick something for the course. Conflict where its students could not open it, or no more can be picked."""
    launch = deeplinking.launch_of(session, viewer)
    found = links.find(session, viewer, kind, target)
    if found.trouble:
        raise Conflict(_sentence(kind, found.trouble), detail=f"{kind} {target[:80]!r} is {found.trouble}")
    return picks.add(session, launch, kind, target, _described(found))


def versions_in_force(session: Session, found: Mapping[tuple[str, str], Target]) -> dict[tuple[str, str], int]:
    """Of the materials among these, the numbers of their versions in force, by one query."""
    ids = {pair: each.resource.id for pair, each in found.items() if pair[0] == RESOURCE and each.resource}
    numbers = reading.in_force(session, set(ids.values()))
    return {pair: numbers[resource_id] for pair, resource_id in ids.items()}


def unpick(session: Session, viewer: Viewer, kind: str, target: str) -> None:
    picks.take_out(session, deeplinking.launch_of(session, viewer), kind, target)


def place(session: Session, viewer: Viewer, places: Places) -> Signed:
    """Sign what is to go into the course, and keep that it was put there.

    BadInput where nothing is picked, CannotBePlaced where something cannot be opened any more.
    """
    launch = deeplinking.launch_of(session, viewer)
    chosen = list(session.scalars(picks.of(launch)))
    if not chosen:
        raise BadInput(_("Elige al menos un material para ponerlo en tu curso."))
    found = links.find_all(session, viewer, [(each.kind, each.target) for each in chosen])
    gone = [each.title for each in chosen if not found[each.kind, each.target].exists]
    if gone:
        raise CannotBePlaced(gone)
    accepts_grades = deeplinking.asked_in(launch).accepts_grades
    for each in chosen:
        if not (accepts_grades and found[each.kind, each.target].can_be_graded):
            each.maximum = None
    items = [_item(each, places) for each in chosen]
    signed = deeplinking.answer(session, launch, items, places.icon_url, places.secret_key)
    placements.record(session, launch, chosen)
    return signed


def cancel(session: Session, viewer: Viewer, places: Places) -> Signed:
    """Sign that nothing is to go into the course."""
    launch = deeplinking.launch_of(session, viewer)
    return deeplinking.answer(session, launch, [], places.icon_url, places.secret_key)


def _item(pick: Pick, places: Places) -> Item:
    return Item(
        kind=pick.kind,
        target=pick.target,
        item=placements.item_of(pick),
        url=places.address(pick.kind, pick.target),
        title=pick.title,
        text=pick.text,
        maximum=pick.maximum,
    )


def _described(found: Target) -> Described:
    """How it goes into the course unless the teacher says otherwise: its title, and its description as plain text."""
    text = richtext.plain(found.resource.description) if found.resource else ""
    return Described(_cut(" ".join(found.title.split()), deeplinking.TITLE_LIMIT), _cut(text, _TEXT_CHARACTERS))


def _cut(text: str, longest: int) -> str:
    """The text, ended at a word and with dots where it is longer."""
    if len(text) <= longest:
        return text
    whole, _blank, _part = text[: longest - 1].rpartition(" ")
    return f"{(whole or text[: longest - 1]).rstrip()}…"
