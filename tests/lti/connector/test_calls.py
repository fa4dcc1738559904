"""Calls to a platform's services: what they answer, and with what words their troubles are kept."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.grade import Grade
from pylti1p3.names_roles import NamesRolesProvisioningService
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.config import Settings
from lti import connector
from lti.connector import Connector, ServiceTrouble
from lti.models import ServiceFailure
from tests.lti.connector.platformlike import ITEMS, ROSTER, SCORE, Platformlike, kept
from tests.lti.servers import drip, hang, says


@pytest.mark.parametrize(
    ("status", "code", "is_temporary"),
    [
        *((400, "rejected", False), (403, "forbidden", False), (404, "gone", False), (409, "conflict", False)),
        *((408, "rejected", True), (429, "busy", True), (500, "down", True), (503, "down", True)),
    ],
)
def test_what_a_service_says_is_kept_and_told(
    ask: Connector, moodle: Platformlike, session: Session, status: int, code: str, is_temporary: bool
) -> None:
    moodle.reply = says(b"Incorrect score  received\x00{...}", status=status)
    url = f"{moodle.url}/2/lineitems/2/lineitem/scores?type_id=1"
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], url, is_post=True, data="{}")
    trouble = raised.value
    assert (trouble.service, trouble.status, trouble.advice_code) == ("score", status, code)
    assert trouble.is_temporary is is_temporary
    assert kept(session) == [("score", status, "Incorrect score received{...}")]
    [row] = session.scalars(select(ServiceFailure))
    assert row.url == url
    assert len(moodle.calls) == 1


@pytest.mark.parametrize(
    ("scope", "path", "service"),
    [
        (SCORE, "/1/lineitem/scores?type_id=1", "score"),
        (ITEMS, "/1/lineitem/results?type_id=1", "results"),
        (ITEMS, "/2/lineitems?type_id=1", "lineitems"),
        (ROSTER, "/CourseSection/2/bindings/1/memberships", "memberships"),
        ("https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly", "/groups", "groups"),
    ],
)
def test_each_service_is_called_by_its_name(
    ask: Connector, moodle: Platformlike, session: Session, scope: str, path: str, service: str
) -> None:
    moodle.reply = says({}, status=403)
    with pytest.raises(ServiceTrouble):
        ask.make_service_request([scope], moodle.url + path)
    assert [each[0] for each in kept(session)] == [service]


def test_a_get_that_fails_in_passing_is_tried_twice_more_and_a_post_never(ask: Connector, moodle: Platformlike) -> None:
    moodle.replies = [says({}, status=502), lambda asked: None, says([1])]
    assert ask.make_service_request([ROSTER], f"{moodle.url}/members")["body"] == [1]
    moodle.replies = [says({}, status=502)]
    with pytest.raises(ServiceTrouble):
        ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")
    assert [asked.command for asked in moodle.calls] == ["GET", "GET", "GET", "POST"]


def test_a_server_that_stays_down_is_left_after_three_tries(
    ask: Connector, moodle: Platformlike, session: Session
) -> None:
    moodle.reply = says(b"", status=503)
    with pytest.raises(ServiceTrouble):
        ask.make_service_request([ROSTER], f"{moodle.url}/members")
    assert len(moodle.calls) == 3
    assert len(kept(session)) == 1


@pytest.mark.parametrize("reply", [hang, drip])
def test_a_slow_service_is_not_waited_for(
    app: Flask, settings: Settings, ask: Connector, moodle: Platformlike, reply: Any
) -> None:
    object.__setattr__(ask._peer.limits, "timeout_s", 0.3)
    moodle.reply = reply
    begun = time.monotonic()
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")
    assert (raised.value.status, raised.value.advice_code, raised.value.is_temporary) == (None, "slow", True)
    assert time.monotonic() - begun < 8  # of the twenty that it would take


def test_pylti1p3_clients_work_over_it(ask: Connector, moodle: Platformlike) -> None:
    moodle.replies = [
        says({"members": [{"user_id": "4"}]}, Link="</Members?from=1>; rel=next"),
        says({"members": [{"user_id": "5"}]}),
        says(b"", Content_Length="0"),
    ]
    roster = NamesRolesProvisioningService(ask, {"context_memberships_url": f"{moodle.url}/Members"})
    assert [member["user_id"] for member in roster.get_members()] == ["4", "5"]
    grades = AssignmentsGradesService(ask, {"scope": [SCORE, ITEMS], "lineitem": f"{moodle.url}/1/lineitem?type_id=1"})
    grade = Grade().set_user_id("4").set_score_given(5).set_score_maximum(10)
    assert grades.put_grade(grade)["body"] is None
    *_, posted = moodle.calls
    assert (posted.command, posted.path) == ("POST", "/1/lineitem/scores?type_id=1")
    assert posted.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
    assert [asked.path for asked in moodle.calls][1] == "/Members?from=1"


def test_a_large_course_comes_whole_and_an_endless_answer_does_not(ask: Connector, moodle: Platformlike) -> None:
    crowd = [{"user_id": str(number), "name": "x" * 300} for number in range(5000)]
    moodle.reply = says({"members": crowd})
    assert ask.make_service_request([ROSTER], f"{moodle.url}/members")["body"] == {"members": crowd}
    moodle.reply = says(b"[" + b" " * connector.MAX_BYTES + b"]")
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([ROSTER], f"{moodle.url}/members")
    assert raised.value.advice_code == "too-large"


def test_other_methods_are_sent(ask: Connector, moodle: Platformlike) -> None:
    moodle.replies = [says({"id": 1}), says(b"", status=204)]
    put = ask.make_service_request([ITEMS], f"{moodle.url}/1", data="{}", content_type="a/b", method="PUT")
    deleted = ask.make_service_request([ITEMS], f"{moodle.url}/1", method="DELETE")
    assert (put["body"], deleted["body"]) == ({"id": 1}, None)
    assert [(asked.command, asked.headers["Content-Type"]) for asked in moodle.calls] == [
        ("PUT", "a/b"),
        ("DELETE", None),
    ]


def test_words_instead_of_json_are_a_trouble_to_who_asked_and_none_to_who_gave(
    ask: Connector, moodle: Platformlike
) -> None:
    """Else a score that arrived would be sent again for the words that thanked for it."""
    moodle.reply = says(b"Thank you")
    assert ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")["body"] is None
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([ROSTER], f"{moodle.url}/members")
    assert (raised.value.advice_code, raised.value.said, raised.value.is_temporary) == ("not-json", "Thank you", True)


def test_a_page_in_the_place_of_a_service_is_a_trouble_to_everyone(ask: Connector, moodle: Platformlike) -> None:
    """A proxy's page, or that of a portal to log in at: the service has taken nothing."""
    moodle.reply = says(b" <h1>Log in</h1>")
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")
    assert (raised.value.advice_code, raised.value.said, raised.value.is_temporary) == ("not-json", "Log in", True)


@pytest.mark.parametrize(
    ("said", "seconds"), [("120", 120), (" 5 ", 5), ("Fri, 31 Dec 2027 23:59:59 GMT", 0), ("-1", 0), ("9" * 50, 0)]
)
def test_how_long_a_platform_asks_to_wait_is_told(
    ask: Connector, moodle: Platformlike, said: str, seconds: float
) -> None:
    moodle.reply = says({}, status=429, Retry_After=said)
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")
    assert raised.value.retry_after_s == seconds
