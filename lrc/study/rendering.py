"""Lessons and questions as HTML in their module: with its images, its glossary, and what they name of the library."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog import library
from catalog.models import FileState, Kind, Resource, ResourceState
from lrc.richtext import lessons
from lrc.richtext.lessons import Held, Picture, Rendered
from lrc.study.content import Lesson, Module, PartContent, Quiz, to_data
from lrc.study.elsewhere import at_second, is_address
from lrc.study.models import Image
from lti.viewers import EVERYONE, Viewer, institution_audience

_MOST_WORDS_S = 5.0
"""Of the processor, for the words of a whole module; what is left then is taken as it was typed."""
_PAGES = {Kind.COURSE: ("study.course", "course_id"), Kind.MODULE: ("study.module", "module_id")}


@dataclass(frozen=True)
class Room:
    """What stands around the texts of a module, for one viewer: lrc.richtext.lessons.Surroundings."""

    glossary: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    """By record_id; those that the viewer may see."""
    audiences: frozenset[str] = frozenset()
    """Of whom every reader of the module is one."""

    def image(self, name: str) -> Picture | None:
        return self.pictures.get(name)

    def resource(self, record_id: str, page: int | None, second: int | None) -> Held | None:
        found = self.resources.get(record_id)
        if found is None:
            return None
        elsewhere = next(filter(is_address, found.identifiers), "") if second is not None and not found.file else ""
        return Held(
            title=found.title,
            url=at_second(elsewhere, second or 0) if elsewhere else _url(found, page),
            facts=" · ".join(_facts(found, page, second)),
            is_for_all=found.state is ResourceState.PUBLISHED and found.audience in self.audiences,
            is_elsewhere=bool(elsewhere),
        )


def surroundings_of(
    session: Session, viewer: Viewer, resource: Resource, module: Module, parts: Iterable[PartContent] | None = None
) -> Room:
    """What stands around some parts of a module, or all: one query for its images, one for the library's resources."""
    texts = [text for part in (module.parts if parts is None else parts) for text in _texts(part)]
    glossary = {each.term: each.meaning for each in module.glossary}
    named = lessons.mentions(*texts, *glossary.values())
    return Room(
        glossary=glossary,
        pictures=_pictures(session, resource, named.images) if named.images else {},
        resources=_resources(session, viewer, named.resources) if named.resources else {},
        audiences=_audiences_within(resource),
    )


def lesson_html(session: Session, viewer: Viewer, resource: Resource, module: Module, lesson: Lesson) -> Rendered:
    """A lesson of the module ``resource``, whose contents are ``module``."""
    return lessons.render(lesson.text, surroundings_of(session, viewer, resource, module, [lesson]))


def prose_html(
    session: Session, viewer: Viewer, resource: Resource, module: Module, quiz: Quiz
) -> Callable[[str], Markup]:
    """What makes HTML of the texts of a quiz: its intro, questions, options, feedback."""
    return partial(lessons.prose, around=surroundings_of(session, viewer, resource, module, [quiz]))


def plain_texts(module: Module) -> list[str]:
    """What a search finds in a module: of each part its title, a line feed, and its text without formatting.

    Of a quiz only the intro: what it asks, and what is right, is not to be found by searching.
    """
    end = time.thread_time() + _MOST_WORDS_S
    texts = []
    for part in module.parts:
        text = part.text if isinstance(part, Lesson) else part.intro
        is_in_time = time.thread_time() < end
        words = lessons.words(text, is_whole=isinstance(part, Lesson)) if is_in_time else " ".join(text.split())
        texts.append(f"{part.title}\n{words}")
    return texts


def _texts(part: PartContent) -> Iterator[str]:
    if isinstance(part, Lesson):
        yield part.text
    else:
        yield from _strings(to_data(part))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _pictures(session: Session, resource: Resource, names: Iterable[str]) -> dict[str, Picture]:
    query = select(Image.name, Image.width, Image.height).where(Image.resource_id == resource.id, Image.name.in_(names))
    return {
        name: Picture(url_for("study.image", resource_id=resource.id, name=name), width, height)
        for name, width, height in session.execute(query)
    }


def _resources(session: Session, viewer: Viewer, record_ids: Iterable[str]) -> dict[str, Resource]:
    query = library.visible_to(viewer).where(Resource.record_id.in_(record_ids)).options(joinedload(Resource.file))
    return {each.record_id: each for each in session.scalars(query)}


def _audiences_within(resource: Resource) -> frozenset[str]:
    """The audiences that everybody who may see the resource belongs to."""
    theirs = {EVERYONE, resource.audience}
    if resource.audience != EVERYONE and resource.institution_id is not None:
        theirs.add(institution_audience(resource.institution_id))
    return frozenset(theirs)


def _url(resource: Resource, page: int | None) -> str:
    if resource.kind in _PAGES:
        endpoint, name = _PAGES[resource.kind]
        values: dict[str, Any] = {name: resource.id}
        return url_for(endpoint, **values)
    file = resource.file
    if page and file is not None and file.state is FileState.READY and file.page_count:
        return url_for("catalog.read", resource_id=resource.id, page=min(page, file.page_count))
    return url_for("catalog.show", resource_id=resource.id)


def _facts(resource: Resource, page: int | None, second: int | None) -> Iterator[str]:
    """What a card says besides the title."""
    if resource.kind is Kind.COURSE:
        yield gettext("Curso")
    elif resource.kind is Kind.MODULE:
        yield gettext("Módulo")
    yield from resource.creators[:1]
    pages = resource.file.page_count if resource.file else 0
    if page and pages:
        yield gettext("página %(page)s de %(pages)s", page=min(max(page, 1), pages), pages=pages)
    elif pages:
        yield ngettext("%(num)s página", "%(num)s páginas", pages)
    if second:
        yield gettext("desde el minuto %(minute)s:%(second)s", minute=second // 60, second=f"{second % 60:02}")
