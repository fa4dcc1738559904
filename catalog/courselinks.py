"""The links of ours in a course: what each opens and how, what is wrong with it, and changing many at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog import links
from catalog.editions import reading
from catalog.links import COURSE, MODULE, RESOURCE, Target
from catalog.models import CourseModule, FileState, Kind, Resource, ResourceState
from catalog.reader import PDF
from lrc.db import utcnow
from lrc.errors import BadInput
from lti import linksettings
from lti.linksettings import CARD, READER, Manner
from lti.models import Context, ResourceLink
from lti.viewers import Viewer
from search.documents import Query
from search.engine import current_index

MOST_SHOWN = 200
MOST_CANDIDATES = 10
_ADDRESS = re.compile(r"/(?:resources|study/modules|study/courses)/(\d{1,9})(?:[/?#]|$)")

_NO_QUIZ = _("tiene nota, y eso no tiene cuestionarios que den una")
_UNGRADED = {RESOURCE: _("tiene nota, y ese material no tiene un archivo que se pueda leer aquí")}


@dataclass(frozen=True)
class Line:
    """A link with what it leads to (None for the library's first page) and the course that it was copied from."""

    link: ResourceLink
    target: Target | None
    manner: Manner
    copied_from: str = ""
    newest: int = 1
    """The number of the version in force of the material that it leads to."""

    @property
    def is_behind(self) -> bool:
        """Whether it stays with a version that another took the place of."""
        return self.manner.version is not None and self.manner.version < self.newest

    @property
    def title(self) -> str:
        return self.link.title or (self.target.title if self.target else "")

    @property
    def lacks_column(self) -> bool:
        """Whether grades are owed for it and no column of the gradebook is known."""
        return self.link.is_graded and not self.link.lineitem_url


@dataclass(frozen=True)
class Change:
    """What to set on links; None leaves it as it is. ``view`` "" leaves the view to each reader.

    ``stays``: whether they stay with the version in force now, or follow what is in force.
    """

    place: str | None = None
    view: str | None = None
    page: int | None = None
    stays: bool | None = None

    @property
    def is_of_reading(self) -> bool:
        """Whether it says anything of how pages are read."""
        return (self.place, self.view, self.page) != (None, None, None)


@dataclass
class Outcome:
    """The links that were changed, and those that were not, each with the reason."""

    changed: list[Line] = field(default_factory=list)
    refused: list[tuple[Line, object]] = field(default_factory=list)


def of_course(context_id: int, *, hidden: bool = False) -> Select[ResourceLink]:
    """The course's links by title: those in it, or those that its teacher said are gone."""
    is_hidden = ResourceLink.hidden_at.is_not(None) if hidden else ResourceLink.hidden_at.is_(None)
    return (
        select(ResourceLink)
        .where(ResourceLink.context_id == context_id, is_hidden)
        .order_by(ResourceLink.title, ResourceLink.id)
        .limit(MOST_SHOWN)
    )


def chosen(session: Session, context_id: int, ids: Collection[int]) -> list[ResourceLink]:
    """Those of the ids that are links of this course, held against others' changes; links of others are not told of."""
    query = (
        select(ResourceLink)
        .where(ResourceLink.context_id == context_id, ResourceLink.id.in_(ids))
        .order_by(ResourceLink.title, ResourceLink.id)
        .with_for_update()
    )
    return list(session.scalars(query))


def lines(session: Session, viewer: Viewer, found: Sequence[ResourceLink]) -> list[Line]:
    """The links with what they lead to, by few queries however many they are."""
    targets = links.find_all(session, viewer, [(each.kind, each.target) for each in found if each.kind])
    origins = _origins(session, viewer, {each.item for each in found if each.item})
    shown = {pair: each.resource.id for pair, each in targets.items() if each.resource is not None}
    newest = reading.in_force(session, set(shown.values()))
    return [
        Line(
            each,
            targets[each.kind, each.target] if each.kind else None,
            linksettings.manner_of(each.settings),
            origins.get(each.item, ""),
            newest.get(shown.get((each.kind, each.target), 0), reading.FIRST),
        )
        for each in found
    ]


def earlier(session: Session, viewer: Viewer) -> list[Context]:
    """The courses that this one was copied from, as far as we know them, nearest first."""
    ids = list(viewer.earlier_context_ids)
    found = session.scalars(select(Context).where(Context.id.in_(ids))) if ids else ()
    return sorted(found, key=lambda each: ids.index(each.id))


def change(found: Sequence[Line], wish: Change) -> Outcome:
    """Set how links open; one that the wish does not fit stays wholly as it was. BadInput for a wish that cannot be."""
    if wish == Change():
        raise BadInput(_("Elige qué quieres cambiar."))
    if wish.place == CARD and (wish.page or wish.view):
        raise BadInput(_("La vista y la página solo cuentan en el lector: elige abrir en el lector."))
    outcome = Outcome()
    for line in found:
        reason = _why_not(line, wish)
        if reason:
            outcome.refused.append((line, reason))
            continue
        linksettings.set_manner(line.link, _wished(line, wish))
        outcome.changed.append(replace(line, manner=linksettings.manner_of(line.link.settings)))
    return outcome


def redirect(session: Session, viewer: Viewer, found: Sequence[Line], record_id: str) -> Outcome:
    """Make links lead to another resource, from now on and only in this course."""
    target = links.find_record(session, viewer, record_id)
    if not target.exists:
        raise BadInput(_("Tus estudiantes no podrían abrir ese material. Elige otro."))
    outcome = Outcome()
    for line in found:
        if (line.link.kind, line.link.target) == (target.kind, record_id):
            outcome.refused.append((line, _("ya abre ese material")))
        elif line.link.is_graded and not target.can_be_graded:
            outcome.refused.append((line, _UNGRADED.get(target.kind, _NO_QUIZ)))
        else:
            linksettings.redirect(line.link, target.kind, record_id)
            outcome.changed.append(line)
    return outcome


def follow(found: Sequence[Line]) -> Outcome:
    """Have links follow what is in force that stayed with a version."""

    def let_go(line: Line) -> None:
        linksettings.set_manner(line.link, replace(line.manner, version=None))

    return _each(found, lambda line: None if line.manner.version else _("ya abre siempre la versión más nueva"), let_go)


def restore(found: Sequence[Line]) -> Outcome:
    """Make links lead again to what Moodle says."""
    return _each(
        found,
        lambda line: None if linksettings.is_redirected(line.link) else _("ya abre lo que dice Moodle"),
        lambda line: linksettings.restore(line.link),
    )


def take_off(found: Sequence[Line]) -> Outcome:
    """Say that the activities are gone from the course; a launch brings a link back."""

    def hide(line: Line) -> None:
        line.link.hidden_at = utcnow()

    return _each(found, lambda line: _("ya estaba fuera de la lista") if line.link.hidden_at else None, hide)


def put_back(found: Sequence[Line]) -> Outcome:
    """Say that the activities are in the course after all."""

    def show(line: Line) -> None:
        line.link.hidden_at = None

    return _each(found, lambda line: None if line.link.hidden_at else _("ya estaba en la lista"), show)


def modules_of(session: Session, link: ResourceLink) -> list[Resource]:
    """The modules that are studied by a link: the one that it opens, or those of its course, in order."""
    query = select(Resource).where(Resource.kind == Kind.MODULE)
    if link.kind == MODULE:
        return list(session.scalars(query.where(Resource.record_id == link.target)))
    if link.kind != COURSE:
        return []
    course = select(Resource.id).where(Resource.record_id == link.target).scalar_subquery()
    query = query.join(CourseModule, CourseModule.module_id == Resource.id).where(CourseModule.course_id == course)
    return list(session.scalars(query.order_by(CourseModule.position)))


def candidates(session: Session, viewer: Viewer, words: str) -> list[Resource]:
    """Resources that links may lead to: the one whose address or record is given, else the best hits of a search."""
    words = "".join(each if each.isprintable() else " " for each in words).strip()
    address = _ADDRESS.search(words)
    is_open = (Resource.state == ResourceState.PUBLISHED, Resource.audience.in_(viewer.audiences))
    named = Resource.id == int(address[1]) if address else Resource.record_id == words.strip()
    found = session.scalars(select(Resource).where(named, *is_open)).all()
    if found or not words.strip():
        return list(found)
    hits = current_index().search(Query(words, viewer.audiences, limit=MOST_CANDIDATES)).hits
    ids = [int(hit.document_id) for hit in hits]
    by_id = {each.id: each for each in session.scalars(select(Resource).where(Resource.id.in_(ids), *is_open))}
    return [by_id[each] for each in ids if each in by_id]


def _each(found: Sequence[Line], why_not: Callable[[Line], object], do: Callable[[Line], None]) -> Outcome:
    outcome = Outcome()
    for line in found:
        reason = why_not(line)
        if reason is None:
            do(line)
            outcome.changed.append(line)
        else:
            outcome.refused.append((line, reason))
    return outcome


def _why_not(line: Line, wish: Change) -> object:
    """What speaks against it, in words; "" where nothing does."""
    target = line.target
    if target is not None and target.kind in (MODULE, COURSE):
        return _("abre un módulo o un curso, que no se leen en el lector")
    if target is None or target.kind != RESOURCE:
        return _("no abre un material, sino una búsqueda, las lecturas o la portada")
    if target.resource is None:
        return _("lo que abre ya no está disponible")
    if wish.place == CARD or not wish.is_of_reading:
        return ""
    file = target.resource.file
    if file is None or file.state is not FileState.READY or not file.page_count:
        return _("su material no tiene páginas que se puedan leer aquí")
    if wish.page is not None and wish.page > file.page_count:
        return _("su material solo tiene %(count)s páginas", count=file.page_count)
    if wish.view == "pages" and file.media_type != PDF:
        return _("su material no es un PDF: solo se puede ver como texto")
    return ""


def _wished(line: Line, wish: Change) -> Manner:
    manner = line.manner
    version = manner.version if wish.stays is None else line.newest if wish.stays else None
    if wish.place == CARD:
        return Manner(CARD, version=version)
    place = wish.place or (READER if wish.view or wish.page else manner.place)
    view = manner.view if wish.view is None else wish.view
    return Manner(place, view, wish.page if wish.page is not None else manner.page, version)


def _origins(session: Session, viewer: Viewer, items: Collection[str]) -> dict[str, str]:
    """By placement: the title of the nearest earlier course that has it too."""
    nearest = list(viewer.earlier_context_ids)
    if not nearest or not items:
        return {}
    query = (
        select(ResourceLink.item, Context.id, Context.title, Context.label)
        .join(ResourceLink.context)
        .where(Context.id.in_(nearest), ResourceLink.item.in_(items))
    )
    found = sorted(session.execute(query).all(), key=lambda row: nearest.index(row[1]), reverse=True)
    return {item: title or label for item, _id, title, label in found}
