"""Whose way through which module a page shows: the module, the study where it was begun, and the contents."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from catalog import library, versions
from catalog.models import Kind, Resource, ResourceState
from lrc.db import release, session, transaction
from lrc.errors import NotFound
from lrc.study import attempts, journal, outline, rendering, scoring, studies, writing
from lrc.study.content import Lesson, Module, Quiz
from lrc.study.models import Attempt, EntryKind, Study
from lrc.study.outline import Outline, Step
from lti.viewers import viewer

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Way:
    """A module as one person has it: in the version that they are in, or the one that they would begin."""

    resource: Resource
    study: Study | None
    content: Module
    outline: Outline
    is_preview: bool = False
    """Whether an author looks at the draft as a student would; nothing is kept of that."""

    def step(self, key: str) -> Step:
        """The part of this key. NotFound."""
        found = self.outline.step(key)
        if found is None:
            raise NotFound(_("Esa parte no está en este módulo."))
        return found

    @property
    def is_open(self) -> bool:
        """Whether it may be begun, and gone on with."""
        return self.resource.state is ResourceState.PUBLISHED

    @property
    def minutes(self) -> int:
        """How long it takes; 0 where nobody said."""
        return self.content.minutes or sum(each.minutes for each in self.content.parts)

    @property
    def has_quiz(self) -> bool:
        return any(isinstance(each, Quiz) for each in self.content.parts)


def get(module_id: int) -> Way:
    """The viewer's way through a module. NotFound where it is not for them; NothingToStudy where it was taken back."""
    study = _find(module_id)
    resource = _resource(module_id, study)
    if study is not None:
        return Way(resource, study, studies.module_of(study), outline.of_study(session, study))
    version = versions.published(session, resource.id)
    if version is None:
        raise studies.NothingToStudy
    content = studies.module_at(session, version.id)
    return Way(resource, None, content, outline.of_module(content))


def begun(module_id: int) -> Study:
    """The viewer's study of a module, begun where it was not. Of their own module authors have a trial only."""
    study = _find(module_id)
    resource = _resource(module_id, study)
    if study is None:
        study = studies.begin(session, viewer, resource, trial=writing.writes(session, viewer, resource))
    return study


def is_own_draft(module_id: int) -> bool:
    """Whether it was never published and the viewer writes it: they may see it, as a preview."""
    resource = session.scalar(select(Resource).where(Resource.id == module_id))
    if resource is None or versions.published(session, module_id) is not None:
        return False
    return writing.writes(session, viewer, resource)


def arrive(module_id: int, key: str) -> Way:
    """As get, at one part: that the person is there is noted, and an attempt whose time is over is submitted first.

    Both in a transaction of their own, where there is something to write: the page itself only reads. Where the
    database is too busy for that the page comes all the same.
    """
    found = get(module_id)
    step = found.step(key)
    if found.study is None or (found.study.last_part == key and not _is_over(step)):
        return found
    try:
        with transaction() as own:
            _note(own, found.study.id, step)
    except OperationalError as error:
        log.warning("the opening of part %s of study %s was not noted: %s", key, found.study.id, error.orig)
        return found
    release()  # what was just written is not in what this request has begun to read
    return get(module_id)


def page(template: str, way: Way, **values: object) -> str:
    """A page of the module, whose links stay in the preview where it is one."""
    module_id = way.resource.id
    front, part = (".preview", ".preview_part") if way.is_preview else (".module", ".part")
    return render_template(
        template,
        way=way,
        is_preview=way.is_preview,
        module_url=partial(url_for, front, module_id=module_id),
        part_url=lambda key, **more: url_for(part, module_id=module_id, part=key, **more),
        scoring=scoring,
        **values,
    )


def lesson_html(way: Way, lesson: Lesson) -> Markup:
    """The text of a lesson as safe HTML."""
    return rendering.lesson_html(session, viewer, way.resource, way.content, lesson).html


def prose(way: Way) -> Callable[[str], Markup]:
    """Makes safe HTML of what a quiz of the module says in Markdown."""
    return rendering.prose_html(session, viewer, way.resource, way.content)


def _note(own: Session, study_id: int, step: Step) -> None:
    journal.write(own, own.get_one(Study, study_id), [journal.new(EntryKind.OPENED, step.part.key)])
    if step.open_try is not None:
        attempts.close_if_over(own, own.get_one(Attempt, step.open_try.id))


def _is_over(step: Step) -> bool:
    return step.open_try is not None and scoring.is_over(step.open_try)


def _find(module_id: int) -> Study | None:
    """The viewer's study; not the trial of who wrote it once, which may be of a version that was never published."""
    study = studies.find(session, viewer.person_id, module_id)
    if study is not None and study.is_trial and not writing.writes(session, viewer, study.module):
        return None
    return study


def _resource(module_id: int, study: Study | None) -> Resource:
    query = library.visible_to(viewer).where(Resource.id == module_id, Resource.kind == Kind.MODULE)
    found = session.scalar(query)
    if found is not None:
        return found
    if study is None:
        raise NotFound
    raise studies.NothingToStudy(
        _("Este módulo ya no está disponible: la biblioteca lo retiró."),
        advice=_("Lo que hiciste queda guardado. Si lo necesitas, pregunta a tu docente."),
    )
