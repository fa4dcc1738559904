"""The gradebook page: a teacher sees and overrides grades and opens a student's work; a student sees their own."""

from __future__ import annotations

import re

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lrc.practice.classroom import PEOPLE, STUDENT
from lrc.practice.launching import asked_course, asked_person, may_teach, place
from lrc.practice.site import site
from lrc.practice.state import Grade

blueprint = Blueprint("gradebook", __name__)


@blueprint.get("/grade/report.php")
def report() -> str:
    course, person = asked_course(), asked_person()
    teaches = may_teach(course, person)
    students = [PEOPLE[sub] for sub, part in course.enrolled.items() if part == STUDENT]
    columns = [each for each in site().store.state.columns.values() if each.course_id == course.id]
    return render_template(
        "gradebook.html",
        course=course,
        person=person,
        columns=columns,
        students=students if teaches else [each for each in students if each == person],
        teaches=teaches,
        # The one being altered: a form in every cell would be a long page.
        altered=(request.args.get("column", ""), request.args.get("student", "")) if teaches else ("", ""),
    )


@blueprint.post("/grade/report.php")
def override() -> Response:
    """A grade by the teacher's hand, which stays whatever the tool sends; an empty one takes it back."""
    course = asked_course()
    if not may_teach(course, asked_person()):
        abort(403)
    column_id, sub, given = (request.form.get(name, "") for name in ("column", "student", "grade"))
    if given and not re.fullmatch(r"\d{1,3}([.,]\d{1,2})?", given):
        abort(400)
    with site().store.changing() as state:
        column = state.columns.get(column_id)
        if column is None or column.course_id != course.id or sub not in course.enrolled:
            abort(404)
        grade = column.grades.setdefault(sub, Grade())
        grade.overridden = min(float(given.replace(",", ".")), column.maximum) if given else None
    return redirect(url_for(".report", **place()), 303)
