"""The services of a Moodle, over real connections both ways: it checks our keys before it gives a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.config import Settings
from lti import keys
from lti.connector import ServiceTrouble, connect
from lti.models import Context, Platform, ServiceToken, ToolKey
from tests.campus import STUDENT, TEACHER, Campus, campus

__all__ = ["campus"]

ROSTER = ["https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"]
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@pytest.fixture
def memberships_url(campus: Campus, session: Session) -> str:
    campus.launch(TEACHER)
    return session.scalars(select(Context.memberships_url).where(Context.platform_id == campus.platform_id)).one()


@pytest.fixture
def token_is_given(campus: Campus, session: Session) -> Callable[[], bool]:
    """Whether the LMS gives a new token for what we sign now."""

    def ask() -> bool:
        session.rollback()
        session.query(ServiceToken).delete()
        session.commit()
        try:
            return bool(connect(campus.platform_id).get_access_token(ROSTER))
        except ServiceTrouble:
            return False

    return ask


def test_the_roster_comes(campus: Campus, memberships_url: str) -> None:
    found = connect(campus.platform_id).make_service_request(ROSTER, memberships_url, accept=MEMBERS)
    assert isinstance(found["body"], dict)
    assert STUDENT.sub in {member["user_id"] for member in found["body"]["members"]}


def test_a_moodle_that_cannot_fetch_our_keys_is_told_from_other_troubles(campus: Campus, memberships_url: str) -> None:
    campus.lms.quirks.blocks_keys = True
    with pytest.raises(ServiceTrouble) as raised:
        connect(campus.platform_id).make_service_request(ROSTER, memberships_url, accept=MEMBERS)
    assert (raised.value.service, raised.value.advice_code) == ("token", "keys-blocked")


def test_through_a_rotation_every_token_is_given(
    campus: Campus, session: Session, settings: Settings, token_is_given: Callable[[], bool]
) -> None:
    seen = []
    keys.rotate(session, settings.secret_key)
    session.commit()
    for hours in (0, 2, 23, 24, 24 * 5, 48):
        for key in session.scalars(select(ToolKey)):
            key.created_at -= timedelta(hours=hours)
            key.signs_from = key.signs_from and key.signs_from - timedelta(hours=hours)
            key.retired_at = key.retired_at and key.retired_at - timedelta(hours=hours)
        keys.rotate_aged(session, settings.secret_key, timedelta(days=180))
        session.commit()
        seen.append((token_is_given(), len(keys.key_set(session, settings.secret_key)["keys"])))
    assert seen == [(True, 2), (True, 2), (True, 2), (True, 2), (True, 2), (True, 1)]


def test_after_a_leak_the_new_key_is_believed(
    campus: Campus, session: Session, settings: Settings, token_is_given: Callable[[], bool]
) -> None:
    assert token_is_given()
    keys.replace_leaked(session, settings.secret_key)
    session.commit()
    assert token_is_given()


def test_a_platform_gets_nothing_of_another_by_naming_its_services(
    campus: Campus, memberships_url: str, tmp_path: Path
) -> None:
    """Both have the same people and ids; only the address tells them apart, and a launch could name any."""
    other = campus.another(tmp_path / "other")
    with pytest.raises(ServiceTrouble) as raised:
        connect(other.platform_id).make_service_request(ROSTER, memberships_url, accept=MEMBERS)
    assert raised.value.advice_code == "foreign-address"
    assert campus.lms.quirks.called("memberships") == other.lms.quirks.called("token") == []


def test_the_token_of_one_platform_is_not_used_for_another_at_the_same_address(
    campus: Campus, memberships_url: str, session: Session
) -> None:
    """A second registration of the same LMS, of which it knows nothing, cannot live on the first one's token."""
    own = connect(campus.platform_id)
    own.make_service_request(ROSTER, memberships_url, accept=MEMBERS)
    session.rollback()
    first = session.get_one(Platform, campus.platform_id)
    copied = {name: getattr(first, name) for name in ("institution_id", "issuer", "auth_login_url", "auth_token_url")}
    second = Platform(**copied, jwks_url=first.jwks_url, client_id="somebody-else")
    session.add(second)
    session.commit()
    with pytest.raises(ServiceTrouble) as raised:
        connect(second.id).make_service_request(ROSTER, memberships_url, accept=MEMBERS)
    assert raised.value.service == "token"


def test_a_token_that_the_platform_forgot_is_replaced(campus: Campus, memberships_url: str) -> None:
    connector = connect(campus.platform_id)
    connector.make_service_request(ROSTER, memberships_url, accept=MEMBERS)
    campus.lms.grants.forget()
    assert connector.make_service_request(ROSTER, memberships_url, accept=MEMBERS)["body"]
    assert len(campus.lms.quirks.called("token")) == 2
