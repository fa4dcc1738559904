"""Line items of the practice LMS behave as Moodle's."""

from __future__ import annotations

from typing import Any

import pytest

from lti.claims import AGS as GRADES
from tests.campus import OTHER_COURSE, Campus
from tests.practice.calling import ITEM, ITEMS, LINEITEM, SCORE, Caller


@pytest.fixture
def caller(campus: Campus) -> Caller:
    return Caller(campus)


def listed(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = caller.call("GET", caller.services(f"2/lineitems?type_id=1{query}"), LINEITEM, accept=ITEMS)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def made(caller: Caller, **fields: Any) -> Any:
    body = {"label": "Hecho", "scoreMaximum": 250.5} | fields
    return caller.call("POST", caller.services("2/lineitems?type_id=1"), LINEITEM, kind=ITEM, json=body)


def test_an_activitys_own_is_listed_with_its_link(campus: Campus, caller: Caller) -> None:
    activity = campus.place(title="Leer", maximum=40)
    [item] = listed(caller)
    assert item["id"].startswith(f"{caller.column(activity.link_id)}?type_id=1")
    assert (item["label"], item["scoreMaximum"], item["resourceLinkId"]) == ("Leer", 40, activity.link_id)


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_other_media_types_find_no_handler(caller: Caller, accept: str) -> None:
    answer = caller.call("GET", caller.services("2/lineitems"), LINEITEM, accept=accept)
    assert (answer.status_code, answer.json()["reason"][:16]) == (400, "No handler found")


def test_a_tool_makes_alters_and_deletes_its_own(caller: Caller) -> None:
    answer = made(caller, tag="t", resourceId="r", startDateTime="2026-11-01T10:00:00Z")
    assert answer.status_code == 201
    item = answer.json()
    assert (item["scoreMaximum"], item["tag"], "startDateTime" in item) == (250.5, "t", False)
    assert [len(listed(caller, query)) for query in ("&tag=t", "&tag=u", "&resource_id=r")] == [1, 0, 1]
    change = caller.call("PUT", item["id"], LINEITEM, kind=ITEM, json={"label": "Otro", "scoreMaximum": 10})
    assert change.json()["label"] == "Otro"
    assert caller.call("GET", item["id"], LINEITEM, accept=ITEM).json()["scoreMaximum"] == 10
    assert caller.call("DELETE", item["id"], LINEITEM).status_code == 204
    assert caller.call("GET", item["id"], LINEITEM, accept=ITEM).status_code == 404


def test_writing_needs_more_than_the_scope_of_scores(caller: Caller) -> None:
    assert caller.call("POST", caller.services("2/lineitems"), SCORE, kind=ITEM, json={}).status_code == 401


def test_a_link_that_is_unknown_or_elsewhere_is_forbidden(campus: Campus, caller: Caller) -> None:
    elsewhere = campus.place(OTHER_COURSE).link_id
    assert [made(caller, resourceLinkId=link).status_code for link in ("9999", elsewhere)] == [403, 403]


def test_deleting_an_activitys_own_leaves_the_activity_ungraded(campus: Campus, caller: Caller) -> None:
    activity = campus.place(maximum=40)
    assert caller.call("DELETE", caller.column(activity.link_id), LINEITEM).status_code == 204
    assert campus.activity(activity.link_id)
    assert campus.gradebook() == {}


def test_a_link_for_which_the_tool_made_one_names_it_with_an_empty_text(campus: Campus, caller: Caller) -> None:
    link = campus.place().link_id
    assert "lineitem" not in campus.claims(link)[GRADES]
    made(caller, resourceLinkId=link)
    assert campus.claims(link)[GRADES]["lineitem"] == ""
    assert len(listed(caller, f"&resource_link_id={link}")) == 1


def test_a_limit_gives_a_link_that_nobody_can_read(caller: Caller) -> None:
    for number in range(3):
        made(caller, label=f"{number}")
    answer = caller.call("GET", caller.services("2/lineitems?limit=2"), LINEITEM, accept=ITEMS)
    assert len(answer.json()) == 2
    assert "&amp;" in answer.headers["Link"]
    assert "next" not in answer.links


def test_another_tool_of_the_same_domain_may_read_them(campus: Campus, caller: Caller) -> None:
    link = campus.place(maximum=40).link_id
    with campus.lms.store.changing() as state:
        column = state.own_column(campus.activity(link).id)
        assert column is not None
        state.tools["2"] = type(state.tools["1"])(**{**vars(state.tools["1"]), "id": "2", "client_id": "other"})
        column.tool_id = "2"
    assert len(listed(caller)) == 1
    with campus.lms.store.changing() as state:
        state.tools["2"].url = "https://other.example"
    assert listed(caller) == []


@pytest.mark.parametrize("fields", [{"label": ""}, {"scoreMaximum": None}, {"scoreMaximum": 0}, {"scoreMaximum": "x"}])
def test_an_incomplete_one_is_refused(caller: Caller, fields: dict[str, Any]) -> None:
    assert made(caller, **fields).status_code == 400


def test_a_body_that_is_no_object_is_refused(caller: Caller) -> None:
    answer = caller.call("POST", caller.services("2/lineitems"), LINEITEM, kind=ITEM, json=[])
    assert answer.status_code == 400


def test_another_tools_and_another_courses_are_out_of_reach(campus: Campus, caller: Caller) -> None:
    mine = caller.column(campus.place(maximum=40).link_id)
    assert caller.call("GET", mine.replace("/2/", "/3/"), LINEITEM, accept=ITEM).status_code == 404
    with campus.lms.store.changing() as state:
        for column in state.columns.values():
            column.tool_id = "gone"
    assert caller.call("GET", mine, LINEITEM, accept=ITEM).status_code == 403


def test_a_review_that_is_asked_for_is_kept(caller: Caller) -> None:
    review = {"url": "https://tool.example/r", "custom": {"a": 1}}
    item = made(caller, submissionReview=review).json()
    assert item["submissionReview"]["url"] == "https://tool.example/r"
    assert item["submissionReview"]["custom"] == {"a": "1"}
