"""A course's grades for its teachers: the ledger of what was sent to the platform, and a student's work to review."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from catalog import courselinks, gradelist, openings, spreadsheets
from catalog.links import MODULE
from catalog.merging import leading
from catalog.models import Resource
from catalog.views.blueprint import as_table, blueprint
from catalog.views.course import own_course
from lrc.db import session
from lrc.errors import NotFound
from lrc.pagination import paginate
from lti import claims, grades, gradewords, memberships
from lti.models import Context, ResourceLink, ScoreState
from lti.viewers import Role, role_required

_MOST_SHOWN = 50
_LARGEST_ID = 2**31 - 1


@blueprint.get("/course/grades")
@role_required(Role.TEACHER)
def course_grades() -> str:
    """Every score of the course, the newest first, or those in one state."""
    context = own_course()
    state = _state()
    stretch = paginate(session, grades.of_context(context.id, state), request.args.get("page", 1, type=int))
    return render_template(
        "catalog/grades.html",
        context=context,
        stretch=stretch,
        state=state,
        counts=grades.counts(session, context.id),
        names=gradewords.STATE_NAMES,
        has_graded_links=grades.has_graded_links(session, context.id),
    )


@blueprint.get("/course/grades.csv")
@role_required(Role.TEACHER)
def course_grades_table() -> Response:
    """The same scores, all of them, as a table for a spreadsheet."""
    context = own_course()
    lines = gradelist.lines(session.scalars(grades.of_context(context.id, _state())))
    return as_table(lines, spreadsheets.file_name("notas", context))


@blueprint.post("/course/grades/<int(max=2147483647):score_id>/retry")
@role_required(Role.TEACHER)
def retry_grade(score_id: int) -> Response:
    """Have a score that Moodle refused be sent again."""
    grades.retry(session, grades.get_in_context(session, own_course().id, score_id))
    flash(_("La nota se está enviando otra vez."), "success")
    state = request.form.get("state") or None
    return redirect(url_for(".course_grades", state=state, page=request.form.get("page", type=int)), 303)


@blueprint.get("/course/work")
@role_required(Role.TEACHER)
def review_work() -> str | Response:
    """What somebody (``sub``: the platform's id) did with a link of the teacher's course.

    Moodle's gradebook leads here (LTI Submission Review 1.0); of a module on to the work itself.
    """
    context = own_course()
    link = _link(context)
    sub = request.args.get("sub", "")
    member = memberships.find(session, context.id, sub) if claims.is_id(sub) else None
    person_id = member.person_id if member else None
    modules = courselinks.modules_of(session, link)
    if link.kind == MODULE and modules and person_id:
        return redirect(url_for("study.work", module_id=modules[0].id, person_id=person_id))
    named = leading.by_record(session, select(Resource), [link.target]).get(link.target)
    opened = session.execute(openings.of_person(context.id, person_id, _MOST_SHOWN)).all() if person_id else []
    scores = session.scalars(grades.of_person(link.id, person_id).limit(_MOST_SHOWN)).all() if person_id else []
    return render_template(
        "catalog/work.html",
        context=context,
        link=link,
        modules=modules,
        member=member,
        name=(member.name if member else "") or _("Sin nombre (%(sub)s)", sub=sub),
        here=[opening for opening, resource in opened if resource is named],
        elsewhere=[each for each in opened if each[1] is not named],
        scores=scores,
    )


def _link(context: Context) -> ResourceLink:
    """The link that the address names; NotFound where it is another course's."""
    link_id = request.args.get("link_id", 0, type=int)
    link = session.get(ResourceLink, link_id) if 0 < link_id <= _LARGEST_ID else None
    if link is None or link.context_id != context.id:
        raise NotFound(_("Ese enlace no es de este curso."))
    return link


def _state() -> ScoreState | None:
    asked = request.args.get("state", "")
    return ScoreState(asked) if asked in set(ScoreState) else None
