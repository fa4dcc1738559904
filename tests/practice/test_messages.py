"""The messages of the practice LMS carry what Moodle's do: custom parameters, roles, privacy, reviews, groups."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from lrc.practice import custom
from lti import claims
from lti.roles import INSTRUCTOR, LEARNER
from tests.campus import ADMINISTRATOR, ASSISTANT, STUDENT, TEACHER, Campus

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36"


def test_the_tools_value_wins_over_the_items() -> None:
    assert custom.parameters({"a": "tool"}, {"a": "item", "b": "item"}, {}) == {"a": "tool", "b": "item"}


def test_a_key_with_capitals_is_sent_twice() -> None:
    assert custom.parameters({}, {"Mixed-Case.Key": "v;1=2"}, {}) == {
        "Mixed-Case.Key": "v;1=2",
        "mixed_case_key": "v;1=2",
    }


def test_a_value_ends_at_a_line_break() -> None:
    assert custom.parameters({}, {"multi": "line1\nline2", "crlf": "one\r\ntwo"}, {}) == {
        "multi": "line1",
        "crlf": "one",
    }


def test_known_variables_are_replaced_and_unknown_ones_sent_as_they_are() -> None:
    known: dict[str, str | None] = {"Context.id": "2", "Person.name.full": None}
    given = {"a": "$Context.id", "b": "$User.image", "c": "x $Context.id", "d": "$Person.name.full"}
    assert custom.parameters(given, {}, known) == {"a": "2", "b": "$User.image", "c": "x $Context.id", "d": None}


def substituted(campus: Campus, link: str, *names: str, person: Any = STUDENT) -> dict[str, Any]:
    """What the variables come out as."""
    with campus.lms.store.changing() as state:
        state.tools["1"].custom = {each.replace(".", "_").lower(): f"${each}" for each in names}
    sent = campus.claims(link, person)[claims.CUSTOM]
    return {each: sent[each.replace(".", "_").lower()] for each in names}


def test_moodles_variables(campus: Campus) -> None:
    link = campus.place(title="Leer", maximum=20).link_id
    services = f"{campus.lms.url}/mod/lti/services.php"
    expected = {
        "Context.id": "2",
        "Context.id.history": "",
        "Context.sourcedId": "C-EST101",
        "ResourceLink.id": link,
        "ResourceLink.title": "Leer",
        "User.id": "4",
        "User.username": "estudiante",
        "Person.name.full": "Estudiante de práctica",
        "Person.email.primary": "estudiante@practica.example",
        "Person.address.timezone": "99",
        "Membership.role": "Learner",
        "Moodle.Person.userGroupIds": "2",
        "LineItems.url": f"{services}/2/lineitems?type_id=1",
        "Scores.url": "",
        "LtiLink.memberships.url": f"{services}/links/{{link_id}}/memberships",
        "Result.url": "$Result.url",
        "Message.locale": "$Message.locale",
        "Context.type": "$Context.type",
    }
    assert substituted(campus, link, *expected) == expected


def test_what_the_configuration_names_is_known(campus: Campus) -> None:
    link = campus.place(maximum=20).link_id
    found = substituted(campus, link, *custom.VARIABLES)
    assert not [name for name, value in found.items() if value and value.startswith("$")]


def test_privacy_keeps_names_back_but_not_all(campus: Campus) -> None:
    campus.privacy(name=False, email=False)
    message = campus.claims("1")
    assert not {"name", "given_name", "family_name", "email"} & message.keys()
    assert message[f"{claims.CLAIM}lis"]["person_sourcedid"] == "E-001"
    assert "user_username" not in message[f"{claims.CLAIM}ext"]
    kept = substituted(campus, "1", "Person.name.full", "Person.email.primary", "User.username", "Person.sourcedId")
    assert list(kept.values()) == [None, None, "estudiante", "E-001"]


@pytest.mark.parametrize(
    ("person", "asked", "roles"),
    [
        (STUDENT, {}, [LEARNER]),
        (ASSISTANT, {}, [INSTRUCTOR]),
        (TEACHER, {"role": "student"}, [LEARNER]),
        (ADMINISTRATOR, {"role": "student"}, [LEARNER]),
    ],
)
def test_roles(campus: Campus, person: Any, asked: dict[str, str], roles: list[str]) -> None:
    assert campus.claims("1", person, **asked)[claims.ROLES] == roles


def test_the_clock_of_the_lms_may_be_wrong(campus: Campus) -> None:
    right = campus.claims("1")["iat"]
    campus.lms.quirks.clock_s = 1000
    assert campus.claims("1")["iat"] - right >= 1000


def test_a_review_says_whose_work(campus: Campus) -> None:
    link = campus.place(maximum=20, review=True).link_id
    with campus.lms.store.changing() as state:
        column = state.own_column(campus.activity(link).id)
        assert column is not None
        column.review_url, column.review_custom = f"{campus.settings.tool_url}/x", {"rev": "1"}
    message = campus.claims(link, TEACHER, review="21")
    assert message[claims.MESSAGE_TYPE] == "LtiSubmissionReviewRequest"
    assert message[claims.FOR_USER] == {"user_id": "21"}
    assert message[claims.TARGET_LINK_URI] == f"{campus.settings.tool_url}/x"
    assert message[claims.CUSTOM]["rev"] == "1"
    assert message[claims.RESOURCE_LINK]["id"] == link


def test_nothing_is_reviewed_where_none_was_asked_for(campus: Campus) -> None:
    query = {"id": "2", "as": "5", "cm": campus.activity(campus.place(maximum=20).link_id).id, "review": "21"}
    assert requests.get(f"{campus.lms.url}/mod/lti/launch.php", query, timeout=10).status_code == 404


def test_phones_open_the_tool_in_the_existing_window(campus: Campus) -> None:
    query = {"id": "2", "as": "4", "cm": "11"}
    there = requests.get(
        f"{campus.lms.url}/mod/lti/view.php", query, headers={"User-Agent": PHONE}, timeout=10, allow_redirects=False
    )
    assert there.status_code == 302
    assert "/mod/lti/launch.php?" in there.headers["Location"]
    assert "<iframe" in requests.get(f"{campus.lms.url}/mod/lti/view.php", query, timeout=10).text


def test_a_copied_course_keeps_what_the_tool_put_in_under_new_ids(campus: Campus) -> None:
    old = campus.place(custom={"lrc_id": "x"}, maximum=20)
    copy = campus.copy()
    [new] = [each for each in campus.lms.store.state.of_course(copy) if each.custom]
    assert new.custom == old.custom
    assert new.link_id != old.link_id
    message = campus.claims(new.link_id, course=copy)
    assert message[claims.CONTEXT]["id"] == copy
    assert message[claims.CUSTOM]["context_history"] == "2"
    assert message[claims.AGS]["lineitem"].startswith(f"{campus.lms.url}/mod/lti/services.php/{copy}/lineitems/")
    again = campus.copy(copy)
    assert (
        campus.claims(campus.lms.store.state.of_course(again)[0].link_id, course=again)[claims.CUSTOM][
            "context_history"
        ]
        == f"{copy},2"
    )
