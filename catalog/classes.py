"""A teacher's class: who is in the course, and who has opened and read what is linked in it.

Listed is not the same as come, and come not the same as opened: each is told apart. People are those whom a launch
from this course or its roster named; who is a teacher by either is no student here (Moodle's roster calls a
non-editing teacher a learner, and "switch role to student" lets a teacher launch as one).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from catalog.links import COURSE, MODULE, RESOURCE
from catalog.models import Merge, Opening, Resource
from lti.models import Context, Membership, ResourceLink
from lti.people import fold
from lti.viewers import Role

_STAFF = (Role.TEACHER, Role.LIBRARIAN, Role.ADMINISTRATOR)
_MOST_WORDS = 10


class Who(StrEnum):
    """Which of the students; where a link is chosen too, opened and read are said of it, else of any link."""

    ALL = ""
    NEVER_CAME = "never"
    NOT_OPENED = "unopened"  # came, and has not opened
    OPENED = "opened"
    READ = "read"
    LEFT = "left"


@dataclass(frozen=True)
class Wanted:
    """Whom the page is asked for: by name, by group (the platform's id), by what they did, with one link or all."""

    words: str = ""
    group: str = ""
    who: Who = Who.ALL
    link_id: int | None = None


@dataclass(frozen=True)
class ClassLink:
    """A link whose openings are counted: one that leads to a material."""

    id: int
    title: str
    resource_id: int


@dataclass(frozen=True)
class Tally:
    """How many students have opened something, and how many of them have marked it as read."""

    opened: int = 0
    read: int = 0


@dataclass(frozen=True)
class Totals:
    """The students in the course, how many of them came at least once, and what was done with each resource."""

    students: int
    came: int
    by_resource: dict[int, Tally]


@dataclass(frozen=True)
class Row:
    """A student, and what they opened by resource."""

    membership: Membership
    openings: dict[int, Opening]

    def count_opened(self, links: Sequence[ClassLink]) -> int:
        return sum(each.resource_id in self.openings for each in links)

    def count_read(self, links: Sequence[ClassLink]) -> int:
        return sum(self.openings[each.resource_id].read_at is not None for each in links if self.has_opened(each))

    def has_opened(self, link: ClassLink) -> bool:
        return link.resource_id in self.openings


def links(session: Session, context_id: int) -> list[ClassLink]:
    """The course's links that lead to a material which is still there, by title; those taken off it are left out."""
    named = aliased(Resource)
    query = (
        select(ResourceLink.id, ResourceLink.title, Resource.title, Resource.id)
        .join(named, named.record_id == ResourceLink.target)
        .outerjoin(Merge, Merge.from_id == named.id)
        .join(Resource, Resource.id == func.coalesce(Merge.into_id, named.id))
        .where(ResourceLink.context_id == context_id, ResourceLink.kind == RESOURCE, ResourceLink.hidden_at.is_(None))
    )
    found = [ClassLink(id_, title or own, resource_id) for id_, title, own, resource_id in session.execute(query)]
    return sorted(found, key=lambda each: (fold(each.title), each.id))


def studied(session: Session, context_id: int) -> list[tuple[str, Resource]]:
    """The course's links that lead to a module or a course of the library, with their names; what is done in them is
    told by the study room."""
    query = (
        select(ResourceLink.title, Resource)
        .join(Resource, Resource.record_id == ResourceLink.target)
        .where(
            ResourceLink.context_id == context_id,
            ResourceLink.kind.in_((MODULE, COURSE)),
            ResourceLink.hidden_at.is_(None),
        )
    )
    found = [(title or resource.title, resource) for title, resource in session.execute(query)]
    return sorted(found, key=lambda each: (fold(each[0]), each[1].id))


def students(context_id: int) -> Select[Membership]:
    """Those who are in the course now, in the order of their names; who has none comes last."""
    return _by_name(_of(context_id).where(Membership.left_at.is_(None)))


def matching(context_id: int, wanted: Wanted, among: Collection[int]) -> Select[Membership]:
    """The students whom the page is asked for; ``among`` are the resources that opened and read are said of."""
    has_left = Membership.left_at.is_not(None) if wanted.who is Who.LEFT else Membership.left_at.is_(None)
    query = _of(context_id).where(has_left, _did(context_id, wanted.who, among))
    for word in fold(wanted.words).split()[:_MOST_WORDS]:
        query = query.where(or_(Membership.folded_name.contains(word, autoescape=True), Membership.sub == word))
    if wanted.group:
        query = query.where(_holds(Membership.groups, wanted.group))
    return _by_name(query)


def rows(session: Session, context_id: int, people: Sequence[Membership], of: Collection[int]) -> list[Row]:
    """The students with what they opened of the resources ``of``, in the order given."""
    ids = [each.person_id for each in people if each.person_id is not None]
    query = select(Opening).where(
        Opening.context_id == context_id, Opening.person_id.in_(ids), Opening.resource_id.in_(of)
    )
    opened: dict[int, dict[int, Opening]] = {}
    for each in session.scalars(query) if ids and of else ():
        opened.setdefault(each.person_id, {})[each.resource_id] = each
    return [Row(each, opened.get(each.person_id or 0, {})) for each in people]


def totals(session: Session, context_id: int, of: Collection[int]) -> Totals:
    """Counted over the students who are in the course now; teachers who tried a link do not count."""
    there = _of(context_id).where(Membership.left_at.is_(None)).subquery()
    all_, came = session.execute(select(func.count(), func.count(there.c.launched_at)).select_from(there)).one()
    query = (
        select(Opening.resource_id, func.count(), func.count(Opening.read_at))
        .join(there, there.c.person_id == Opening.person_id)
        .where(Opening.context_id == context_id, Opening.resource_id.in_(of))
        .group_by(Opening.resource_id)
    )
    return Totals(all_, came, {id_: Tally(opened, read) for id_, opened, read in session.execute(query)})


def teachers(context_id: int, limit: int) -> Select[Membership]:
    """Those who teach in the course now."""
    query = select(Membership).where(Membership.context_id == context_id, Membership.left_at.is_(None), _is_staff())
    return _by_name(query).limit(limit)


def groups(session: Session, context: Context) -> dict[str, str]:
    """The groups that students of the course are in: names by the platform's id, or the id where it tells no name."""
    query = select(Membership.groups).where(
        Membership.context_id == context.id,
        Membership.left_at.is_(None),
        cast(Membership.groups, String) != "[]",
    )
    ids = {id_ for found in session.scalars(query) for id_ in found}
    names = {id_: str(context.groups.get(id_, "")) for id_ in ids}
    return dict(sorted(names.items(), key=lambda each: (not each[1], fold(each[1]), len(each[0]), each[0])))


def _of(context_id: int) -> Select[Membership]:
    return select(Membership).where(Membership.context_id == context_id, ~_is_staff())


def _by_name(query: Select[Membership]) -> Select[Membership]:
    is_nameless = case((Membership.folded_name == "", 1), else_=0)
    return query.order_by(is_nameless, Membership.folded_name, Membership.sub)


def _is_staff() -> ColumnElement[bool]:
    kept = (Membership.launch_roles, Membership.roster_roles)
    return or_(*(_holds(roles, role.value) for roles in kept for role in _STAFF))


def _holds(column: object, text: str) -> ColumnElement[bool]:
    """Whether a JSON list of texts holds this one; its own quotes are part of what is looked for."""
    return cast(column, String).contains(json.dumps(text), autoescape=True)


def _did(context_id: int, who: Who, among: Collection[int]) -> ColumnElement[bool]:
    opened = and_(
        Opening.context_id == context_id,
        Opening.person_id == Membership.person_id,
        Opening.resource_id.in_(among) if among else false(),
    )
    has_opened = select(Opening.id).where(opened).exists()
    has_read = select(Opening.id).where(opened, Opening.read_at.is_not(None)).exists()
    came = Membership.launched_at.is_not(None)
    return {
        Who.NEVER_CAME: ~came,
        Who.NOT_OPENED: and_(came, ~has_opened),
        Who.OPENED: has_opened,
        Who.READ: has_read,
    }.get(who, or_(came, ~came))
