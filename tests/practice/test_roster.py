"""The roster of the practice LMS behaves as Moodle's."""

from __future__ import annotations

from typing import Any

import pytest

from lrc.practice.classroom import NEVER_COMES
from lti.claims import CUSTOM
from tests.campus import ADMINISTRATOR, ASSISTANT, LIBRARIAN, STUDENT, TEACHER, Campus
from tests.practice.calling import MEMBERS, ROSTER, Caller


@pytest.fixture
def caller(campus: Campus) -> Caller:
    return Caller(campus)


def asked(caller: Caller, query: str = "", accept: str | None = MEMBERS) -> Any:
    address = caller.services(f"CourseSection/2/bindings/1/memberships{query}")
    return caller.call("GET", address, ROSTER, accept=accept)


def members(caller: Caller, query: str = "") -> dict[str, Any]:
    return {each["user_id"]: each for each in asked(caller, query).json()["members"]}


def test_roles_are_short_and_an_assistant_is_a_learner(caller: Caller) -> None:
    found = members(caller)
    roles = {sub: found[sub]["roles"] for sub in (STUDENT.sub, TEACHER.sub, ASSISTANT.sub, NEVER_COMES)}
    assert roles == {"4": ["Learner"], "5": ["Instructor"], "8": ["Learner"], NEVER_COMES: ["Learner"]}
    assert {each["status"] for each in found.values()} == {"Active"}


def test_who_is_not_enrolled_or_suspended_is_absent(campus: Campus, caller: Caller) -> None:
    campus.suspend("21")
    campus.unenrol("22")
    assert not members(caller).keys() & {ADMINISTRATOR.sub, LIBRARIAN.sub, "21", "22"}


def test_all_come_in_one_answer_unless_a_limit_is_asked_for(caller: Caller) -> None:
    everybody = members(caller)
    assert len(everybody) == 17
    page = asked(caller, "?limit=10")
    assert len(page.json()["members"]) == 10
    rest = caller.call("GET", page.links["next"]["url"], ROSTER, accept=MEMBERS)
    assert len(rest.json()["members"]) == 7
    assert "next" not in rest.links


@pytest.mark.parametrize("role", ["Instructor", "http://purl.imsglobal.org/vocab/lis/v2/membership%23Instructor"])
def test_a_role_filters(caller: Caller, role: str) -> None:
    assert members(caller, f"?role={role}").keys() == {"5", "6"}


def test_names_and_emails_follow_the_privacy_settings(campus: Campus, caller: Caller) -> None:
    assert members(caller)["4"]["email"] == "estudiante@practica.example"
    campus.privacy(name=False, email=False)
    assert set(members(caller)["4"]) == {"status", "roles", "user_id", "lis_person_sourcedid"}


def test_a_link_brings_its_parameters_of_each_member(campus: Campus, caller: Caller) -> None:
    link = campus.place(custom={"lrc_id": "x"}).link_id
    [message] = members(caller, f"?rlid={link}")["4"]["message"]
    assert (message[CUSTOM]["lrc_id"], message[CUSTOM]["user_groups"]) == ("x", "2")


def test_the_media_type_may_be_missing_but_not_another(caller: Caller) -> None:
    assert asked(caller, accept=None).status_code == 200
    assert asked(caller, accept="application/json").status_code == 400


def test_what_is_not_the_tools_or_not_there_is_refused(caller: Caller) -> None:
    other = caller.services("CourseSection/2/bindings/9/memberships")
    assert caller.call("GET", other, ROSTER, accept=MEMBERS).status_code == 403
    assert asked(caller, "?rlid=9999").status_code == 404
