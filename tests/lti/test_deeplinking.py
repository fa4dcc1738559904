"""What a platform asks for in deep linking, however it writes it, and who may answer."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.errors import LaunchRefused, NotAllowed
from lti import claims, deeplinking, keys
from lti.deeplinking import Asked, Item
from lti.models import Platform, StoredLaunch
from lti.roles import LEARNER
from lti.viewers import Role
from tests import factories
from tests.lti.launching import ADMINISTRATOR, LIBRARIAN, STUDENT, TEACHER, Moodle

SECRET = "a secret that is long enough"
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"


def settings_of(issuer: str, **changes: Any) -> dict[str, Any]:
    sent = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        "accept_multiple": True,
        "deep_link_return_url": f"{issuer}/return",
    }
    return sent | changes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (True, True, True)),
        ({"accept_types": ["file", "ltiResourceLink", "link"]}, (True, True, True)),
        ({"accept_types": ["link"]}, (False, True, True)),
        ({"accept_types": "ltiResourceLink"}, (False, True, True)),
        ({"accept_multiple": "true"}, (True, True, True)),
        ({"accept_multiple": "False"}, (True, False, True)),
        ({"accept_multiple": 1}, (True, False, True)),
        ({"accept_multiple": None}, (True, False, True)),
        ({"accept_lineitem": False}, (True, True, False)),
        ({"accept_lineitem": "false"}, (True, True, False)),
        ({"accept_lineitem": True}, (True, True, True)),
        ({"accept_lineitem": []}, (True, True, True)),
    ],
)
def test_what_is_accepted_is_read_however_it_is_written(changes: dict[str, Any], expected: tuple[bool, ...]) -> None:
    asked = Asked.of(settings_of("https://m.example", **changes))
    assert (asked.accepts_links, asked.accepts_many, asked.accepts_grades) == expected


def test_settings_of_no_sense_accept_nothing() -> None:
    assert Asked.of({}) == Asked("", accepts_links=False, accepts_many=False, accepts_grades=True)
    assert Asked.of({"deep_link_return_url": ["x"], "accept_types": 5}).return_url == ""


@pytest.fixture
def launch(session: Session) -> StoredLaunch:
    made = factories.launch(session, Role.TEACHER)
    made.claims = {"deep_linking": settings_of(made.person.platform.issuer), "deployment_id": "dep-9"}
    return made


def items_of(session: Session, launch: StoredLaunch, *items: Item, icon: str = "") -> list[dict[str, Any]]:
    signed = deeplinking.answer(session, launch, items, icon, SECRET)
    found: list[dict[str, Any]] = jwt.decode(signed.token, options={"verify_signature": False})[ITEMS]
    return found


def test_an_answer_is_signed_with_a_key_of_our_key_set_and_names_client_and_deployment(
    session: Session, launch: StoredLaunch
) -> None:
    signed = deeplinking.answer(session, launch, [], "", SECRET)
    header = jwt.get_unverified_header(signed.token)
    published = jwt.PyJWKSet.from_dict(keys.key_set(session, SECRET))
    platform = launch.person.platform
    told = jwt.decode(
        signed.token,
        published[header["kid"]],
        algorithms=["RS256"],
        audience=platform.issuer,
        issuer=platform.client_id,
        options={"require": ["exp", "iat", "nonce"]},
    )
    assert told[claims.DEPLOYMENT_ID] == "dep-9"
    assert told[ITEMS] == []
    assert signed.url == f"{platform.issuer}/return"


def test_an_item_that_is_graded_has_a_column_whose_cells_lead_to_the_work(
    session: Session, launch: StoredLaunch
) -> None:
    item = Item("resource", "r/1", "i1", "https://tool.example/open/resource/r/1", "Guía", "Lee esto.", 20)
    (told,) = items_of(session, launch, item, icon="https://tool.example/i.png")
    assert told == {
        "type": "ltiResourceLink",
        "title": "Guía",
        "text": "Lee esto.",
        "url": "https://tool.example/open/resource/r/1",
        "icon": {"url": "https://tool.example/i.png"},
        "custom": {"lrc_kind": "resource", "lrc_id": "r/1", "lrc_item": "i1"},
        "lineItem": {
            "scoreMaximum": 20,
            "label": "Guía",
            "resourceId": "r/1",
            "tag": "resource",
            "submissionReview": {"reviewableStatus": ["Completed"], "url": "https://tool.example/open/resource/r/1"},
        },
    }
    assert type(told["lineItem"]["scoreMaximum"]) is int


def test_what_moodle_would_take_for_a_tag_is_set_apart_and_nothing_is_lost(
    session: Session, launch: StoredLaunch
) -> None:
    item = Item("search", "x", "i", "https://t.example/", "p<0.05 y a < b <b>", "1<2", 5)
    (told,) = items_of(session, launch, item)
    assert told["title"] == told["lineItem"]["label"] == "p< 0.05 y a < b < b>"
    assert told["text"] == "1< 2"
    (told,) = items_of(session, launch, Item("search", "x", "i", "https://t.example/", "<b" + "x" * 253))
    assert len(told["title"]) == 255, "Moodle takes no longer names"


@pytest.mark.parametrize("data", ["as it was", "", {"nested": [1, None]}, 0, False])
def test_data_goes_back_as_it_came(session: Session, launch: StoredLaunch, data: object) -> None:
    launch.claims = {**launch.claims, "deep_linking": settings_of(launch.person.platform.issuer, data=data)}
    told = jwt.decode(deeplinking.answer(session, launch, [], "", SECRET).token, options={"verify_signature": False})
    assert told[deeplinking.DATA] == data


def test_no_data_goes_back_where_none_came(session: Session, launch: StoredLaunch) -> None:
    told = jwt.decode(deeplinking.answer(session, launch, [], "", SECRET).token, options={"verify_signature": False})
    assert deeplinking.DATA not in told


def test_the_answer_may_go_to_the_site_where_people_sign_in(session: Session, launch: StoredLaunch) -> None:
    launch.person.platform.auth_login_url = "https://login.example:8443/auth"
    launch.claims = {"deep_linking": settings_of("https://login.example:8443")}
    assert deeplinking.answer(session, launch, [], "", SECRET).url == "https://login.example:8443/return"


def test_one_platform_cannot_have_the_answer_sent_to_another(session: Session, launch: StoredLaunch) -> None:
    other = factories.platform(session)
    launch.claims = {"deep_linking": settings_of(other.issuer)}
    with pytest.raises(LaunchRefused):
        deeplinking.answer(session, launch, [], "", SECRET)


def asking(platform: Platform, person: Any, **changes: Any) -> dict[str, Any]:
    return {
        "person": person,
        "changes": {
            claims.MESSAGE_TYPE: claims.DEEP_LINKING_REQUEST,
            claims.DEEP_LINKING: settings_of(platform.issuer),
            **changes,
        },
    }


@pytest.mark.parametrize("person", [TEACHER, ADMINISTRATOR, LIBRARIAN], ids=["teacher", "administrator", "librarian"])
def test_who_teaches_is_led_to_the_picker(moodle: Moodle, platform: Platform, person: Any) -> None:
    browser = moodle.browser()
    answer = moodle.launch(browser, **asking(platform, person))
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Elige para «" in page
    assert "Nada elegido todavía" in page


@pytest.mark.parametrize("roles", [[LEARNER], [], ["urn:unknown#Instructor"], ["Member"]])
def test_who_does_not_teach_is_refused_clearly(moodle: Moodle, platform: Platform, roles: list[str]) -> None:
    browser = moodle.browser()
    answer = moodle.launch(browser, **asking(platform, STUDENT, **{claims.ROLES: roles}))
    assert answer.status_code == 403
    assert "Solo quienes enseñan en un curso" in answer.text
    assert browser.get("/").status_code == 401, "nobody was signed in"


@pytest.mark.parametrize(
    "changes",
    [
        {"deep_link_return_url": "https://elsewhere.example/return"},
        {"deep_link_return_url": "javascript:alert(1)"},
        {"deep_link_return_url": "http://localhost.elsewhere.example/"},
        {"deep_link_return_url": {"x": 1}},
        {"deep_link_return_url": "https://elsewhere.example/" + "x" * 3000},
        {"accept_types": "ltiResourceLink"},
        {"accept_presentation_document_targets": None},
    ],
)
def test_settings_that_break_the_rules_are_refused_before_anybody_chooses(
    moodle: Moodle, platform: Platform, changes: dict[str, Any]
) -> None:
    sent = settings_of(platform.issuer, **changes)
    answer = moodle.launch(**asking(platform, TEACHER, **{claims.DEEP_LINKING: sent}))
    assert answer.status_code == 401


def test_huge_settings_are_taken_and_come_back(moodle: Moodle, platform: Platform, app: Flask) -> None:
    sent = settings_of(platform.issuer, data="ñ" * 10_000, title="x" * 20_000, accept_types=["ltiResourceLink"] * 500)
    browser = moodle.browser()
    answer = moodle.launch(browser, **asking(platform, TEACHER, **{claims.DEEP_LINKING: sent}))
    page = browser.get(answer.location)
    assert page.status_code == 200
    assert len(page.data) < 60_000


def test_only_who_is_choosing_has_a_launch_to_answer(session: Session) -> None:
    with pytest.raises(NotAllowed):
        deeplinking.launch_of(session, factories.viewer(session, Role.TEACHER))


@pytest.mark.parametrize("data", [float("nan"), [float("inf")], {"x": float("-inf")}], ids=str)
def test_settings_that_no_database_takes_for_json_are_refused(moodle: Moodle, platform: Platform, data: object) -> None:
    sent = settings_of(platform.issuer, data=data)
    answer = moodle.launch(**asking(platform, TEACHER, **{claims.DEEP_LINKING: sent}))
    assert answer.status_code == 401
    assert "le falta un dato necesario" in answer.text
