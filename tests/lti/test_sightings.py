"""What launches bring is noted seldom and without names; refusals are noted in bounded room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from lrc.db import engine_of, new_session, utcnow
from lti import claims, logins, sightings
from lti.messages import Launch
from lti.models import Login, Platform, Sighting
from lti.refusals import Reason, refuse
from tests import factories
from tests.campus import TEACHER, Campus
from tests.lti.launching import Moodle, hidden_fields

LAUNCH = Launch(
    sub="4",
    roles=frozenset(),
    name="Alguien",
    email="",
    custom_names=("context_history", "user_groups", "library"),
    unfilled=("user_groups",),
    deployment_id="1",
    services={"lineitems": "https://moodle.example/lineitems"},
)


@pytest.fixture
def known(session: Session) -> Platform:
    made = factories.platform(session)
    session.commit()
    return made


def test_a_launch_leaves_marks_and_the_clock_but_nothing_of_the_person(session: Session, known: Platform) -> None:
    sightings.note(session, known, LAUNCH, cookies="frame", clock_s=-0.44)
    seen = sightings.seen(session, known.id)
    assert set(seen.marks) == {
        "names:yes",
        "emails:no",
        "deployment:1",
        "message:LtiResourceLinkRequest",
        "custom:context_history",
        "unfilled:user_groups",
        "service:lineitems",
        "cookies:frame",
    }
    assert seen.clock_s == -0.4
    assert "Alguien" not in str(session.get_one(Sighting, known.id).facts)


def test_a_parameter_that_comes_empty_is_there_and_one_with_a_dollar_is_unfilled() -> None:
    body = {
        "sub": "4",
        claims.ROLES: [],
        claims.MESSAGE_TYPE: claims.RESOURCE_LINK_REQUEST,
        claims.TARGET_LINK_URI: "https://tool.example",
        claims.CUSTOM: {"context_history": "", "user_groups": "$Moodle.Person.userGroupIds"},
    }
    marks = set(sightings.marks_of(Launch.from_claims(body)))
    assert {"custom:context_history", "unfilled:user_groups"} <= marks


def test_the_row_is_written_again_only_after_a_while_or_for_something_new(session: Session, known: Platform) -> None:
    writes: list[str] = []

    @event.listens_for(session.get_bind(), "before_cursor_execute")
    def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("INSERT INTO sightings", "UPDATE sightings")):
            writes.append(statement)

    for _ in range(60):
        sightings.note(session, known, LAUNCH, cookies="frame")
    once = len(writes)
    sightings.note(session, known, replace(LAUNCH, message_type=claims.DEEP_LINKING_REQUEST), cookies="frame")
    assert (once, len(writes)) == (2, 3)  # made, then marked

    row = session.get_one(Sighting, known.id)
    past = (utcnow() - sightings.NOTED_EVERY - timedelta(seconds=1)).isoformat()
    row.facts = {**row.facts, "marks": dict.fromkeys(row.facts["marks"], past)}
    session.flush()
    sightings.note(session, known, LAUNCH, cookies="frame")
    marks = sightings.seen(session, known.id).marks
    assert marks["names:yes"] > marks["message:LtiDeepLinkingRequest"]


def test_a_mark_not_set_for_half_a_year_is_forgotten(session: Session, known: Platform) -> None:
    sightings.note(session, known, LAUNCH)
    row = session.get_one(Sighting, known.id)
    old = (utcnow() - sightings.FORGOTTEN_AFTER - timedelta(days=1)).isoformat()
    row.facts = {**row.facts, "marks": {**row.facts["marks"], "emails:yes": old}}
    session.flush()
    sightings.note(session, known, LAUNCH, cookies="tab")
    assert "emails:yes" not in sightings.seen(session, known.id).marks


@pytest.mark.postgresql  # SQLite has one writer at a time whatever we do
def test_a_launch_does_not_wait_for_another_that_is_writing(app: Flask, session: Session, known: Platform) -> None:
    sightings.note(session, known, LAUNCH)
    session.commit()
    session.execute(update(Sighting).values(seen_at=utcnow()))  # holds the row until the end of the test
    with new_session(engine_of(app)) as other:
        sightings.note(other, other.get_one(Platform, known.id), LAUNCH, cookies="tab")
        other.commit()
        assert "cookies:tab" not in sightings.seen(other, known.id).marks
    session.rollback()


def test_a_refusal_of_a_known_platform_is_noted_with_its_reason(app: Flask, known: Platform) -> None:
    refused = refuse(Reason.UNKNOWN_DEPLOYMENT, "'7'")
    sightings.note_refusal(refused, issuer=known.issuer, client_id=known.client_id)
    assert _refusals(app, known) == {"unknown deployment": "'7'"}


def test_a_refused_launch_is_known_by_its_login(app: Flask, session: Session, known: Platform) -> None:
    logins.begin(session, known, "state", "nonce", "https://tool.example")
    session.commit()
    assert session.scalars(select(Login)).one()
    sightings.note_refusal(refuse(Reason.BAD_SIGNATURE), state="state")
    assert _refusals(app, known) == {"signature wrong": ""}


def test_a_new_client_id_of_a_known_moodle_is_noted_with_that_moodle(app: Flask, known: Platform) -> None:
    sightings.note_refusal(refuse(Reason.UNKNOWN_PLATFORM), issuer=known.issuer, client_id="another")
    assert set(_refusals(app, known)) == {"unknown platform"}


def test_what_nobody_knows_leaves_nothing_behind(app: Flask, session: Session, known: Platform) -> None:
    sightings.note_refusal(refuse(Reason.UNKNOWN_PLATFORM), issuer="https://elsewhere.example", client_id="x")
    sightings.note_refusal(refuse(Reason.NO_STATE), state="made up")
    sightings.note_refusal(refuse(Reason.INCOMPLETE_LOGIN))
    sightings.note_refusal(refuse(Reason.INCOMPLETE_LOGIN), issuer=known.issuer + "\0", client_id="\ud800", state="\0")
    assert session.scalars(select(Sighting)).all() == []


def test_a_flood_of_refusals_is_written_once_a_minute(app: Flask, known: Platform) -> None:
    for number in range(20):
        refused = refuse(Reason.UNKNOWN_DEPLOYMENT, f"'{number}'" * 100)
        sightings.note_refusal(refused, issuer=known.issuer, client_id=known.client_id)
    assert _refusals(app, known) == {"unknown deployment": ("'0'" * 100)[:100]}


def test_launches_and_refusals_do_not_write_over_one_another(app: Flask, session: Session, known: Platform) -> None:
    sightings.note_refusal(refuse(Reason.NOT_YET), issuer=known.issuer, client_id=known.client_id)
    sightings.note(session, known, LAUNCH)
    session.commit()
    sightings.note_refusal(refuse(Reason.BAD_TIMES), issuer=known.issuer, client_id=known.client_id)
    assert set(_refusals(app, known)) == {"message type not supported", "exp or iat missing or wrong"}
    with new_session(engine_of(app)) as own:
        assert sightings.seen(own, known.id).last("names:")


def _refusals(app: Flask, known: Platform) -> dict[str, str]:
    with new_session(engine_of(app)) as own:
        return {reason: each.what for reason, each in sightings.seen(own, known.id).refusals.items()}


def test_a_real_launch_is_noted_as_it_arrived(campus: Campus, session: Session) -> None:
    campus.launch(TEACHER)
    campus.choose(TEACHER)
    seen = sightings.seen(session, campus.platform_id)
    assert {
        "names:yes",
        "emails:yes",
        "deployment:1",
        "cookies:frame",
        "custom:context_history",
        "message:LtiDeepLinkingRequest",
        "service:memberships",
    } <= set(seen.marks)
    assert seen.clock_s is not None
    assert abs(seen.clock_s) < 10


@pytest.mark.parametrize(
    ("target", "headers", "way"),
    [
        ("iframe", {}, "frame"),
        ("iframe", {"Sec-Fetch-Dest": "iframe"}, "frame"),
        ("iframe", {"Sec-Fetch-Dest": "document"}, "tab"),
        ("window", {"Sec-Fetch-Dest": "document"}, "window"),
        ("frame", {}, "window"),
    ],
)
def test_how_a_launch_arrived(moodle: Moodle, session: Session, target: str, headers: dict[str, str], way: str) -> None:
    browser = moodle.browser()
    browser.environ_base.update({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()})
    presented = {claims.PRESENTATION: {"document_target": target}}
    assert moodle.launch(browser, changes=presented).status_code == 303
    [platform] = session.scalars(select(Platform))
    assert sightings.seen(session, platform.id).names("cookies:") == (way,)


def test_a_refused_launch_is_noted_and_refused_as_ever(moodle: Moodle, session: Session) -> None:
    assert moodle.launch(changes={claims.DEPLOYMENT_ID: "77"}).status_code == 401
    [platform] = session.scalars(select(Platform))
    refusal = sightings.seen(session, platform.id).refusals["unknown deployment"]
    assert refusal.what == "'77'"
    assert sightings.seen(session, platform.id).marks == {}


def test_a_refused_login_is_noted_too(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    for changes in ({"lti_deployment_id": "5"}, {"target_link_uri": "https://elsewhere.example"}, {"client_id": "new"}):
        assert browser.post("/lti/login", data=moodle.fields(**changes)).status_code == 401
    [platform] = session.scalars(select(Platform))
    assert set(sightings.seen(session, platform.id).refusals) == {
        "unknown deployment",
        "target_link_uri on another origin",
        "unknown platform",
    }


def test_a_browser_without_any_cookies_is_noted(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    browser._cookies = None
    page = browser.get(browser.post("/lti/login", data=moodle.fields()).location).text
    back = browser.post("/lti/login", data=hidden_fields(page))
    assert browser.get(back.location).status_code == 401
    [platform] = session.scalars(select(Platform))
    assert set(sightings.seen(session, platform.id).refusals) == {"no cookies at all"}
