"""Bringing the readings of another course along, with what became of each since then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, String, and_, cast, or_, select
from sqlalchemy.orm import Session, joinedload

from catalog import links
from catalog.models import ReadingItem, ReadingList, ReadingSection, Resource, Version, VersionState
from catalog.readinglists import items, lists, resolving
from catalog.readinglists.items import Entry, Said
from catalog.readinglists.lists import Plan
from lrc.errors import Conflict, NotFound
from lti.models import Membership
from lti.viewers import Role, Viewer

_TEACHES = f'"{Role.TEACHER.value}"'
"""As the JSON of a membership's roles has it."""


class Fate(StrEnum):
    """What became of a reading since it was put in the other list."""

    SAME = "same"
    NEWER = "newer"  # there is a newer version of it, which the copy opens
    HELD = "held"  # the library had it not and has it now: the copy opens it
    PAGE = "page"  # the page where it opened is not there any more: the copy opens it at its beginning
    THERE = "there"  # it stands in this course's list already: it is not copied again
    GONE = "gone"  # the students of this course cannot open it: it is not copied


@dataclass(frozen=True)
class Copied:
    """A reading as it comes into the new list; ``what`` is None for what does not come."""

    entry: Entry
    fate: Fate
    what: Resource | dict[str, object] | None
    page: int | None = None


@dataclass(frozen=True)
class Block:
    """A section of the other list, with what comes of it."""

    section: ReadingSection
    lines: Sequence[Copied]


def sources(viewer: Viewer) -> Select[ReadingList]:
    """Lists that may be copied: published ones of courses that this one was copied from, and all where one teaches."""
    taught = select(Membership.context_id).where(
        Membership.person_id == viewer.person_id,
        Membership.left_at.is_(None),
        cast(Membership.launch_roles, String).contains(_TEACHES),
    )
    published = and_(ReadingList.context_id.in_(viewer.earlier_context_ids), ReadingList.is_published)
    may = or_(published, ReadingList.context_id.in_(taught))
    filled = select(ReadingItem.id).join(ReadingSection).where(ReadingSection.list_id == ReadingList.id).exists()
    query = select(ReadingList).where(may, filled, ReadingList.context_id != viewer.context_id)
    return query.options(joinedload(ReadingList.context)).order_by(ReadingList.changed_at.desc(), ReadingList.id.desc())


def get_source(session: Session, viewer: Viewer, list_id: int) -> ReadingList:
    """NotFound also for lists that the viewer may not copy."""
    found = session.scalar(sources(viewer).where(ReadingList.id == list_id))
    if found is None:
        raise NotFound(_("Esa lista no se puede traer aquí."))
    return found


def report(session: Session, viewer: Viewer, source: ReadingList, target: ReadingList | None = None) -> list[Block]:
    """What would come of each reading of the other list into this course's, by few queries however long they are."""
    there = session.scalars(items.items_of(target)).all() if target else []
    parts = items.contents(session, viewer, source)
    entries = [entry for part in parts for entry in part.entries]
    renewed = _renewed(session, {each.resource.id for each in entries if each.resource})
    cited = [each.item.reference for each in entries if each.item.reference]
    held = dict(zip(map(id, cited), resolving.find(session, viewer, cited), strict=True))

    def copied(entry: Entry) -> Copied:
        made = _copied(viewer, entry, renewed, held.get(id(entry.item.reference)))
        return Copied(entry, Fate.THERE, None) if any(_is_same(each, made) for each in there) else made

    return [Block(part.section, [copied(each) for each in part.entries]) for part in parts]


def copy(
    session: Session, viewer: Viewer, source: ReadingList, target: ReadingList, starts_on: date | None = None
) -> list[Copied]:
    """Put the sections of the other list behind those of this one; what was copied, and what not.

    Dates are moved so that the first section starts on ``starts_on``; without it they are left out. Conflict where not
    all fits.
    """
    blocks = report(session, viewer, source, target)
    if any(each.what is not None for block in blocks for each in block.lines):
        _drop_empty(session, target)
    first = min((each.section.starts_on for each in blocks if each.section.starts_on), default=None)
    shift = starts_on - first if starts_on and first else None
    for block in blocks:
        coming = [each for each in block.lines if each.what is not None]
        section = lists.add_section(session, target, _moved(block.section, shift)) if coming else block.section
        for each in coming:
            said = Said(each.entry.item.weight, each.entry.item.note, each.page)
            items.add(session, viewer, section, each.what or {}, said)
    target.copied_from_id = source.id
    if not target.intro:
        lists.introduce(target, source.intro, target.revision)
    return [each for block in blocks for each in block.lines]


def _copied(viewer: Viewer, entry: Entry, renewed: dict[int, datetime], held: Resource | None) -> Copied:
    item, resource = entry.item, entry.resource
    if resource is None:
        if held is not None:
            return Copied(entry, Fate.HELD, held)
        return Copied(entry, Fate.SAME if item.reference else Fate.GONE, item.reference or None)
    if links.trouble_of(resource, viewer) is not None:
        return Copied(entry, Fate.GONE, None)
    same = Copied(entry, Fate.SAME, resource, item.page)
    if item.page and resource.file and item.page > resource.file.page_count:
        return replace(same, fate=Fate.PAGE, page=None)
    is_newer = resource.id in renewed and renewed[resource.id] > item.added_at
    return replace(same, fate=Fate.NEWER) if is_newer else same


def _is_same(item: ReadingItem, copied: Copied) -> bool:
    """Whether it stands there already, at the same page with the same note."""
    if copied.what is None or (item.note, item.page) != (copied.entry.item.note, copied.page):
        return False
    if isinstance(copied.what, Resource):
        return item.resource_id == copied.what.id
    return item.resource_id is None and item.reference == copied.what


def _renewed(session: Session, resource_ids: Collection[int]) -> dict[int, datetime]:
    """When the present version of each was published, of those that had another before."""
    query = select(Version.resource_id, Version.published_at).where(
        Version.resource_id.in_(resource_ids), Version.state == VersionState.PUBLISHED, Version.number > 1
    )
    return {id_: at for id_, at in session.execute(query) if at is not None} if resource_ids else {}


def _moved(section: ReadingSection, shift: timedelta | None) -> Plan:
    if shift is None:
        return Plan(section.title)
    starts_on, ends_on = (day + shift if day else None for day in (section.starts_on, section.ends_on))
    return Plan(section.title, starts_on, ends_on)


def _drop_empty(session: Session, target: ReadingList) -> None:
    """The section with which every list begins makes room for those that come, where nothing stands in the list."""
    if session.scalar(items.items_of(target).limit(1)) is None:
        for each in session.scalars(lists.sections(target)).all():
            session.delete(each)
        session.flush()


def check_room(session: Session, source: ReadingList, target: ReadingList) -> None:
    """Conflict where the list would become too long."""
    counts = [len(session.scalars(items.items_of(each)).all()) for each in (source, target)]
    if sum(counts) > items.MOST_ITEMS:
        raise Conflict(_("Las dos listas juntas son demasiado largas: quita primero lo que ya no se lee."))
