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
from lti.launches import Launch
from lti.models import Login, Platform, Sighting
from lti.refusals import Reason, refuse
from tests import factories

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
def platform(session: Session) -> Platform:
    made = factories.platform(session)
    session.commit()
    return made


def test_a_launch_leaves_marks_and_the_clock_but_nothing_of_the_person(session: Session, platform: Platform) -> None:
    sightings.note(session, platform, LAUNCH, cookies="frame", clock_s=-0.44)
    seen = sightings.seen(session, platform.id)
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
    assert "Alguien" not in str(session.get_one(Sighting, platform.id).facts)


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


def test_the_row_is_written_again_only_after_a_while_or_for_something_new(session: Session, platform: Platform) -> None:
    writes: list[str] = []

    @event.listens_for(session.get_bind(), "before_cursor_execute")
    def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("INSERT INTO sightings", "UPDATE sightings")):
            writes.append(statement)

    for _ in range(60):
        sightings.note(session, platform, LAUNCH, cookies="frame")
    once = len(writes)
    sightings.note(session, platform, replace(LAUNCH, message_type=claims.DEEP_LINKING_REQUEST), cookies="frame")
    assert (once, len(writes)) == (2, 3)  # made, then marked

    row = session.get_one(Sighting, platform.id)
    past = (utcnow() - sightings.NOTED_EVERY - timedelta(seconds=1)).isoformat()
    row.facts = {**row.facts, "marks": dict.fromkeys(row.facts["marks"], past)}
    session.flush()
    sightings.note(session, platform, LAUNCH, cookies="frame")
    marks = sightings.seen(session, platform.id).marks
    assert marks["names:yes"] > marks["message:LtiDeepLinkingRequest"]


def test_a_mark_not_set_for_half_a_year_is_forgotten(session: Session, platform: Platform) -> None:
    sightings.note(session, platform, LAUNCH)
    row = session.get_one(Sighting, platform.id)
    old = (utcnow() - sightings.FORGOTTEN_AFTER - timedelta(days=1)).isoformat()
    row.facts = {**row.facts, "marks": {**row.facts["marks"], "emails:yes": old}}
    session.flush()
    sightings.note(session, platform, LAUNCH, cookies="tab")
    assert "emails:yes" not in sightings.seen(session, platform.id).marks


def test_a_launch_does_not_wait_for_another_that_is_writing(app: Flask, session: Session, platform: Platform) -> None:
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time whatever we do")
    sightings.note(session, platform, LAUNCH)
    session.commit()
    session.execute(update(Sighting).values(seen_at=utcnow()))  # holds the row until the end of the test
    with new_session(engine_of(app)) as other:
        sightings.note(other, other.get_one(Platform, platform.id), LAUNCH, cookies="tab")
        other.commit()
        assert "cookies:tab" not in sightings.seen(other, platform.id).marks
    session.rollback()


def test_a_refusal_of_a_known_platform_is_noted_with_its_reason(app: Flask, platform: Platform) -> None:
    refused = refuse(Reason.UNKNOWN_DEPLOYMENT, "'7'")
    sightings.note_refusal(refused, issuer=platform.issuer, client_id=platform.client_id)
    assert _refusals(app, platform) == {"unknown deployment": "'7'"}


def test_a_refused_launch_is_known_by_its_login(app: Flask, session: Session, platform: Platform) -> None:
    logins.begin(session, platform, "state", "nonce", "https://tool.example")
    session.commit()
    assert session.scalars(select(Login)).one()
    sightings.note_refusal(refuse(Reason.BAD_SIGNATURE), state="state")
    assert _refusals(app, platform) == {"signature wrong": ""}


def test_a_new_client_id_of_a_known_moodle_is_noted_with_that_moodle(app: Flask, platform: Platform) -> None:
    sightings.note_refusal(refuse(Reason.UNKNOWN_PLATFORM), issuer=platform.issuer, client_id="another")
    assert set(_refusals(app, platform)) == {"unknown platform"}


def test_what_nobody_knows_leaves_nothing_behind(app: Flask, session: Session, platform: Platform) -> None:
    sightings.note_refusal(refuse(Reason.UNKNOWN_PLATFORM), issuer="https://elsewhere.example", client_id="x")
    sightings.note_refusal(refuse(Reason.NO_STATE), state="made up")
    sightings.note_refusal(refuse(Reason.INCOMPLETE_LOGIN))
    assert session.scalars(select(Sighting)).all() == []


def test_a_flood_of_refusals_is_written_once_a_minute(app: Flask, platform: Platform) -> None:
    for number in range(20):
        refused = refuse(Reason.UNKNOWN_DEPLOYMENT, f"'{number}'" * 100)
        sightings.note_refusal(refused, issuer=platform.issuer, client_id=platform.client_id)
    assert _refusals(app, platform) == {"unknown deployment": ("'0'" * 100)[:100]}


def test_launches_and_refusals_do_not_write_over_one_another(app: Flask, session: Session, platform: Platform) -> None:
    sightings.note_refusal(refuse(Reason.NOT_YET), issuer=platform.issuer, client_id=platform.client_id)
    sightings.note(session, platform, LAUNCH)
    session.commit()
    sightings.note_refusal(refuse(Reason.BAD_TIMES), issuer=platform.issuer, client_id=platform.client_id)
    assert set(_refusals(app, platform)) == {"message type not supported", "exp or iat missing or wrong"}
    with new_session(engine_of(app)) as own:
        assert sightings.seen(own, platform.id).last("names:")


def _refusals(app: Flask, platform: Platform) -> dict[str, str]:
    with new_session(engine_of(app)) as own:
        return {reason: each.what for reason, each in sightings.seen(own, platform.id).refusals.items()}
