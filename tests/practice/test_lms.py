"""The practice LMS behaves as the Moodle of docs/moodle.md does, where the tool can tell the difference."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.config import Settings, SettingsError
from lrc.practice import registration
from lrc.practice.classroom import COURSES, NEVER_COMES, PEOPLE
from lrc.practice.lms import create_practice_app
from lrc.practice.messages import CLIENT_ID, SigningKey
from lti.claims import CUSTOM, PRESENTATION, ROLES
from lti.models import Platform
from tests.lti.launching import hidden_fields

LAUNCH = "/mod/lti/launch.php?id=2&as=4&lang=es"
AUTH = "/mod/lti/auth.php"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, tool_url="http://127.0.0.1:8000", practice_port=8001)


@pytest.fixture
def lms(settings: Settings) -> FlaskClient:
    return create_practice_app(settings).test_client()


def asked(begun: dict[str, str], **changes: str) -> dict[str, str]:
    """What a tool asks after the login fields that it got."""
    return {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": begun["client_id"],
        "redirect_uri": "http://127.0.0.1:8000/lti/launch",
        "state": "s",
        "nonce": "n",
        "login_hint": begun["login_hint"],
        "lti_message_hint": begun["lti_message_hint"],
    } | changes


def test_it_never_runs_in_production(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="never runs in production"):
        create_practice_app(replace(settings, mode="production"))


def test_it_is_another_site_than_the_tool(settings: Settings) -> None:
    assert urlsplit(settings.practice_url).hostname != urlsplit(settings.tool_url).hostname


def test_one_chooses_among_people_and_courses(lms: FlaskClient) -> None:
    page = lms.get("/").text
    assert all((each.name in page) == (each.sub != NEVER_COMES) for each in PEOPLE.values())
    assert all(each.title in page for each in COURSES.values())
    assert len(PEOPLE) >= 5
    assert len(COURSES) >= 2


def test_the_course_shows_the_tool_in_a_frame_and_offers_a_window(lms: FlaskClient) -> None:
    page = lms.get("/course/view.php?id=2&as=4&lang=es").text
    assert 'allow="microphone http://127.0.0.1:8000; camera http://127.0.0.1:8000;' in page
    assert 'width="100%"' in page
    assert "Abrir en una ventana nueva" in page


def test_a_course_without_a_person_asks_who_one_is(lms: FlaskClient) -> None:
    answer = lms.get("/course/view.php?id=2", follow_redirects=True)
    assert "¿Quién eres hoy?" in answer.text


@pytest.mark.parametrize("query", ["", "?id=2&as=99", "?id=99&as=4"])
def test_a_course_or_person_that_does_not_exist_is_not_found(lms: FlaskClient, query: str) -> None:
    assert lms.get(f"/course/view.php{query}").status_code == 404


def test_the_login_begins_with_exactly_the_fields_that_moodle_sends(lms: FlaskClient, settings: Settings) -> None:
    begun = hidden_fields(lms.get(LAUNCH).text)
    hint = json.loads(begun.pop("lti_message_hint"))
    assert set(hint) == {"cmid", "launchid"}
    assert begun == {
        "iss": settings.practice_url,
        "target_link_uri": settings.tool_url,
        "login_hint": "4",
        "client_id": CLIENT_ID,
        "lti_deployment_id": "1",
    }


def test_the_message_is_signed_and_says_who_in_which_language(lms: FlaskClient) -> None:
    begun = hidden_fields(lms.get("/mod/lti/launch.php?id=3&as=7&lang=en").text)
    answered = hidden_fields(lms.post(AUTH, data=asked(begun)).text)
    assert set(answered) == {"id_token", "state"}
    keys = lms.get("/mod/lti/certs.php").json
    assert keys is not None
    body = jwt.decode(
        answered["id_token"], jwt.PyJWK(keys["keys"][0]), algorithms=["RS256"], audience=CLIENT_ID, issuer=begun["iss"]
    )
    assert (body["sub"], body["nonce"], body["exp"] - body["iat"]) == ("7", "n", 60)
    assert body[ROLES] == list(PEOPLE["7"].roles)
    assert body[PRESENTATION]["locale"] == "en"
    assert body[CUSTOM]["picture"] == "$User.image"


def test_the_hint_is_good_for_one_answer(lms: FlaskClient) -> None:
    begun = hidden_fields(lms.get(LAUNCH).text)
    assert lms.get(AUTH, query_string=asked(begun)).status_code == 200
    again = lms.get(AUTH, query_string=asked(begun))
    assert again.status_code == 400
    assert "Pedido no válido" in again.text


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "email"},
        {"response_type": "code"},
        {"response_mode": "query"},
        {"prompt": "login"},
        {"nonce": ""},
        {"client_id": "other"},
        {"redirect_uri": "http://127.0.0.1:8000/lti/launch/"},
        {"login_hint": "2"},
        {"lti_message_hint": "x"},
        {"lti_message_hint": "[]"},
        {"lti_message_hint": '{"launchid": 1}'},
    ],
)
def test_a_wrong_authentication_request_is_invalid(lms: FlaskClient, changes: dict[str, str]) -> None:
    begun = hidden_fields(lms.get(LAUNCH).text)
    assert lms.get(AUTH, query_string=asked(begun, **changes)).status_code == 400


def test_keys_and_people_outlive_a_restart(settings: Settings) -> None:
    first, second = (create_practice_app(settings).test_client().get("/mod/lti/certs.php").json for _ in range(2))
    assert first == second
    assert (settings.data / "practice" / "key.pem").stat().st_mode & 0o777 == 0o600
    assert SigningKey.kept_in(settings.data / "practice").kid == first["keys"][0]["kid"] if first else False


def test_it_registers_itself_once(session: Session, settings: Settings) -> None:
    for _ in range(2):
        registration.register(session, settings)
    platform = session.scalars(select(Platform)).one()
    assert platform.issuer == "http://localhost:8001"
    assert platform.institution.name == registration.INSTITUTION
