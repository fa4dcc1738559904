"""The line items of a course (AGS): listing, reading, making, altering and deleting them, with Moodle's quirks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from lrc.practice.beginnings import AGS_SCOPES
from lrc.practice.doors import ServiceRefusal, accepts, answer, brings, calling_tool
from lrc.practice.site import Site, site
from lrc.practice.state import Column, State, Tool

blueprint = Blueprint("lineitems", __name__)

ITEM = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_WRITE, _READ = AGS_SCOPES[0], AGS_SCOPES[1]


@blueprint.get("/mod/lti/services.php/<course_id>/lineitems")
def listed(course_id: str) -> Response:
    """Those of the tool, and of other tools of its domain, as Moodle has it; all of them where no limit is given."""
    accepts(CONTAINER)
    tool = calling_tool(_WRITE, _READ)
    home, wanted = site(), request.args
    home.course(course_id)
    found = [each for each in home.store.state.columns.values() if is_seen_by(home, each, tool, course_id)]
    filters = {"tag": "tag", "resource_id": "resourceId", "resource_link_id": "resourceLinkId"}
    shown = [_shown(home, each) for each in found]
    for name, key in filters.items():
        if wanted.get(name):
            shown = [each for each in shown if each.get(key) == wanted[name]]
    limit, start = wanted.get("limit", 0, int), wanted.get("from", 0, int)
    if limit <= 0:
        return answer(shown, CONTAINER)
    answered = answer(shown[start : start + limit], CONTAINER)
    if start + limit < len(shown):
        # Typographic quotes and escaped ampersands: no client can read it.
        following = f"{request.base_url}?type_id={tool.id}&amp;limit={limit}&amp;from={start + limit}"
        answered.headers["Link"] = f"<{following}>; rel=“next”".encode().decode("latin-1")
    return answered


@blueprint.post("/mod/lti/services.php/<course_id>/lineitems")
def make(course_id: str) -> Response:
    """Make a column of the tool's own, which Moodle calls manual."""
    brings(ITEM)
    tool = calling_tool(_WRITE)
    home, body = site(), _body()
    home.course(course_id)
    link_id = str(body.get("resourceLinkId") or body.get("ltiLinkId") or "")
    maximum = body.get("scoreMaximum")
    if not body.get("label") or not is_number(maximum) or float(str(maximum)) <= 0:
        raise ServiceRefusal(400, "Incorrect line item received")
    known = {each.link_id for each in home.store.state.of_course(course_id) if each.tool_id == tool.id}
    if link_id and link_id not in known:
        raise ServiceRefusal(403)
    with home.store.changing() as state:
        made = Column(state.new_id(), course_id, tool.id, str(body["label"]), float(str(maximum)), link_id=link_id)
        _fill(made, body)
        state.columns[made.id] = made
    return answer(_shown(home, made), ITEM, 201)


@blueprint.get("/mod/lti/services.php/<course_id>/lineitems/<column_id>/lineitem")
def read(course_id: str, column_id: str) -> Response:
    accepts(ITEM)
    home = site()
    return answer(_shown(home, column_for(home, calling_tool(_WRITE, _READ), course_id, column_id)), ITEM)


@blueprint.put("/mod/lti/services.php/<course_id>/lineitems/<column_id>/lineitem")
def alter(course_id: str, column_id: str) -> Response:
    """Grades that are there are not scaled to a new maximum."""
    brings(ITEM)
    home, body = site(), _body()
    column_for(home, calling_tool(_WRITE), course_id, column_id)
    with home.store.changing() as state:
        column = state.columns[column_id]
        column.label = str(body.get("label") or column.label)
        if is_number(body.get("scoreMaximum")):
            column.maximum = float(body["scoreMaximum"])
        _fill(column, body)
    return answer(_shown(home, column), ITEM)


@blueprint.delete("/mod/lti/services.php/<course_id>/lineitems/<column_id>/lineitem")
def delete(course_id: str, column_id: str) -> Response:
    """The activity whose own it was stays, ungraded."""
    home = site()
    column_for(home, calling_tool(_WRITE), course_id, column_id)
    with home.store.changing() as state:
        del state.columns[column_id]
    return Response(status=204)


def column_for(home: Site, tool: Tool, course_id: str, column_id: str) -> Column:
    """A column that the tool may use; 404 where there is none, 403 where it is another tool's."""
    found = home.store.state.columns.get(column_id)
    if found is None or found.course_id != course_id:
        raise ServiceRefusal(404)
    if not is_seen_by(home, found, tool, course_id):
        raise ServiceRefusal(403)
    return found


def is_seen_by(home: Site, column: Column, tool: Tool, course_id: str) -> bool:
    """In Moodle, a tool sees the columns of every tool of its own domain in the course."""
    owner = home.store.state.tools.get(column.tool_id)
    same = owner is not None and (owner.id == tool.id or owner.domain == tool.domain)
    return column.course_id == course_id and same


def is_number(value: Any) -> bool:
    """As PHP's is_numeric: "7" is one."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True


def column_url(home: Site, column: Column) -> str:
    where = f"{home.url}/mod/lti/services.php/{column.course_id}/lineitems/{column.id}/lineitem"
    return f"{where}?type_id={column.tool_id}"


def link_of(state: State, column: Column) -> str:
    """The resource link of a column: of the activity whose own it is, or the one that the tool named."""
    return state.activities[column.activity_id].link_id if column.activity_id else column.link_id


def _shown(home: Site, column: Column) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": column_url(home, column),
        "label": column.label,
        "scoreMaximum": column.maximum,
        "resourceId": column.resource_id,
        "tag": column.tag,
    }
    link_id = link_of(home.store.state, column)
    if link_id:
        shown |= {"resourceLinkId": link_id, "ltiLinkId": link_id}
    if column.review_url is not None:
        shown["submissionReview"] = {"reviewableStatus": [], "url": column.review_url, "custom": column.review_custom}
    return shown


def _fill(column: Column, body: dict[str, Any]) -> None:
    column.tag = str(body.get("tag") or "")
    column.resource_id = str(body.get("resourceId") or "")
    review = body.get("submissionReview")
    if isinstance(review, dict):
        column.review_url = str(review.get("url") or "")
        column.review_custom = {str(name): str(each) for name, each in (review.get("custom") or {}).items()}


def _body() -> dict[str, Any]:
    found = request.get_json(force=True, silent=True)
    return found if isinstance(found, dict) else abort(400)
