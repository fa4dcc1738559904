"""A tutor's pages: their groups, the members of one, and the decisions on their diplomas."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from catalog import cohorts
from catalog.models import Cohort, Course
from lrc.db import session
from lrc.errors import BadInput
from lrc.pagination import paginate
from lrc.study import memberwork, syllabus, tutoring
from lrc.study.classroom import STILL_AFTER, State
from lrc.study.tutoring import Decision
from lrc.study.views.blueprint import blueprint
from lti.viewers import role_required, viewer

GROUP = "/tutoring/<int(max=2147483647):cohort_id>"
MEMBER = GROUP + "/<int(max=2147483647):enrolment_id>"
STATES = {
    State.STUCK: lazy_gettext("Se detuvo"),
    State.NOT_BEGUN: lazy_gettext("No empezó"),
    State.UNDER_WAY: lazy_gettext("En camino"),
    State.DONE: lazy_gettext("Terminó"),
}


@blueprint.get("/tutoring", endpoint="tutoring")
@role_required()
def groups() -> str:
    stretch = paginate(session, tutoring.of_tutor(viewer), request.args.get("page", 1, type=int))
    return render_template(
        "study/tutoring/groups.html",
        stretch=stretch,
        standings=cohorts.standings(session, stretch.items),
    )


@blueprint.get(GROUP, endpoint="group")
@role_required()
def group(cohort_id: int) -> str:
    return _page(tutoring.get(session, viewer, cohort_id))


@blueprint.get(MEMBER, endpoint="member")
@role_required()
def member(cohort_id: int, enrolment_id: int) -> str:
    """The modules of the course as they stand for one member, each leading to what they did in it."""
    g.kept_nowhere = True
    place = memberwork.get(session, viewer, cohort_id, enrolment_id)
    return render_template(
        "study/tutoring/member.html",
        place=place,
        works=memberwork.works(session, place),
        count_parts=syllabus.count_parts,
    )


@blueprint.post(MEMBER, endpoint="decide_diploma")
@role_required()
def decide(cohort_id: int, enrolment_id: int) -> str | Response:
    """Approve a diploma, or say what is missing; a remark that cannot be is shown again beside what is wrong."""
    cohort = tutoring.get(session, viewer, cohort_id)
    remark = request.form.get("remark", "")
    decision = Decision(request.form.get("decision") == "approve", remark)
    try:
        tutoring.decide(session, viewer, cohort, enrolment_id, decision)
    except BadInput as error:
        return make_response(_page(cohort, enrolment_id, remark, error.message), error.status)
    flash(
        _("Aprobado: ya puede pedir su diploma.") if decision.is_approved else _("Guardado: lo verá en el curso."),
        "success",
    )
    return redirect(url_for(".group", cohort_id=cohort_id), 303)


def _page(cohort: Cohort, enrolment_id: int = 0, remark: str = "", trouble: object = "") -> str:
    g.kept_nowhere = True
    members = tutoring.members(session, cohort)
    course = session.get(Course, cohort.course_id)
    return render_template(
        "study/tutoring/group.html",
        cohort=cohort,
        standing=cohorts.standing(session, cohort),
        members=members,
        counts=tutoring.counts(members),
        states=STATES,
        still_days=STILL_AFTER.days,
        gives_certificate=course is not None and course.gives_certificate,
        own_id=viewer.person_id,
        may_decide=cohort.tutor_id == viewer.person_id,
        wrong={"enrolment_id": enrolment_id, "remark": remark, "trouble": trouble},
    )
