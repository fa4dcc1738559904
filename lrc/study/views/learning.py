"""What a student sees of a module: its front page, its lessons, and moving to a newer version."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.models import Resource
from lrc.db import session
from lrc.errors import NotFound
from lrc.study import classroom, journal, marks, moving, outline, studies, writing
from lrc.study.content import Lesson, Module
from lrc.study.models import EntryKind, Study
from lrc.study.outline import Step
from lrc.study.views import quizzes, way
from lrc.study.views.blueprint import MODULE, PART, blueprint
from lrc.study.views.way import Way
from lti import gradewords
from lti.viewers import role_required, viewer
from search.levels import LEVELS


@blueprint.get(MODULE)
@role_required()
def module(module_id: int) -> str | Response:
    """A module's front page: what it is, what is done, and one button to begin or go on."""
    try:
        found = way.get(module_id)
    except (NotFound, studies.NothingToStudy):
        if not way.is_own_draft(module_id):
            raise
        return redirect(url_for(".preview", module_id=module_id))
    return way.page(
        "study/module.html",
        found,
        newer=moving.newer(session, found.study) if found.study else None,
        courses=session.scalars(marks.courses_with(viewer, found.resource)).all(),
        under_way=session.scalars(marks.courses_under_way(viewer, found.resource)).all(),
        marks=marks.of_module(session, viewer, found.resource),
        gradewords=gradewords,
        levels=LEVELS,
        may_write=viewer.is_teacher and writing.writes(session, viewer, found.resource),
        has_class=_has_class(found),
    )


def _has_class(found: Way) -> bool:
    """Whether a teacher can see how their class stands in the module."""
    if not viewer.is_teacher or viewer.context_id is None:
        return False
    its = classroom.modules(viewer.context_id).where(Resource.id == found.resource.id)
    return session.scalar(its) is not None


@blueprint.post(MODULE + "/begin")
@role_required()
def begin(module_id: int) -> Response:
    """Begin, or go on where one stopped."""
    study = way.begun(module_id)
    here = outline.of_study(session, study).here
    if here is None:
        return redirect(url_for(".module", module_id=module_id), 303)
    return redirect(url_for(".part", module_id=module_id, part=here.part.key), 303)


@blueprint.post(MODULE + "/move")
@role_required()
def move_on(module_id: int) -> Response:
    """Move to the newer version, keeping what is done."""
    moving.move_on(session, way.begun(module_id))
    flash(_("Ya estás en la versión nueva. Lo que leíste y aprobaste se conserva."), "success")
    return redirect(url_for(".module", module_id=module_id), 303)


@blueprint.get(PART)
@role_required()
def part(module_id: int, part: str) -> str | Response:
    """A lesson or a quiz."""
    found = way.arrive(module_id, part)
    step = found.step(part)
    if isinstance(step.part, Lesson):
        return lesson_page(found, step, step.part)
    return quizzes.show(found, step, step.part)


def lesson_page(found: Way, step: Step, lesson: Lesson) -> str:
    """The page of one lesson."""
    return way.page(
        "study/lesson.html",
        found,
        step=step,
        lesson=lesson,
        text=way.lesson_html(found, lesson),
        after=found.outline.after(step),
        before=found.outline.before(step),
        sequence=journal.greatest(session, found.study) if found.study else 0,
    )


@blueprint.post(PART + "/read")
@role_required()
def read_lesson(module_id: int, part: str) -> Response:
    """Keep that a lesson was read, and go on to what follows; after the last part to the front page."""
    study = way.begun(module_id)
    _write_read(study, part)
    if study.finished_at is not None:
        flash(_("Terminaste este módulo. ¡Felicitaciones!"), "success")
    key = _following(studies.module_of(study), part)
    if key is None:
        return redirect(url_for(".module", module_id=module_id), 303)
    return redirect(url_for(".part", module_id=module_id, part=key), 303)


def _write_read(study: Study, part: str) -> None:
    if part not in study.read_parts:
        receipt = journal.write(session, study, [journal.new(EntryKind.READ, part)])
        for why in receipt.refused.values():
            flash(str(why), "error")


def _following(module: Module, key: str) -> str | None:
    keys = [each.key for each in module.parts]
    return keys[keys.index(key) + 1] if key in keys[:-1] else None
