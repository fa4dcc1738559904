"""The pages of the practice LMS: who one is, a course with its activities, one activity, and copying a course."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lrc.practice.classroom import NEVER_COMES, PEOPLE
from lrc.practice.copying import copy_course
from lrc.practice.launching import asked_course, asked_person, document_target, is_as_student, may_teach, place
from lrc.practice.site import site
from lrc.practice.state import Activity, Course
from lti.roles import INSTRUCTOR, SYSTEM_ADMINISTRATOR

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def choose() -> str:
    return _choice()


def _choice(chosen: str = "") -> str:
    """The page where one chooses who one is, and the course unless it is ``chosen``."""
    people = [each for each in PEOPLE.values() if each.sub != NEVER_COMES]
    return render_template(
        "choose.html",
        people=[each for each in people if not each.is_numbered],
        numbered=[each for each in people if each.is_numbered],
        courses=site().store.state.courses.values(),
        chosen=chosen,
    )


@blueprint.get("/course/view.php")
def course() -> str:
    """The course, with the library in a frame and its other activities listed beside it.

    Where the address names nobody, as in a tool's ways back, one chooses first who one is, as one logs in to Moodle.
    """
    found = asked_course()
    if "as" not in request.args:
        return _choice(found.id)
    mine = site().store.state.of_course(found.id)
    return _shown("course.html", found, mine[0] if mine else None)


@blueprint.get("/mod/lti/view.php")
def activity() -> str | Response:
    """One activity, as its container says: in a frame, in a new window, or (always on phones) in this window.

    With ``action=gradeReport`` and ``user`` it opens the review of that student's work.
    """
    found = site().activity(request.args.get("cm", ""))
    if found.course_id != asked_course().id:
        abort(404)
    if document_target(found) == "frame":
        return redirect(url_for("launching.launch", **place(cm=found.id, review=_reviewed() or None)), 302)
    return _shown("activity.html", asked_course(), found)


@blueprint.post("/course/copy.php")
def copy() -> Response:
    """Copy the course as a backup restored into a new course does."""
    source, person = asked_course(), asked_person()
    if not may_teach(source, person):
        abort(403)
    with site().store.changing() as state:
        made = copy_course(state, source)
    return redirect(url_for(".course", **place(id=made.id)), 303)


@blueprint.get("/mod/lti/return.php")
def returned() -> Response:
    """Where a tool sends people back to (launch_presentation.return_url): their course, with what the tool says."""
    person, found = site().person_of(request.args.get("sesskey", "")), request.args.get("course", "")
    if person is None:
        return redirect(url_for(".choose"), 302)
    said = request.args.get("lti_errormsg") or request.args.get("lti_msg") or None
    return redirect(url_for(".course", **place(**{"id": site().course(found).id, "as": person.sub, "said": said})), 302)


def _shown(template: str, found: Course, opened: Activity | None) -> str:
    person, state = asked_person(), site().store.state
    parts = urlsplit(state.tools[opened.tool_id].url if opened else site().tool_url)
    teaches = may_teach(found, person)
    return render_template(
        template,
        course=found,
        person=person,
        activities=state.of_course(found.id),
        activity=opened,
        column=state.own_column(opened.id) if opened else None,
        tools=[each for each in state.tools.values() if each.is_active and each.in_chooser] if teaches else [],
        every_tool=state.tools,
        teaches=teaches,
        can_switch=INSTRUCTOR in person.roles,
        administers=SYSTEM_ADMINISTRATOR in person.roles,
        as_student=is_as_student(),
        tool_origin=f"{parts.scheme}://{parts.netloc}",
        kept=place(),
        reviewed=_reviewed(),
    )


def _reviewed() -> str:
    return request.args.get("user", "") if request.args.get("action") == "gradeReport" else ""
