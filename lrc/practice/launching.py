"""Login and launch as Moodle does them (launch.php, auth.php, certs.php), for launches, choosing and reviews."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request
from werkzeug.wrappers import Response

import lrc.i18n
from lrc.practice.classroom import PEOPLE, STUDENT, TEACHER, Somebody
from lrc.practice.messages import Message, claims_of
from lrc.practice.signing import sign
from lrc.practice.site import Site, site
from lrc.practice.state import Activity, Column, Course
from lti.roles import INSTRUCTOR

blueprint = Blueprint("launching", __name__)

_PHONES = ("Mobile", "Android", "iPhone", "iPad")
_WANTED = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post"}


@blueprint.get("/mod/lti/launch.php")
def launch() -> str:
    """A page that posts the login initiation to the tool, with exactly the fields that Moodle sends.

    ``id`` is the course; ``cm`` the activity (the library's where it is left out); ``review`` whose work to review.
    """
    course, person = asked_course(), asked_person()
    state = site().store.state
    found = [each for each in state.of_course(course.id) if request.args.get("cm") in (None, each.id)]
    activity = found[0] if found else abort(404)
    column = state.own_column(activity.id) or _made_for(course, activity)
    message = _message(course, person, activity.tool_id, activity=activity, column=column, for_user=_reviewed(column))
    return begin(site(), message)


@blueprint.get("/mod/lti/contentitem.php")
def choose() -> str:
    """The same for a teacher who chooses contents: what the modal's frame shows first."""
    course, person = asked_course(), asked_person()
    if not may_teach(course, person):
        abort(403)
    title = request.args.get("title", "")
    return begin(site(), _message(course, person, request.args.get("tool", ""), title=title))


@blueprint.route("/mod/lti/auth.php", methods=["GET", "POST"])
def auth() -> str | tuple[str, int]:
    """Answer the tool's authentication request with a signed message, once for each launch that was begun."""
    given = request.values
    known = all(given.get(name) == value for name, value in _WANTED.items()) and given.get("nonce")
    if not known or given.get("prompt", "none") not in ("", "none"):
        return _invalid_request()
    tool = next((each for each in site().store.state.tools.values() if each.client_id == given.get("client_id")), None)
    if tool is None or given.get("redirect_uri") not in tool.redirect_uris:
        return _invalid_request()
    message = site().begun.take(given.get("lti_message_hint", ""))
    if message is None or message.tool.id != tool.id or given.get("login_hint") != message.person.sub:
        return _invalid_request()
    body = claims_of(message, given["nonce"], site().quirks.now())
    fields = {"id_token": sign(body, site().key), "state": given.get("state", "")}
    return render_template("post.html", action=given["redirect_uri"], fields=fields)


@blueprint.get("/mod/lti/certs.php")
def keys() -> Response:
    return jsonify(keys=[site().key.public_jwk()])


def begin(home: Site, message: Message) -> str:
    fields = {
        "iss": message.issuer,
        "target_link_uri": message.target_link_uri,
        "login_hint": message.person.sub,
        "lti_message_hint": home.begun.add(message),
        "client_id": message.tool.client_id,
        "lti_deployment_id": message.tool.id,
    }
    return render_template("post.html", action=message.tool.login_url, fields=fields)


def asked_person() -> Somebody:
    """Who the address says that one is ("as"); 404 for nobody."""
    return PEOPLE.get(request.args.get("as", "")) or abort(404)


def asked_course() -> Course:
    return site().course(request.args.get("id", ""))


def place(**changes: str | None) -> dict[str, Any]:
    """Course, person, language and role of this request, for the address of another page; None takes one away."""
    kept = {name: request.args[name] for name in ("id", "as", "lang", "role") if name in request.args}
    return {name: value for name, value in {**kept, **changes}.items() if value is not None}


def is_as_student() -> bool:
    """Has the person switched their role to student?"""
    return request.args.get("role") == STUDENT


def may_teach(course: Course, person: Somebody) -> bool:
    """May they add activities and see all grades? Not an assistant (Moodle's non-editing teacher may only grade)."""
    enrolled = course.enrolled.get(person.sub)
    return not is_as_student() and (enrolled == TEACHER or (enrolled is None and INSTRUCTOR in person.roles))


def document_target(activity: Activity | None) -> str:
    """How the tool is shown: phones and tablets always open it in the existing window ("frame")."""
    if any(each in request.user_agent.string for each in _PHONES):
        return "frame"
    return request.args.get("target") or (activity.container if activity else "iframe")


def _message(course: Course, person: Somebody, tool_id: str, **parts: Activity | Column | str | None) -> Message:
    activity = parts.get("activity")
    return Message(
        issuer=site().url,
        tool=site().tool(tool_id),
        course=course,
        person=person,
        sesskey=site().sesskey(person),
        locale=lrc.i18n.current_language(),
        document_target=document_target(activity if isinstance(activity, Activity) else None),
        as_student=is_as_student(),
        **parts,  # type: ignore[arg-type]
    )


def _made_for(course: Course, activity: Activity) -> Column | None:
    """The column that the tool made for the activity's link, if any."""
    columns = site().store.state.columns.values()
    mine = (each for each in columns if each.course_id == course.id and each.link_id == activity.link_id)
    return next(mine, None)


def _reviewed(column: Column | None) -> str:
    wanted = request.args.get("review", "")
    if wanted and (column is None or column.review_url is None):
        abort(404)
    return wanted


def _invalid_request() -> tuple[str, int]:
    return render_template("invalid.html"), 400
