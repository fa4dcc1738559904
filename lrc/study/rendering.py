"""Lessons and questions as HTML in their module: with its images, its glossary, and what they name of the library."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import library
from catalog.merging import leading
from catalog.models import FileState, Kind, Resource, ResourceState
from lrc.richtext import lessons
from lrc.richtext.lessons import Held, Picture, Rendered
from lrc.study.content import Lesson, Module, PartContent, Quiz, to_data
from lrc.study.elsewhere import at_second, is_address
from lrc.study.models import Image
from lti import groups
from lti.viewers import Viewer

_MOST_WORDS_S = 5.0
"""Of the processor, for the words of a whole module; what is left then is taken as it was typed."""
_PAGES = {Kind.COURSE: ("study.course", "course_id"), Kind.MODULE: ("study.module", "module_id")}


class Room:
    """What stands around the texts of a module, for one viewer: lrc.richtext.lessons.Surroundings.

    What they name is looked up when the first text asks for it: all images by one query, all resources by another.
    """

    def __init__(self, session: Session, viewer: Viewer, resource: Resource, module: Module) -> None:
        self._session, self._viewer, self._resource = session, viewer, resource
        self._parts: Sequence[PartContent] = module.parts
        self.glossary = {each.term: each.meaning for each in module.glossary}

    def around(self, *parts: PartContent) -> Room:
        """The same for these parts alone, whether the module has them so or they are just being written."""
        self._parts = parts
        return self

    def image(self, name: str) -> Picture | None:
        return self._pictures.get(name)

    def resource(self, record_id: str, page: int | None, second: int | None) -> Held | None:
        found = self._resources.get(record_id)
        if found is None:
            return None
        elsewhere = next(filter(is_address, found.identifiers), "") if second is not None and not found.file else ""
        return Held(
            title=found.title,
            url=at_second(elsewhere, second or 0) if elsewhere else _url(found, page),
            facts=" · ".join(_facts(found, page, second)),
            is_for_all=found.state is ResourceState.PUBLISHED and found.audience in self._shared,
            is_elsewhere=bool(elsewhere),
        )

    @cached_property
    def _shared(self) -> frozenset[str]:
        """The audiences that everybody who may study the module belongs to."""
        return groups.shared_by(self._session, self._resource.audience, self._resource.institution_id)

    @cached_property
    def _named(self) -> lessons.Mentions:
        return lessons.mentions(*self.glossary.values(), *(text for part in self._parts for text in _texts(part)))

    @cached_property
    def _pictures(self) -> dict[str, Picture]:
        owner = self._resource.id
        query = select(Image.name, Image.width, Image.height).where(
            Image.resource_id == owner, Image.name.in_(self._named.images)
        )
        return {
            name: Picture(url_for("study.image", resource_id=owner, name=name), width, height)
            for name, width, height in self._session.execute(query)
        }

    @cached_property
    def _resources(self) -> dict[str, Resource]:
        """By record_id; those that the viewer may see."""
        return leading.by_record(self._session, library.visible_to(self._viewer), self._named.resources)


def surroundings_of(session: Session, viewer: Viewer, resource: Resource, module: Module) -> Room:
    """What stands around all texts of the module ``resource``, whose contents are ``module``."""
    return Room(session, viewer, resource, module)


def lesson_html(session: Session, viewer: Viewer, resource: Resource, module: Module, lesson: Lesson) -> Rendered:
    """A lesson of the module, or one that is being written for it."""
    return lessons.render(lesson.text, surroundings_of(session, viewer, resource, module).around(lesson))


def prose_html(session: Session, viewer: Viewer, resource: Resource, module: Module) -> Callable[[str], Markup]:
    """What makes HTML of the texts of the module's quizzes: their intros, questions, options, feedback."""
    quizzes = [each for each in module.parts if isinstance(each, Quiz)]
    return partial(lessons.prose, around=surroundings_of(session, viewer, resource, module).around(*quizzes))


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
