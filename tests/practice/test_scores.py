"""Scores and results of the practice LMS behave as Moodle's, where a tool can lose a grade by not knowing it."""

from __future__ import annotations

from typing import Any

import pytest

from lrc.practice.state import TEXT
from tests.campus import ASSISTANT, STUDENT, TEACHER, Campus
from tests.practice.calling import ONE_SCORE, RESULT, RESULTS, SCORE, Caller

LATER, LATEST = "2026-11-01T10:00:01Z", "2026-11-01T10:00:02Z"


@pytest.fixture
def caller(campus: Campus) -> Caller:
    return Caller(campus)


@pytest.fixture
def link(campus: Campus) -> str:
    return campus.place(maximum=40).link_id


def final(campus: Campus, link: str, sub: str = STUDENT.sub) -> float | None:
    return campus.gradebook()[link].get(sub)


def test_a_score_is_scaled_to_the_activitys_maximum(campus: Campus, caller: Caller, link: str) -> None:
    answer = caller.score(link, STUDENT.sub, 8, comment="Bien")
    assert (answer.status_code, answer.content) == (200, b"")
    assert final(campus, link) == 32
    assert campus.grade(link, STUDENT.sub).comment == "Bien"


@pytest.mark.parametrize(
    ("given", "maximum", "raw", "shown"),
    [(15, 10, 60, 40), (7, 0, 7, 7), (-1, 10, -4, 0), ("7", 10, 28, 28), (0, 10, 0, 0)],
)
def test_odd_scores_are_taken(
    campus: Campus, caller: Caller, link: str, given: Any, maximum: Any, raw: float, shown: float
) -> None:
    assert caller.score(link, STUDENT.sub, given, scoreMaximum=maximum).status_code == 200
    assert campus.grade(link, STUDENT.sub).raw == raw
    assert final(campus, link) == shown


def test_of_two_scores_in_one_second_the_second_is_refused(campus: Campus, caller: Caller, link: str) -> None:
    caller.score(link, STUDENT.sub, 5, at="2026-11-01T10:00:00.100Z")
    again = caller.score(link, STUDENT.sub, 9, at="2026-11-01T10:00:00.900Z")
    assert again.status_code == 409
    assert "Refusing score with an earlier timestamp" in again.text
    assert final(campus, link) == 20
    assert caller.score(link, STUDENT.sub, 9, at=LATER).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"gradingProgress": "NotReady"}, {"gradingProgress": "PendingManual"}, {"scoreGiven": None}]
)
def test_anything_but_a_full_grade_erases_grade_and_comment(
    campus: Campus, caller: Caller, link: str, changes: dict[str, Any]
) -> None:
    caller.score(link, STUDENT.sub, 8, comment="Bien")
    assert caller.score(link, STUDENT.sub, 8, LATER, **changes).status_code == 200
    assert final(campus, link) is None
    assert campus.grade(link, STUDENT.sub).comment == ""


def test_a_later_score_without_a_comment_erases_the_comment(campus: Campus, caller: Caller, link: str) -> None:
    caller.score(link, STUDENT.sub, 8, comment="Bien", activityProgress="whatever")
    caller.score(link, STUDENT.sub, 9, LATER)
    assert campus.grade(link, STUDENT.sub).comment == ""


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-01T10:00:00.123456+00:00",
        "2026-11-01T05:00:00-05:00",
        "2026-11-01T10:00:00+0000",
        "2026-11-01T10:00:00",
        "2026-11-01 10:00:00",
    ],
)
def test_many_ways_to_write_the_time_are_taken(campus: Campus, caller: Caller, link: str, at: str) -> None:
    assert caller.score(link, STUDENT.sub, 8, at).status_code == 200
    assert campus.grade(link, STUDENT.sub).stamped == 1793527200


@pytest.mark.parametrize("at", [1793527200, "yesterday", "2026-11-01", "", "2026-13-01T10:00:00Z"])
def test_other_times_are_refused(caller: Caller, link: str, at: Any) -> None:
    assert caller.score(link, STUDENT.sub, 8, at).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"userId": None},
        {"timestamp": None},
        {"activityProgress": None},
        {"gradingProgress": None},
        {"scoreMaximum": None},
        {"scoreGiven": "many"},
        {"userId": TEACHER.sub},
        {"userId": ASSISTANT.sub},
        {"userId": "2"},
        {"userId": "9999"},
    ],
)
def test_an_incomplete_score_or_one_for_no_student_is_refused(
    caller: Caller, link: str, changes: dict[str, Any]
) -> None:
    answer = caller.score(link, STUDENT.sub, 8, **changes)
    assert answer.status_code == 400
    assert answer.json()["reason"].startswith("Incorrect score received{")


def test_a_suspended_student_gets_no_grade(campus: Campus, caller: Caller, link: str) -> None:
    campus.suspend(STUDENT.sub)
    assert caller.score(link, STUDENT.sub, 8).status_code == 400


def test_the_media_type_must_be_that_of_a_score(caller: Caller, link: str) -> None:
    address = f"{caller.column(link)}/scores"
    refused = caller.call("POST", address, SCORE, kind="application/json", json={})
    assert refused.status_code == 400
    assert refused.json()["reason"].startswith("No handler found")
    taken = caller.call("POST", address, SCORE, kind=f"{ONE_SCORE}; charset=utf-8", json={})
    assert "Incorrect score" in taken.json()["reason"]


def test_the_teachers_own_grade_stays(campus: Campus, caller: Caller, link: str) -> None:
    campus.override(link, STUDENT.sub, 11)
    assert caller.score(link, STUDENT.sub, 8).status_code == 200
    assert campus.grade(link, STUDENT.sub).raw == 32
    assert final(campus, link) == 11


def test_a_column_of_type_text_throws_scores_away(campus: Campus, caller: Caller, link: str) -> None:
    with campus.lms.store.changing() as state:
        column = state.own_column(campus.activity(link).id)
        assert column is not None
        column.type = TEXT
    assert caller.score(link, STUDENT.sub, 8).status_code == 200
    assert final(campus, link) is None


def test_results_leave_out_what_is_empty_or_zero(campus: Campus, caller: Caller, link: str) -> None:
    caller.score(link, STUDENT.sub, 8, comment="Bien")
    caller.score(link, "21", 0)
    shown = caller.call("GET", f"{caller.column(link)}/results?type_id=1", RESULT, accept=RESULTS).json()
    found = {each["userId"]: each for each in shown}
    assert len(found) == 14
    assert (found["4"]["resultScore"], found["4"]["resultMaximum"], found["4"]["comment"]) == (32, 40, "Bien")
    assert set(found["21"]) == set(found["22"]) == {"id", "userId"}
    one = caller.call("GET", f"{caller.column(link)}/results?user_id=4", RESULT, accept=RESULTS).json()
    assert [each["userId"] for each in one] == ["4"]


def test_results_with_a_limit_are_not_found(caller: Caller, link: str) -> None:
    answer = caller.call("GET", f"{caller.column(link)}/results?limit=5", RESULT, accept=RESULTS)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
