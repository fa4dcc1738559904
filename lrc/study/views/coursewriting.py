"""Writing a course: what it says of itself, its modules in order, its cover, and handing it in."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from catalog import cohorts, versions
from catalog.forms import LANGUAGE_NAMES, LICENSE_NAMES, STEP_NAMES, audience_name
from catalog.models import Resource
from lrc.db import session
from lrc.errors import BadFile, BadInput, Conflict, TooLarge, Unavailable
from lrc.study import authors, coursechecks, coursewriting, pictures, standings, writing
from lrc.study.content import Course
from lrc.study.courseforms import CourseForm
from lrc.study.models import Image
from lrc.study.views.blueprint import blueprint
from lrc.study.views.images import taken_in
from lrc.study.views.numbers import whole
from lti.viewers import role_required, viewer
from search.levels import LEVELS

WRITING = "/writing/courses/<int(max=2147483647):course_id>"
_LONGEST_WORDS = 200
_TROUBLE = (BadInput, BadFile, Conflict, TooLarge, Unavailable)


@blueprint.post("/writing/courses", endpoint="create_course")
@role_required(*writing.WRITERS)
def create_course() -> Response:
    course = coursewriting.create(session, viewer, request.form.get("title", ""))
    flash(_("Ya tienes tu curso. Cuenta de qué trata y elige sus módulos."), "success")
    return redirect(url_for(".write_course", course_id=course.id), 303)


@blueprint.get(WRITING, endpoint="write_course")
@role_required(*writing.WRITERS)
def write_course(course_id: int) -> str:
    return _course_page(coursewriting.get(session, viewer, course_id))


def _course_page(course: Resource, note: str = "", trouble: object = "") -> str:
    """A course's editor, also with a note that could not be taken and why."""
    head = writing.get_head(session, course, Course)
    words = " ".join(request.args.get("q", "").split())[:_LONGEST_WORDS]
    return render_template(
        "study/writing/course.html",
        course=course,
        head=head,
        cover=session.scalars(select(Image).where(Image.resource_id == course.id, Image.name == head.cover)).first(),
        progress=standings.of(session, [course])[course.id],
        chosen=coursewriting.chosen(session, course, head),
        found=coursewriting.candidates(session, viewer, head, words),
        words=words,
        findings=coursechecks.check(session, course, head),
        authors=session.scalars(authors.of_resource(course)).all(),
        published=versions.published(session, course.id),
        may_run=cohorts.may_run(session, viewer, course) and course.published_at is not None,
        note=note,
        trouble=trouble,
        steps=STEP_NAMES,
        levels=LEVELS,
        licenses=LICENSE_NAMES,
        audience_name=audience_name,
    )


@blueprint.route(WRITING + "/about", methods=["GET", "POST"], endpoint="write_course_head")
@role_required(*writing.WRITERS)
def write_head(course_id: int) -> str | Response:
    course = coursewriting.get(session, viewer, course_id)
    head = writing.get_head(session, course, Course)
    based_on = coursewriting.fingerprint(session, course)
    now = CourseForm.of_course(head, audience=course.audience, based_on=based_on)
    return _save_head(course, head, now) if request.method == "POST" else _head_page(course, now)


def _save_head(course: Resource, head: Course, now: CourseForm) -> Response:
    """Keep what was typed; or show it again with what is wrong, or with what somebody else has saved meanwhile."""
    form = CourseForm.of_form(request.form)
    typed = form.checked_course(head)
    if form.errors:
        return make_response(_head_page(course, form), BadInput.status)
    try:
        coursewriting.save(session, viewer, course, typed, form.based_on)
        if course.published_at is None and form.audience != now.audience:
            writing.set_audience(session, viewer, course, form.audience)
    except Conflict as conflict:
        form.based_on = now.based_on
        return make_response(_head_page(course, form, conflict=conflict, now=now), conflict.status)
    except BadInput as error:
        form.errors["audience"] = error.message
        return make_response(_head_page(course, form), error.status)
    flash(_("Guardado."), "success")
    return redirect(url_for(".write_course", course_id=course.id), 303)


def _head_page(
    course: Resource, form: CourseForm, conflict: Conflict | None = None, now: CourseForm | None = None
) -> str:
    return render_template(
        "study/writing/course_head.html",
        course=course,
        form=form,
        conflict=conflict,
        now=now,
        levels=LEVELS,
        languages_of=LANGUAGE_NAMES,
        licenses=LICENSE_NAMES,
        audience_name=audience_name,
    )


@blueprint.post(WRITING + "/modules", endpoint="course_modules")
@role_required(*writing.WRITERS)
def change_modules(course_id: int) -> Response:
    """Add, move or take out a module, as the pressed button says."""
    course = coursewriting.get(session, viewer, course_id)
    form = request.form
    record_id = form.get("module", "")
    if "add" in form:
        added = coursewriting.add_module(session, viewer, course, form.get("add", 0, type=whole))
        flash(_("«%(title)s» ya está en el curso.", title=added.title), "success")
    elif "remove" in form:
        coursewriting.remove_module(session, viewer, course, record_id)
    else:
        coursewriting.move_module(session, viewer, course, record_id, form.get("place", 1, type=whole))
    words = form.get("q", "")[:_LONGEST_WORDS] or None
    return redirect(url_for(".write_course", course_id=course.id, q=words, _anchor="modules"), 303)


@blueprint.post(WRITING + "/cover", endpoint="course_cover")
@role_required(*writing.WRITERS)
def change_cover(course_id: int) -> Response:
    """Take a picture in as the cover, or have none."""
    course = coursewriting.get(session, viewer, course_id)
    if "remove" in request.form:
        coursewriting.set_cover(session, viewer, course, None)
        return redirect(url_for(".write_course", course_id=course_id, _anchor="cover"), 303)
    try:
        image = taken_in(course_id, pictures.small)
        coursewriting.set_cover(session, viewer, coursewriting.get(session, viewer, course_id), image)
    except _TROUBLE as error:
        flash(str(error.message), "error")
    return redirect(url_for(".write_course", course_id=course_id, _anchor="cover"), 303)


@blueprint.post(WRITING + "/hand-in", endpoint="hand_in_course")
@role_required(*writing.WRITERS)
def hand_in(course_id: int) -> str | Response:
    course = coursewriting.get(session, viewer, course_id)
    note = request.form.get("note", "")
    try:
        version = coursechecks.hand_in(session, viewer, course, note)
    except (Conflict, BadInput) as error:
        return make_response(_course_page(coursewriting.get(session, viewer, course_id), note, error), error.status)
    flash(
        _(
            "Entregaste la versión %(number)s. La biblioteca la revisará; su respuesta aparecerá aquí.",
            number=version.number,
        ),
        "success",
    )
    return redirect(url_for(".write_course", course_id=course.id), 303)
