"""Writing a course: beginning one, what it says of itself, which modules it has and in which order, its cover."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from catalog import versions
from catalog.models import Authorship, Kind, Resource, ResourceState
from lrc.errors import BadInput, Conflict, NotFound
from lrc.study import drafts, writing
from lrc.study.content import Course, changed, to_data
from lrc.study.models import Image
from lti import groups
from lti.people import fold
from lti.viewers import Viewer
from search.documents import Query
from search.engine import current_index

MOST_MODULES = 100
MOST_FOUND, FEW = 20, 6
"""Modules offered: that have the words asked for, and without any."""
_ALREADY = _("Ese módulo ya está en el curso.")


@dataclass(frozen=True)
class Chosen:
    """A module in its place in a course that is being written."""

    record_id: str
    resource: Resource | None
    """None where there is none of this name any more."""
    trouble: LazyString | str
    """Why the course's readers could not study it; empty where they can."""
    is_coming: bool = False
    """Whether it waits for a librarian: it takes its place once it is published."""


def create(session: Session, viewer: Viewer, title: str) -> Resource:
    """Begin a course. NotAllowed to who is neither teacher nor librarian; BadInput for a title that cannot be."""
    return writing.create(session, viewer, Course(title=title, creators=(viewer.name,) if viewer.name else ()))


def get(session: Session, viewer: Viewer, course_id: int) -> Resource:
    """A course that the viewer writes; NotAllowed where they only see it, else NotFound."""
    return writing.get_for_writing(session, viewer, course_id, Kind.COURSE)


def fingerprint(session: Session, course: Resource) -> str:
    """What a form that shows what the course says carries along, for save to see whether it was changed meanwhile."""
    return _fingerprint(writing.get_head(session, course, Course))


def save(session: Session, viewer: Viewer, course: Resource, head: Course, based_on: str) -> None:
    """Keep what a course says of itself, written on the text whose fingerprint is ``based_on``; modules and cover stay.

    Conflict, changing nothing, where it says something else by now; BadInput for what cannot be kept.
    """

    def written(now: Course) -> Course:
        if _fingerprint(now) != based_on:
            raise Conflict(
                _("Otra persona, u otra pestaña tuya, guardó estos datos mientras los escribías."),
                advice=_("Lo que escribiste sigue aquí: compáralo con lo guardado y guarda otra vez."),
            )
        return changed(head, title=writing.checked_title(head.title), modules=now.modules, cover=now.cover)

    _change(session, viewer, course, written)


def add_module(session: Session, viewer: Viewer, course: Resource, module_id: int) -> Resource:
    """Put a module at the end. NotFound where it is neither published for the viewer nor theirs; Conflict if there."""
    module = session.scalar(select(Resource).where(_is_eligible(viewer), Resource.id == module_id))
    if module is None:
        raise NotFound(_("Ese módulo no está en la biblioteca ni es tuyo."))

    def added(now: Course) -> Course:
        if module.record_id in now.modules:
            raise Conflict(_ALREADY)
        if len(now.modules) >= MOST_MODULES:
            raise Conflict(_("Este curso ya tiene demasiados módulos."), advice=_("Repártelo en dos cursos."))
        return changed(now, modules=(*now.modules, module.record_id))

    _change(session, viewer, course, added)
    return module


def remove_module(session: Session, viewer: Viewer, course: Resource, record_id: str) -> None:
    """Take a module out of the course; the module itself stays. Removing it again changes nothing."""
    _change(session, viewer, course, lambda now: changed(now, modules=tuple(m for m in now.modules if m != record_id)))


def move_module(session: Session, viewer: Viewer, course: Resource, record_id: str, place: int) -> None:
    """Put a module at a place (from 1; beyond the end: the last). NotFound where it is not in the course."""

    def moved(now: Course) -> Course:
        if record_id not in now.modules:
            raise NotFound(_("Ese módulo ya no está en el curso."))
        others = [each for each in now.modules if each != record_id]
        others.insert(max(place, 1) - 1, record_id)
        return changed(now, modules=tuple(others))

    _change(session, viewer, course, moved)


def set_cover(session: Session, viewer: Viewer, course: Resource, image: Image | None) -> None:
    """Make one of the course's images its cover, or (None) have none."""
    if image is not None and image.resource_id != course.id:
        raise BadInput(detail=f"image {image.id} is not of course {course.id}")
    _change(session, viewer, course, lambda now: changed(now, cover=image.name if image else ""))


def chosen(session: Session, course: Resource, head: Course) -> list[Chosen]:
    """The modules of a draft in order, and what keeps its readers from studying them; two queries."""
    open_to_readers = groups.shared_by(session, course.audience, course.institution_id)
    named = (Resource.record_id.in_(head.modules), Resource.kind == Kind.MODULE)
    query = select(Resource).where(*named, _is_known_to_writers(session, course, open_to_readers))
    found = {each.record_id: each for each in session.scalars(query)} if head.modules else {}
    return [_chosen(each, found.get(each), open_to_readers) for each in head.modules]


def candidates(session: Session, viewer: Viewer, head: Course, words: str) -> list[Resource]:
    """Modules to choose from, those that are in it already left out: the viewer's own first, newest first.

    With words those that have them, their own by title, the library's as the search finds them; without, their own.
    """
    own = session.scalars(writing.mine(viewer).where(Resource.kind == Kind.MODULE).limit(200)).all()
    sought = fold(words).split()
    own = [each for each in own if all(word in fold(each.title) for word in sought)]
    ids = {each.id for each in own}
    found = [each for each in _published(session, viewer, words) if each.id not in ids] if sought else []
    return [each for each in [*own, *found] if each.record_id not in head.modules][: MOST_FOUND if sought else FEW]


def _published(session: Session, viewer: Viewer, words: str) -> Sequence[Resource]:
    query = Query(words, viewer.audiences, limit=2 * MOST_FOUND, kind=Kind.MODULE.value)
    order = [int(each) for each in current_index().ids(query)]
    rows = session.scalars(select(Resource).where(Resource.id.in_(order), _is_eligible(viewer)))
    return sorted(rows, key=lambda each: order.index(each.id))


def _is_eligible(viewer: Viewer) -> ColumnElement[bool]:
    own = writing.mine(viewer).with_only_columns(Resource.id).order_by(None)
    is_open = and_(Resource.state == ResourceState.PUBLISHED, Resource.audience.in_(viewer.audiences))
    return and_(Resource.kind == Kind.MODULE, or_(is_open, Resource.id.in_(own)))


def _is_known_to_writers(session: Session, course: Resource, open_to_readers: frozenset[str]) -> ColumnElement[bool]:
    """What a course names may have come in a file: it must not tell of others' drafts, nor of other institutions'."""
    writers = versions.authors(session, course)
    was_published = or_(Resource.state == ResourceState.PUBLISHED, Resource.published_at.is_not(None))
    is_near = or_(Resource.audience.in_(open_to_readers), Resource.institution_id == course.institution_id)
    added = select(Authorship.resource_id).where(Authorship.person_id.in_(writers))
    return or_(and_(was_published, is_near), Resource.owner_id.in_(writers), Resource.id.in_(added))


def _chosen(record_id: str, module: Resource | None, open_to_readers: frozenset[str]) -> Chosen:
    if module is None:
        return Chosen(record_id, None, _("Este módulo ya no está en la biblioteca."))
    if module.state in (ResourceState.DRAFT, ResourceState.RETURNED):
        return Chosen(record_id, module, _("Todavía no se entrega a la biblioteca."))
    if module.state is ResourceState.WITHDRAWN:
        return Chosen(record_id, module, _("La biblioteca lo retiró."))
    if module.audience not in open_to_readers:
        return Chosen(record_id, module, _("No todos los que verán el curso podrán abrirlo."))
    return Chosen(record_id, module, "", is_coming=module.state is ResourceState.WAITING)


def _change(session: Session, viewer: Viewer, course: Resource, change: Callable[[Course], Course]) -> None:
    draft = drafts.hold(session, course.id)
    now = drafts.head_of(course, draft)
    if not isinstance(now, Course):
        raise NotFound
    after = change(now)
    if after != now:
        drafts.put_head(viewer, course, draft, after)
        session.flush()


def _fingerprint(head: Course) -> str:
    return drafts.fingerprint(to_data(changed(head, modules=(), cover="")))
