"""The rules of what stands in a reading list: putting in, what is said of it, its order, taking out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer, joinedload

from catalog import links
from catalog.citing.references import Reference
from catalog.keeping.lists import visible_ids
from catalog.models import File, ReadingItem, ReadingList, ReadingSection, Resource, Weight
from catalog.readinglists.lists import Overtaken, get_section, reorder, sections, tidy_lines
from lrc.errors import BadInput, Conflict, NotFound
from lti.viewers import Viewer

MOST_ITEMS = 300
NOTE_LIMIT = 1000
_LARGEST_PAGE = 100_000


@dataclass(frozen=True)
class Entry:
    """Something of the list as the viewer may know it."""

    item: ReadingItem
    resource: Resource | None
    """Where it is one of ours that the viewer may see, with its file."""

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing to show of it: what stood here is not (or no longer) for the viewer."""
        return self.resource is None and not self.item.reference


@dataclass(frozen=True)
class Part:
    """A section with what stands in it, in order."""

    section: ReadingSection
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Said:
    """What a teacher says of a reading."""

    weight: Weight = Weight.ESSENTIAL
    note: str = ""
    page: int | None = None


def contents(session: Session, viewer: Viewer, reading_list: ReadingList) -> list[Part]:
    """The whole list, by three queries however long it is; of resources only what the viewer may see."""
    there = list(session.scalars(sections(reading_list)))
    file = joinedload(ReadingItem.resource).joinedload(Resource.file)
    heavy = (defer(File.thumbnail), defer(File.offered), defer(File.findings))
    items = session.scalars(items_of(reading_list).options(file.options(*heavy))).all()
    seen = visible_ids(session, viewer, {each.resource_id for each in items if each.resource_id is not None})
    entries = [Entry(each, each.resource if each.resource_id in seen else None) for each in items]
    return [Part(section, [each for each in entries if each.item.section_id == section.id]) for section in there]


def as_known(session: Session, viewer: Viewer, item: ReadingItem) -> Entry:
    """One reading of the list as the viewer may know it."""
    seen = visible_ids(session, viewer, [item.resource_id]) if item.resource_id is not None else set()
    return Entry(item, item.resource if item.resource_id in seen else None)


def items_of(reading_list: ReadingList) -> Select[ReadingItem]:
    """What stands in the list, section after section, in order."""
    return (
        select(ReadingItem)
        .join(ReadingSection, ReadingSection.id == ReadingItem.section_id)
        .where(ReadingSection.list_id == reading_list.id)
        .order_by(ReadingSection.position, ReadingSection.id, ReadingItem.position, ReadingItem.id)
    )


def get(session: Session, reading_list: ReadingList, item_id: int) -> ReadingItem:
    """NotFound also where it is of another list."""
    query = items_of(reading_list).where(ReadingItem.id == item_id)
    found = session.scalar(query.options(joinedload(ReadingItem.resource)))
    if found is None:
        raise NotFound(_("Esa lectura ya no está en la lista."))
    return found


def by_resource(session: Session, context_id: int) -> dict[int, int]:
    """Of each resource in the list of a course the item that was put there last; at most MOST_ITEMS."""
    query = select(ReadingItem.resource_id, ReadingItem.id).join(ReadingSection).join(ReadingList)
    query = query.where(ReadingList.context_id == context_id, ReadingItem.resource_id.is_not(None))
    rows = session.execute(query.order_by(ReadingItem.id))
    return {resource_id: item_id for resource_id, item_id in rows if resource_id is not None}


def add(
    session: Session,
    viewer: Viewer,
    section: ReadingSection,
    what: Resource | Reference,
    said: Said | None = None,
) -> ReadingItem:
    """Put something at the end of a section. Conflict where the list is full; BadInput as in ``say``.

    Conflict also for a resource that the course's students could not open.
    """
    check_room(session, session.get_one(ReadingList, section.list_id))
    last = session.scalar(select(func.max(ReadingItem.position)).where(ReadingItem.section_id == section.id)) or 0
    made = ReadingItem(section_id=section.id, position=last + 1, added_by_id=viewer.person_id, revision=1)
    _fill(viewer, made, what)
    _apply(made, said or Said())
    session.add(made)
    session.flush()
    return made


def check_room(session: Session, reading_list: ReadingList) -> None:
    """Conflict where the list is full."""
    if (session.scalar(select(func.count()).select_from(items_of(reading_list).subquery())) or 0) >= MOST_ITEMS:
        raise Conflict(
            _("La lista ya tiene %(most)s lecturas, que es lo más que cabe.", most=MOST_ITEMS),
            advice=_("Quita las que ya no se leen."),
        )


def find_last_section(session: Session, reading_list: ReadingList) -> ReadingSection:
    """Where something goes of which nobody said where: the end of the list."""
    return list(session.scalars(sections(reading_list)))[-1]


def say(item: ReadingItem, said: Said, revision: int, reference: Reference | None = None) -> None:
    """Say something else of a reading, and of what we do not hold its reference.

    Overtaken where somebody else did since ``revision``; BadInput for a note that is too long or a page that cannot be.
    """
    if item.revision != revision:
        raise Overtaken
    _apply(item, said)
    if reference is not None and item.resource_id is None:
        item.reference = reference
    item.revision += 1


def resolve(viewer: Viewer, item: ReadingItem, resource: Resource) -> None:
    """Let a resource of ours stand where a reference stood. Conflict as in ``add``."""
    _fill(viewer, item, resource)
    item.revision += 1


def move(session: Session, reading_list: ReadingList, item: ReadingItem, *, up: bool) -> None:
    """Up or down by one; from the end of its section it goes to the section beside it."""
    within = select(ReadingItem).where(ReadingItem.section_id == item.section_id)
    there = list(session.scalars(within.order_by(ReadingItem.position, ReadingItem.id)))
    if item is not (there[0] if up else there[-1]):
        reorder(there, item, up=up)
        return
    all_sections = list(session.scalars(sections(reading_list)))
    place = [each.id for each in all_sections].index(item.section_id) + (-1 if up else 1)
    if 0 <= place < len(all_sections):
        put_in(session, item, all_sections[place], first=not up)


def put_in(session: Session, item: ReadingItem, section: ReadingSection, *, first: bool = False) -> None:
    """Move it to another section, at its end or its beginning."""
    if item.section_id == section.id:
        return
    edge = func.min(ReadingItem.position) if first else func.max(ReadingItem.position)
    there = session.scalar(select(edge).where(ReadingItem.section_id == section.id)) or 0
    item.section_id, item.position = section.id, there + (-1 if first else 1)


def change(session: Session, reading_list: ReadingList, item: ReadingItem, section_id: int | None) -> None:
    """Let it stand in the section of that id; NotFound where that is of another list."""
    if section_id is not None and section_id != item.section_id:
        put_in(session, item, get_section(session, reading_list, section_id))


def drop(session: Session, item: ReadingItem, revision: int) -> None:
    """Take it out, with who has read it. Overtaken where somebody wrote of it since ``revision``."""
    if item.revision != revision:
        raise Overtaken
    session.delete(item)
    session.flush()


def _fill(viewer: Viewer, item: ReadingItem, what: Resource | dict[str, Any]) -> None:
    if isinstance(what, dict):
        item.resource_id, item.reference = None, what
        return
    if links.trouble_of(what, viewer) is not None:
        raise Conflict(
            _("Tus estudiantes no podrían abrir «%(title)s»: no está publicado para ellos.", title=what.title),
            advice=_("Elige otro, o agrégalo cuando esté publicado."),
        )
    item.resource_id, item.reference = what.id, {}


def _apply(item: ReadingItem, said: Said) -> None:
    note = tidy_lines(said.note)
    if len(note) > NOTE_LIMIT:
        raise BadInput(_("La nota es demasiado larga: usa hasta %(limit)s caracteres.", limit=NOTE_LIMIT))
    if said.page is not None and not 0 < said.page <= _LARGEST_PAGE:
        raise BadInput(_("Escribe el número de la página, a partir de 1."))
    item.weight, item.note, item.page = said.weight, note, said.page
