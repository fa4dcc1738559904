"""The platform's side of a score (AGS 2.0): putting it into its column, finding the column, reading what is shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.exception import LtiException
from pylti1p3.grade import Grade

from lti import claims
from lti.connector import Connector, ServiceTrouble
from lti.delivery import Parcel, Trouble
from lti.grades import Reason
from lti.texts import URL_CHARACTERS

_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
PUT, LIST, READ = f"{_SCOPE}score", f"{_SCOPE}lineitem.readonly", f"{_SCOPE}result.readonly"
"""Asked for one by one, so that a platform that grants fewer still gives those that we need."""
_RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
_BAD, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _CONFLICT, _BUSY = 400, 401, 403, 404, 409, 429
_NOT_A_STUDENT = "incorrect score received"
"""How Moodle begins to say that the person is no active student of the course."""
_PASSING = ("not-json",)
"""Advice of the connector for answers that somebody else than the service gave: a page of a proxy, a portal."""
_SAME_WITHIN = 0.005
"""Gradebooks keep few decimals; points of the score's maximum, of 100."""

Restamp = Callable[[Parcel], Parcel]


class NotPut(Exception):
    """The platform did not take the score; ``is_final`` where trying again would not help."""

    def __init__(self, trouble: Trouble, *, is_final: bool) -> None:
        super().__init__(f"{trouble.reason} {trouble.status}: {trouble.said}")
        self.trouble, self.is_final = trouble, is_final


def put(connector: Connector, parcel: Parcel, restamp: Restamp) -> str:
    """Put the score into its column and answer the column's address, looked up where the known one is gone.

    ``restamp`` gives the parcel a later timestamp, where the platform wants one. Raises NotPut, and what
    ``restamp`` raises.
    """
    try:
        column = parcel.column_url or _found(connector, parcel, None)
        try:
            _put_later(connector, parcel, column, restamp)
        except ServiceTrouble as trouble:
            if trouble.is_temporary or trouble.status not in (_FORBIDDEN, _NOT_FOUND):
                raise
            column = _found(connector, parcel, trouble)
            _put_later(connector, parcel, column, restamp)
    except ServiceTrouble as trouble:
        raise _judged(trouble) from trouble
    except LtiException as error:
        raise NotPut(Trouble(Reason.UNREADABLE, said=str(error)), is_final=False) from error
    return column


def read(connector: Connector, parcel: Parcel, column_url: str) -> float | None:
    """What the gradebook shows for the person, in points of the score's maximum; None where it shows nothing.

    Moodle shows nothing for a grade of 0. Raises ServiceTrouble.
    """
    return _points(_result(connector, parcel, column_url), parcel.maximum)


def _put_later(connector: Connector, parcel: Parcel, column: str, restamp: Restamp) -> None:
    """Put it; where the platform has a later timestamp, and not by this very score, put it with one of now."""
    try:
        _put(connector, parcel, column)
        return
    except ServiceTrouble as trouble:
        if trouble.status != _CONFLICT:
            raise
    if not (parcel.may_be_there and _is_there(connector, parcel, column)):
        _put(connector, restamp(parcel), column)


def _put(connector: Connector, parcel: Parcel, column: str) -> None:
    # Whatever is not FullyGraded erases the grade in Moodle.
    grade = Grade().set_activity_progress("Completed").set_grading_progress("FullyGraded").set_user_id(parcel.sub)
    grade.set_score_given(parcel.given).set_score_maximum(parcel.maximum)
    grade.set_timestamp(parcel.stamped_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if parcel.comment:
        grade.set_comment(parcel.comment)
    _service(connector, PUT, column).put_grade(grade)


def _service(connector: Connector, scope: str, column: str = "") -> AssignmentsGradesService:
    asked: Any = {"scope": [scope], "lineitem": column}
    return AssignmentsGradesService(connector, asked)


def _is_there(connector: Connector, parcel: Parcel, column: str) -> bool:
    """Whether the gradebook shows the score: an earlier try arrived, and only its answer was lost."""
    result = _result(connector, parcel, column)
    shown = _points(result, parcel.maximum)
    if shown is None or abs(shown - parcel.given) > _SAME_WITHIN * parcel.maximum / 100:
        return False
    return str(result.get("comment") or "").strip() == parcel.comment.strip()


def _result(connector: Connector, parcel: Parcel, column: str) -> Mapping[str, Any]:
    """What the gradebook has for the person; empty where it has nothing."""
    url = _address(column, "results", user_id=parcel.sub)
    answer = connector.make_service_request([READ], url, accept=_RESULTS)
    results = answer["body"] if isinstance(answer["body"], list) else []
    return next((each for each in results if isinstance(each, dict) and str(each.get("userId")) == parcel.sub), {})


def _found(connector: Connector, parcel: Parcel, trouble: ServiceTrouble | None) -> str:
    """The column of the parcel's link, as the platform lists it; NotPut where it has none, or none but the one tried.

    ``trouble`` is what the column that we knew answered.
    """
    said, status = (trouble.said, trouble.status) if trouble else ("", None)
    try:
        found = _listed(connector, parcel)
    except ServiceTrouble as listing:
        if listing.is_temporary or listing.status not in (_BAD, _FORBIDDEN, _NOT_FOUND):
            raise
        found, said, status = "", listing.said, listing.status
    if not found:
        raise NotPut(Trouble(Reason.NO_COLUMN, status, said), is_final=True)
    if trouble is not None and found == parcel.column_url:
        raise NotPut(Trouble(Reason.FORBIDDEN, status, said), is_final=True)
    return found


def _listed(connector: Connector, parcel: Parcel) -> str:
    if not parcel.columns_url:
        return ""
    asked = [("resource_link_id", parcel.resource_link_id)]
    if parcel.target:
        asked.append(("resource_id", parcel.target))
    for name, value in asked:
        # Not paged: Moodle answers all at once, and its links to next pages cannot be read.
        url = _address(parcel.columns_url, "", **{name: value})
        columns, _next_page = _service(connector, LIST).get_lineitems_page(url)
        for each in columns:
            if isinstance(each, dict) and claims.is_id(each.get("id"), URL_CHARACTERS) and _is_own(each, parcel, name):
                return str(each["id"])
    return ""


def _is_own(column: Mapping[str, Any], parcel: Parcel, asked: str) -> bool:
    """Whether it is the link's: another activity may open the same, and has a column of its own."""
    bound_to = str(column.get("resourceLinkId") or "")
    return bound_to == parcel.resource_link_id or (not bound_to and asked != "resource_link_id")


def _address(url: str, ending: str, **query: str) -> str:
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/{ending}" if ending else parts.path
    return urlunsplit(parts._replace(path=path, query=urlencode([*parse_qsl(parts.query), *query.items()])))


def _points(result: Mapping[str, Any], maximum: float) -> float | None:
    given, of = result.get("resultScore"), result.get("resultMaximum")
    for each in (given, of):
        if not isinstance(each, (int, float)) or isinstance(each, bool) or not math.isfinite(each):
            return None
    return given / of * maximum if of > 0 else None  # type: ignore[operator]


def _judged(trouble: ServiceTrouble) -> NotPut:
    """Which reason it is, and whether to try again."""
    status, said = trouble.status, trouble.said
    if trouble.is_temporary or trouble.advice_code in _PASSING or status == _CONFLICT:
        return NotPut(Trouble(_why_later(trouble), status, said, trouble.retry_after_s), is_final=False)
    if status == _BAD and _NOT_A_STUDENT in said.lower():
        return NotPut(Trouble(Reason.NOT_A_STUDENT, status, said), is_final=True)
    is_forbidden = status in (_FORBIDDEN, _NOT_FOUND)
    return NotPut(Trouble(Reason.FORBIDDEN if is_forbidden else Reason.REJECTED, status, said), is_final=True)


def _why_later(trouble: ServiceTrouble) -> Reason:
    if trouble.advice_code in _PASSING:
        return Reason.UNREADABLE
    if trouble.service == "token" or trouble.status == _UNAUTHORIZED:
        return Reason.TOKEN
    known = {None: Reason.NO_ANSWER, _CONFLICT: Reason.LOCKED, _BUSY: Reason.BUSY}
    return known.get(trouble.status, Reason.PLATFORM_ERROR)
