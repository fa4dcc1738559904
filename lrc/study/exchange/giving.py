"""What is in the database, as the folders and files that go out: drafts as they stand, or what is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import review, versions
from catalog.models import Kind, Resource
from lrc.errors import NotFound
from lrc.storage import current_storage
from lrc.study import images, writing
from lrc.study.content import Course, Module, Quiz, from_data
from lrc.study.exchange import losses
from lrc.study.exchange.folders import CourseFolder, ModuleFolder
from lrc.study.models import Draft
from lti.viewers import Viewer

Head = TypeVar("Head", Course, Module)


def module_folder(session: Session, resource: Resource, *, published: bool = False) -> ModuleFolder:
    """A module with its images: what is being written, or the version in force. NotFound where there is none.

    Of what is published no images that only what is being written shows.
    """
    module = _published(session, resource, Module) if published else writing.manuscript(session, resource)
    pictures = _pictures(session, resource, images.named_in(module)) if published else pictures_of(session, resource)
    return ModuleFolder(module, pictures, resource.record_id)


def course_folder(
    session: Session, viewer: Viewer | None, resource: Resource, *, published: bool = False
) -> CourseFolder:
    """A course with those of its modules that the viewer (None: whoever runs this machine) may take out.

    Of modules that the viewer writes the draft, of others what is published, for librarians who review them.
    """
    course = _published(session, resource, Course) if published else writing.get_head(session, resource, Course)
    modules = [
        module_folder(session, each, published=published or not _has_draft(session, viewer, each))
        for each in _modules(session, viewer, course.modules)
    ]
    return CourseFolder(course, tuple(modules), pictures_of(session, resource), resource.record_id)


def pictures_of(session: Session, resource: Resource, shown_in: Quiz | None = None) -> dict[str, bytes]:
    """The bytes of its images by their names; only of those that a quiz's questions show, where one is given."""
    return _pictures(session, resource, None if shown_in is None else losses.images_of(shown_in))


def _pictures(session: Session, resource: Resource, names: Collection[str] | None) -> dict[str, bytes]:
    found = {each.name: each.key for each in session.scalars(images.of_resource(resource))}
    wanted = found.keys() if names is None else found.keys() & names
    return {name: current_storage().read(found[name]) for name in sorted(wanted)}


def _published(session: Session, resource: Resource, kind: type[Head]) -> Head:
    version = versions.published(session, resource.id)
    if version is None:
        raise NotFound(detail=f"nothing of {resource.record_id} is published")
    return from_data(version.content, kind)


def _modules(session: Session, viewer: Viewer | None, record_ids: Iterable[str]) -> list[Resource]:
    """The modules of a course, in order, that may be taken out and of which there is something."""
    wanted = list(record_ids)
    query = select(Resource).where(Resource.record_id.in_(wanted), Resource.kind == Kind.MODULE)
    found = {each.record_id: each for each in session.scalars(query)}
    return [found[each] for each in wanted if each in found and _is_open(session, viewer, found[each])]


def _is_open(session: Session, viewer: Viewer | None, module: Resource) -> bool:
    """To who writes it, and to the librarians who review it: what goes out has the right answers of its quizzes."""
    if _has_draft(session, viewer, module):
        return True
    if versions.published(session, module.id) is None:
        return False
    return viewer is None or review.may_withdraw(viewer, module)


def _has_draft(session: Session, viewer: Viewer | None, module: Resource) -> bool:
    if viewer is not None:
        return writing.writes(session, viewer, module)
    return session.get(Draft, module.id) is not None
