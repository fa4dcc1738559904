"""Scores that a tool sends and results that it reads (AGS), with Moodle's quirks, of which some lose grades."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from lrc.practice.beginnings import AGS_SCOPES
from lrc.practice.classroom import STUDENT
from lrc.practice.doors import ServiceRefusal, accepts, answer, brings, calling_tool
from lrc.practice.lineitems import column_for, column_url, is_number
from lrc.practice.site import Site, site
from lrc.practice.state import VALUE, Column, Grade

blueprint = Blueprint("scores", __name__)

SCORE = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
_RESULTS_SCOPE, _SCORE_SCOPE = AGS_SCOPES[2], AGS_SCOPES[3]
_REQUIRED = ("userId", "timestamp", "activityProgress", "gradingProgress")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?")


@blueprint.post("/mod/lti/services.php/<course_id>/lineitems/<column_id>/lineitem/scores")
def scores(course_id: str, column_id: str) -> Response:
    """Take a score: 200 with an empty body, whether the gradebook shows it or not."""
    brings(SCORE)
    home = site()
    column = column_for(home, calling_tool(_SCORE_SCOPE), course_id, column_id)
    text = request.get_data(as_text=True)
    score, stamp = _checked(home, course_id, text)
    sub = str(score["userId"])
    with home.store.changing() as state:
        column = state.columns[column_id]
        grade = column.grades.setdefault(sub, Grade())
        if grade.stamped >= stamp:
            raise ServiceRefusal(409, f"Refusing score with an earlier timestamp for item {column.id} and user {sub}")
        if column.type == VALUE:
            _take(column, grade, score)
            grade.stamped = stamp
    return Response(status=200, content_type="text/html; charset=UTF-8")


@blueprint.get("/mod/lti/services.php/<course_id>/lineitems/<column_id>/lineitem/results")
def results(course_id: str, column_id: str) -> Response:
    """One for each student, without resultScore for no grade and for a grade of 0; a limit ends in Moodle's bug."""
    accepts(RESULTS)
    home = site()
    if "limit" in request.args:
        raise NotFound
    column = column_for(home, calling_tool(_RESULTS_SCOPE), course_id, column_id)
    wanted = request.args.get("user_id", "")
    course = home.course(course_id)
    students = [sub for sub, part in course.enrolled.items() if part == STUDENT and course.is_active(sub)]
    shown = [_result(home, column, sub) for sub in students if wanted in ("", sub)]
    return answer(shown, RESULTS)


def _checked(home: Site, course_id: str, text: str) -> tuple[dict[str, Any], int]:
    """The score, and its timestamp in whole seconds; 400 with the body where anything is missing or wrong."""
    wrong = ServiceRefusal(400, f"Incorrect score received{text}")
    try:
        score = json.loads(text)
    except ValueError:
        raise wrong from None
    if not isinstance(score, dict) or any(score.get(name) is None for name in _REQUIRED):
        raise wrong
    given, maximum, course = score.get("scoreGiven"), score.get("scoreMaximum"), home.course(course_id)
    if (given is not None and not (is_number(given) and is_number(maximum))) or (
        maximum is not None and not is_number(maximum)
    ):
        raise wrong
    sub = str(score["userId"])
    if not course.is_active(sub) or course.enrolled[sub] != STUDENT:
        raise wrong
    try:
        return score, _seconds(score["timestamp"])
    except ValueError:
        raise wrong from None


def _seconds(timestamp: Any) -> int:
    """Raises ValueError for what Moodle does not take; a time without a zone is in the server's."""
    if not isinstance(timestamp, str) or not _TIMESTAMP.fullmatch(timestamp):
        raise ValueError("timestamp")
    moment = datetime.fromisoformat(timestamp)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _take(column: Column, grade: Grade, score: dict[str, Any]) -> None:
    """Anything but FullyGraded, or without scoreGiven, erases the grade; a score without comment erases that."""
    given = score.get("scoreGiven")
    if given is None or score["gradingProgress"] != "FullyGraded":
        grade.raw, grade.comment = None, ""
        return
    maximum = float(score["scoreMaximum"])
    grade.raw = float(given) * (column.maximum / maximum) if maximum else float(given)
    grade.comment = str(score.get("comment") or "")


def _result(home: Site, column: Column, sub: str) -> dict[str, Any]:
    address, _, query = column_url(home, column).partition("?")
    shown: dict[str, Any] = {"id": f"{address}/results?{query}&user_id={sub}", "userId": sub}
    final = column.final(sub)
    if final:
        shown |= {"resultScore": final, "resultMaximum": column.maximum}
        grade = column.grades[sub]
        if grade.comment:
            shown["comment"] = grade.comment
        if grade.stamped:
            shown["timestamp"] = datetime.fromtimestamp(grade.stamped, UTC).isoformat()
    return shown
