"""What a link of ours in a course can open: each kind of it, what it is called, and why it cannot be opened.

A kind is added by writing its function, which finds many targets by one query, and naming it in KINDS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog import quizzes
from catalog.availability import embargo
from catalog.collections import making, seeing
from catalog.merging import leading
from catalog.models import Collection as Shelf
from catalog.models import FileState, Kind, ReadingList, Resource, ResourceState, Version
from catalog.readinglists import lists
from lrc.errors import Refused
from lti import claims
from lti.linksettings import CARD, Manner
from lti.models import ResourceLink
from lti.viewers import Viewer

RESOURCE, MODULE, COURSE, SEARCH, READINGS = "resource", "module", "course", "search", "readings"
COLLECTION = "collection"
_ID = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_KIND_OF = {Kind.MATERIAL: RESOURCE, Kind.MODULE: MODULE, Kind.COURSE: COURSE}


class Trouble(StrEnum):
    """Why a target cannot be opened by a course's people."""

    MISSING = "missing"
    UNPUBLISHED = "unpublished"
    """It was withdrawn, or is being reviewed again."""
    FOR_OTHERS = "for-others"
    """It is published, for another institution or another course."""


@dataclass(frozen=True)
class Target:
    """What a link leads to, as one viewer may know it. ``title`` names a link to it; "" where they may not."""

    kind: str
    target: str
    title: str = ""
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    """With ``endpoint``, the page where it opens."""
    trouble: Trouble | None = None
    can_be_graded: bool = False
    """Whether something can be done with it that earns a grade."""
    resource: Resource | None = None
    """The resource itself (with its file), where it is one and the viewer may see it."""

    @property
    def exists(self) -> bool:
        """Whether the course's people can open it now."""
        return self.trouble is None


class Broken(Refused):
    """A link whose target cannot be opened; its page tells students and teachers what each can do."""

    title = _("Este enlace ya no abre nada")
    message = _("Lo que había aquí ya no está disponible.")

    def __init__(self, target: Target) -> None:
        super().__init__(detail=f"{target.kind} {target.target[:80]!r} is {target.trouble}")
        self.target = target
        self.status = _STATUS[target.trouble or Trouble.MISSING]


_STATUS = {Trouble.MISSING: 404, Trouble.UNPUBLISHED: 410, Trouble.FOR_OTHERS: 403}


def find(session: Session, viewer: Viewer, kind: str, target: str) -> Target:
    """What a link leads to, or why not, for who asks and the people of their course."""
    return find_all(session, viewer, [(kind, target)])[kind, target]


def find_all(session: Session, viewer: Viewer, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Target]:
    """The same for many pairs of kind and target, by one query for each kind."""
    pairs = dict.fromkeys(wanted)
    found = {pair: Target(*pair, trouble=Trouble.MISSING) for pair in pairs}
    for kind, targets_of in KINDS.items():
        asked = [target for each, target in pairs if each == kind and claims.is_id(target)]
        if asked:
            found.update({(kind, each.target): each for each in targets_of(session, viewer, asked)})
    return found


def find_record(session: Session, viewer: Viewer, record_id: str) -> Target:
    """The same for a resource of whatever kind, by its record_id."""
    found = session.scalar(select(Resource).where(Resource.record_id == record_id)) if claims.is_id(record_id) else None
    return find(session, viewer, kind_of(found) if found else RESOURCE, record_id)


def launched(session: Session, viewer: Viewer) -> ResourceLink | None:
    """The link by which the viewer came, where it was one."""
    return session.get(ResourceLink, viewer.link_id) if viewer.link_id else None


def place(target: Target, manner: Manner, version: Version | None = None) -> tuple[str, dict[str, Any]]:
    """The endpoint and values of the page where a target opens, in the manner that its teacher chose.

    ``version`` is the earlier one that the link stays with, where there is one.
    """
    resource = target.resource
    file = version.file if version else resource.file if resource else None
    values = {**target.values, **({"number": version.number} if version else {})}
    card = ("catalog.version" if version else target.endpoint, values)
    wants_reader = manner.place != CARD and replace(manner, version=None) != Manner()
    if resource is None or file is None or not wants_reader or embargo.is_closed(resource):
        return card
    if file.state is not FileState.READY or not file.page_count:
        return card
    page = min(manner.page, file.page_count) if manner.page else None
    given = {"page": page, "view": manner.view or None}
    return "catalog.read", {**values, **{name: value for name, value in given.items() if value}}


def _resources(session: Session, viewer: Viewer, targets: Collection[str]) -> Iterator[Target]:
    """Materials, by record_id; what was merged into another opens that one."""
    found = _of_kind(session, Kind.MATERIAL, targets)
    kept = leading.kept(session, [each.id for each in found if each.state is ResourceState.MERGED])
    for each in found:
        opened = kept.get(each.id, each)
        place = ("catalog.show", {"resource_id": opened.id})
        target = _target(opened, viewer, place, opened.file is not None and opened.file.state is FileState.READY)
        yield replace(target, target=each.record_id)


def _modules(session: Session, viewer: Viewer, targets: Collection[str]) -> Iterator[Target]:
    """Modules, by record_id; a grade is earned in their quizzes."""
    found = _of_kind(session, Kind.MODULE, targets)
    graded = quizzes.modules_with_any(session, [each.id for each in found])
    for each in found:
        yield _target(each, viewer, ("study.module", {"module_id": each.id}), each.id in graded)


def _courses(session: Session, viewer: Viewer, targets: Collection[str]) -> Iterator[Target]:
    """Courses, by record_id; a grade is earned in the quizzes of their modules."""
    found = _of_kind(session, Kind.COURSE, targets)
    graded = quizzes.courses_with_any(session, [each.id for each in found])
    for each in found:
        yield _target(each, viewer, ("study.course", {"course_id": each.id}), each.id in graded)


def _of_kind(session: Session, kind: Kind, targets: Collection[str]) -> Sequence[Resource]:
    query = select(Resource).where(Resource.record_id.in_(targets), Resource.kind == kind)
    return session.scalars(query.options(joinedload(Resource.file))).all()


def _target(resource: Resource, viewer: Viewer, place: tuple[str, dict[str, Any]], can_be_graded: bool) -> Target:
    trouble = trouble_of(resource, viewer)
    may_see = trouble is None or resource.owner_id == viewer.person_id or _is_in_care(resource, viewer)
    return Target(
        kind_of(resource),
        resource.record_id,
        title=resource.title if may_see else "",
        endpoint=place[0],
        values=place[1],
        trouble=trouble,
        can_be_graded=can_be_graded,
        resource=resource if may_see else None,
    )


def kind_of(resource: Resource) -> str:
    """The kind of a link to a resource."""
    return _KIND_OF[resource.kind]


def _is_in_care(resource: Resource, viewer: Viewer) -> bool:
    return viewer.is_librarian and resource.institution_id == viewer.institution_id


def trouble_of(resource: Resource, viewer: Viewer) -> Trouble | None:
    """Why the people of the viewer's course could not open a resource; None where they can."""
    # By audience alone, not by who owns it: what only its teacher sees is of no use to their students.
    if resource.audience not in viewer.audiences:
        return Trouble.FOR_OTHERS
    return None if resource.state is ResourceState.PUBLISHED else Trouble.UNPUBLISHED


def _searches(session: Session, viewer: Viewer, targets: Collection[str]) -> Iterator[Target]:
    """Searches, by their words; those that have any always open."""
    for words in targets:
        if any(map(str.isalnum, words)):
            title = gettext("Búsqueda: %(words)s", words=words)
            yield Target(SEARCH, words, title=title, endpoint="search.results", values={"q": words})


def _readings(session: Session, viewer: Viewer, targets: Collection[str]) -> Iterator[Target]:
    """Reading lists, by token; in a copy of the course a link opens that of the copy, if it has one."""
    near = {viewer.context_id, *viewer.earlier_context_ids}
    is_open = lists.find_published(session, viewer) is not None
    for each in session.scalars(select(ReadingList).where(ReadingList.token.in_(targets))):
        if each.context_id not in near:
            yield Target(READINGS, each.token, trouble=Trouble.FOR_OTHERS)
            continue
        title = gettext("Lecturas del curso")
        trouble = None if is_open else Trouble.UNPUBLISHED
        yield Target(READINGS, each.token, title=title, endpoint="catalog.readings", trouble=trouble)


def _collections(session: Session, viewer: Viewer, targets: Collection[str]) -> Iterator[Target]:
    """Collections, by id."""
    ids = {int(each) for each in targets if _ID.fullmatch(each)}
    named = select(Shelf).where(Shelf.id.in_(ids))
    shown = set(session.scalars(named.where(seeing.open_to(viewer))))
    for each in session.scalars(named):
        trouble = Trouble.UNPUBLISHED if each.audience in viewer.audiences else Trouble.FOR_OTHERS
        is_told = each in shown or making.may_change(viewer, each)
        yield Target(
            COLLECTION,
            str(each.id),
            title=each.title if is_told else "",
            endpoint="catalog.collection",
            values={"collection_id": each.id},
            trouble=None if each in shown else trouble,
        )


def searched(words: str) -> str:
    """Words as the target of a search: what means something in an address, or to Moodle, means nothing to a search."""
    return " ".join(words.replace("/", " ").split()).lstrip("$ ")


KINDS: dict[str, Callable[[Session, Viewer, Collection[str]], Iterable[Target]]] = {
    RESOURCE: _resources,
    MODULE: _modules,
    COURSE: _courses,
    SEARCH: _searches,
    READINGS: _readings,
    COLLECTION: _collections,
}
