"""The groups of a course, for who runs them: opening one, changing it, cancelling it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import cohorts, library
from catalog.cohorts import Plan, PlanMisfit
from catalog.models import Cohort, Kind, Resource
from lrc.db import session
from lrc.errors import BadInput, NotAllowed
from lrc.study import writing
from lrc.study.groupforms import GroupForm
from lrc.study.views.blueprint import blueprint
from lti import people
from lti.models import Person
from lti.viewers import role_required, viewer

GROUPS = "/writing/courses/<int(max=2147483647):course_id>/groups"
GROUP = GROUPS + "/<int(max=2147483647):cohort_id>"
_MOST_FOUND = 12


def _course(course_id: int) -> Resource:
    """The course, for who runs its groups."""
    found = session.scalar(library.visible_to(viewer).where(Resource.id == course_id, Resource.kind == Kind.COURSE))
    if found is None:
        found = writing.get_for_writing(session, viewer, course_id, Kind.COURSE)
    if not cohorts.may_run(session, viewer, found):
        raise NotAllowed(_("Los grupos de un curso los organizan quienes lo escriben y la biblioteca."))
    return found


@blueprint.route(GROUPS, methods=["GET", "POST"], endpoint="course_groups")
@role_required(*writing.WRITERS)
def groups(course_id: int) -> str | Response:
    """The groups of a course, and opening another."""
    course = _course(course_id)
    if request.method == "GET":
        return _page(course, GroupForm(tutor=str(viewer.person_id)))
    form = GroupForm.of_form(request.form)
    if "find" in request.form:
        return _page(course, form)
    if not _is_kept(form, lambda plan: cohorts.create(session, viewer, course, plan)):
        return make_response(_page(course, form), BadInput.status)
    flash(_("Abriste el grupo: ya se ve en la página del curso."), "success")
    return redirect(url_for(".course_groups", course_id=course_id), 303)


@blueprint.route(GROUP, methods=["GET", "POST"], endpoint="course_group")
@role_required(*writing.WRITERS)
def change(course_id: int, cohort_id: int) -> str | Response:
    course = _course(course_id)
    cohort = cohorts.get(session, course_id, cohort_id)
    if request.method == "GET":
        return _page(course, GroupForm.of_cohort(cohort), cohort)
    form = GroupForm.of_form(request.form)
    if "find" in request.form:
        return _page(course, form, cohort)
    if not _is_kept(form, lambda plan: cohorts.change(session, viewer, cohort, plan)):
        return make_response(_page(course, form, cohort), BadInput.status)
    flash(_("Guardado."), "success")
    return redirect(url_for(".course_groups", course_id=course_id), 303)


@blueprint.post(GROUP + "/cancel", endpoint="cancel_group")
@role_required(*writing.WRITERS)
def cancel(course_id: int, cohort_id: int) -> Response:
    _course(course_id)
    cohorts.cancel(session, viewer, cohorts.get(session, course_id, cohort_id))
    flash(_("Cancelaste el grupo. Quienes estaban en él lo verán en «Mis estudios»."), "success")
    return redirect(url_for(".course_groups", course_id=course_id), 303)


def _is_kept(form: GroupForm, step: Callable[[Plan], object]) -> bool:
    """Take the step with what was typed; where something cannot be, the form says what."""
    plan = form.plan()
    try:
        if plan is not None:
            step(plan)
    except PlanMisfit as error:
        form.errors[error.field] = error.message
    return not form.errors


def _page(course: Resource, form: GroupForm, cohort: Cohort | None = None) -> str:
    g.kept_nowhere = True
    return render_template(
        "study/writing/course_groups.html",
        course=course,
        form=form,
        cohort=cohort,
        standings=cohorts.of_course(session, course.id),
        tutors=_tutors(form),
    )


def _tutors(form: GroupForm) -> Sequence[Person]:
    """Who may be chosen: whoever is, then those whose name has the words typed."""
    everyone = people.teaching(viewer.institution_id)
    chosen = int(form.tutor) if form.tutor.isascii() and form.tutor.isdigit() and len(form.tutor) < 10 else 0
    first = session.scalars(everyone.where(Person.id == chosen)).all()
    if not form.tutor_words:
        return first
    found = session.scalars(people.teaching(viewer.institution_id, form.tutor_words).limit(_MOST_FOUND)).all()
    return [*first, *(each for each in found if each.id != chosen)]
