"""The roster of a course (NRPS 2.0), with Moodle's quirks: short roles, and a non-editing teacher is a learner."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from lrc.practice import custom
from lrc.practice.beginnings import NRPS_SCOPE
from lrc.practice.classroom import PEOPLE, TEACHER
from lrc.practice.doors import ServiceRefusal, accepts, answer, calling_tool
from lrc.practice.messages import public_names
from lrc.practice.site import site
from lrc.practice.state import Activity, Course, Tool
from lti import claims

blueprint = Blueprint("roster", __name__)

MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@blueprint.get("/mod/lti/services.php/CourseSection/<course_id>/bindings/<tool_id>/memberships")
def memberships(course_id: str, tool_id: str) -> Response:
    """All who are enrolled and active, in one answer unless a limit is asked for."""
    accepts(MEMBERS)
    tool = calling_tool(NRPS_SCOPE)
    if tool.id != tool_id:
        raise ServiceRefusal(403)
    course, args = site().course(course_id), request.args
    link = _link(course, args["rlid"]) if args.get("rlid") else None
    members = [_member(course, tool, sub, link) for sub in course.enrolled if course.is_active(sub)]
    role = args.get("role", "").rpartition("#")[2]
    members = [each for each in members if not role or role in each["roles"]]
    limit, start = args.get("limit", 0, int), args.get("from", 0, int)
    page = members[start : start + limit] if limit > 0 else members
    about = {"id": course.id, "label": course.label, "title": course.title}
    answered = answer({"id": request.url, "context": about, "members": page}, MEMBERS)
    if limit > 0 and start + limit < len(members):
        kept = "".join(f"&{name}={args[name]}" for name in ("role", "rlid") if args.get(name))
        answered.headers["Link"] = f'<{request.base_url}?limit={limit}&from={start + limit}{kept}>; rel="next"'
    return answered


def _link(course: Course, link_id: str) -> Activity:
    found = [each for each in site().store.state.of_course(course.id) if each.link_id == link_id]
    if not found:
        raise ServiceRefusal(404)
    return found[0]


def _member(course: Course, tool: Tool, sub: str, link: Activity | None) -> dict[str, Any]:
    person = PEOPLE[sub]
    member: dict[str, Any] = {
        "status": "Active",
        "roles": ["Instructor" if course.enrolled[sub] == TEACHER else "Learner"],
        "user_id": sub,
        "lis_person_sourcedid": person.sourced_id,
        **public_names(person, tool),
    }
    if tool.sends_name:
        member["ext_user_username"] = person.username
    if link is not None:
        known = custom.about_course(course) | custom.about_person(person, tool, course) | custom.about_link(link)
        sent = custom.parameters(tool.custom, link.custom, known)
        member["message"] = [{claims.MESSAGE_TYPE: claims.RESOURCE_LINK_REQUEST, claims.CUSTOM: sent}]
    return member
