"""The pages of the practice LMS: who one is, and the course with its activities."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, render_template

from lrc.practice.classroom import NEVER_COMES, PEOPLE
from lrc.practice.launching import asked_course, asked_person
from lrc.practice.site import site

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def choose() -> str:
    people = [each for each in PEOPLE.values() if each.sub != NEVER_COMES]
    return render_template("choose.html", people=people, courses=site().store.state.courses.values())


@blueprint.get("/course/view.php")
def course() -> str:
    tool = urlsplit(site().tool_url)
    return render_template(
        "course.html", course=asked_course(), person=asked_person(), tool_origin=f"{tool.scheme}://{tool.netloc}"
    )
