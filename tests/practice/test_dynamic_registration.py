"""A tool registers itself with the practice LMS as with Moodle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lrc.config import Settings
from lrc.practice.lms import create_practice_app

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
CONFIGURATION: dict[str, Any] = {
    "domain": "127.0.0.1:5000",
    "target_link_uri": "http://127.0.0.1:5000/start",
    "description": "Una <b>biblioteca</b>",
    "claims": ["sub", "name"],
    "custom_parameters": {"a": "1=2", "b": "x\ny=z"},
    "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": "http://127.0.0.1:5000/pick", "label": "L"}],
}
APPLICATION: dict[str, Any] = {
    "application_type": "web",
    "response_types": ["id_token"],
    "initiate_login_uri": "http://127.0.0.1:5000/login",
    "redirect_uris": ["http://127.0.0.1:5000/launch"],
    "client_name": "Biblioteca",
    "client_name#de": "Bibliothek",
    "jwks_uri": "http://127.0.0.1:5000/jwks",
    "logo_uri": "http://127.0.0.1:5000/logo.png",
    "token_endpoint_auth_method": "private_key_jwt",
    "scope": f"{AGS}score {ROSTER}",
    TOOL: CONFIGURATION,
}


@pytest.fixture
def lms(settings: Settings) -> FlaskClient:
    return create_practice_app(replace(settings, tool_url="http://127.0.0.1:8000")).test_client()


def token(lms: FlaskClient, update: str = "new") -> str:
    """The registration token with which the administrator's frame begins."""
    query = {"as": "2", "url": "http://127.0.0.1:5000/register?x=1", "update": update}
    begun = lms.get("/mod/lti/startltiadvregistration.php", query_string=query)
    assert begun.location.startswith("http://127.0.0.1:5000/register?x=1&openid_configuration=")
    return parse_qs(urlsplit(begun.location).query)["registration_token"][0]


def sent(lms: FlaskClient, secret: str, application: Any = APPLICATION) -> TestResponse:
    headers = {"Authorization": f"Bearer {secret}"}
    return lms.post("/mod/lti/openid-registration.php", json=application, headers=headers)


def tools(lms: FlaskClient) -> dict[str, Any]:
    return dict(lms.application.extensions["practice"].store.state.tools)


def test_the_configuration_says_what_moodle_says(lms: FlaskClient) -> None:
    found = lms.get("/mod/lti/openid-configuration.php").json
    assert found is not None
    assert found["issuer"] == "http://localhost:8001"
    assert found["claims_supported"] == ["sub", "iss", "name", "given_name", "family_name", "email"]
    platform = found["https://purl.imsglobal.org/spec/lti-platform-configuration"]
    assert [each["type"] for each in platform["messages_supported"]] == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
    ]
    assert "Moodle.Person.userGroupIds" in platform["variables"]


def test_a_tool_is_kept_pending_with_what_moodle_keeps(lms: FlaskClient) -> None:
    answer = sent(lms, token(lms))
    assert answer.status_code == 200
    [*_, tool] = tools(lms).values()
    assert (tool.name, tool.description, tool.url) == ("Biblioteca", "Una biblioteca", "http://127.0.0.1:5000/start")
    assert (tool.deep_link_url, tool.icon) == ("http://127.0.0.1:5000/pick", "http://127.0.0.1:5000/logo.png")
    assert (tool.sends_name, tool.sends_email) == (True, False)
    assert (tool.is_active, tool.in_chooser) == (False, False)
    assert tool.scopes == [f"{AGS}lineitem.readonly", f"{AGS}result.readonly", f"{AGS}score", ROSTER]
    assert tool.custom == {"a": "1=2", "b": "x", "y": "z"}
    shown = answer.json
    assert shown is not None
    assert (shown["client_id"], shown[TOOL]["deployment_id"]) == (tool.client_id, tool.id)
    assert shown["scope"] == f"{AGS}lineitem {AGS}result.readonly {AGS}score {ROSTER}"
    assert shown[TOOL]["custom_parameters"]["a"] == "1"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"response_types": ["code"]}, "invalid_response_types"),
        ({"initiate_login_uri": ""}, "missing_initiate_login_uri"),
        ({"redirect_uris": "x"}, "missing_redirect_uris"),
        ({"client_name": ""}, "missing_client_name"),
        ({"jwks_uri": None}, "missing_jwks_uri"),
        ({"token_endpoint_auth_method": "none"}, "invalid_token_endpoint_auth_method"),
        ({"application_type": "native"}, "invalid_application_type"),
        ({TOOL: {}}, "missing_domain"),
        ({TOOL: CONFIGURATION | {"domain": "127.0.0.1"}}, "domain_targetlinkuri_mismatch"),
    ],
)
def test_an_incomplete_application_is_refused_in_plain_text(
    lms: FlaskClient, changes: dict[str, Any], said: str
) -> None:
    answer = sent(lms, token(lms), APPLICATION | changes)
    assert (answer.status_code, answer.text, answer.mimetype) == (400, said, "text/plain")
    assert len(tools(lms)) == 1


def test_without_a_target_the_domain_is_it(lms: FlaskClient) -> None:
    sent(lms, token(lms), APPLICATION | {TOOL: {"domain": "tool.example"}})
    [*_, tool] = tools(lms).values()
    assert (tool.url, tool.sends_name, tool.sends_email) == ("https://tool.example", False, False)


def test_a_token_registers_once(lms: FlaskClient) -> None:
    secret = token(lms)
    assert sent(lms, secret).status_code == 200
    again = sent(lms, secret)
    assert (again.status_code, again.text) == (401, "token_already_used")
    assert len(tools(lms)) == 2


@pytest.mark.parametrize("secret", ["", "x", "a.b.c"])
def test_a_bad_token_ends_in_a_page(lms: FlaskClient, secret: str) -> None:
    answer = sent(lms, secret)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_an_update_keeps_ids_and_may_be_repeated(lms: FlaskClient) -> None:
    sent(lms, token(lms))
    [*_, old] = tools(lms).values()
    lms.post("/mod/lti/toolconfigure.php?as=2", data={"tool": old.id, "what": "is_active"})
    secret = token(lms, update=old.id)
    current = lms.get("/mod/lti/openid-registration.php", headers={"Authorization": f"Bearer {secret}"}).json
    assert current is not None
    assert current["client_name"] == "Biblioteca"
    for name in ("Una", "Otra"):
        assert sent(lms, secret, APPLICATION | {"client_name": name}).status_code == 200
    [*_, new] = tools(lms).values()
    assert (new.id, new.client_id, new.name, new.is_active) == (old.id, old.client_id, "Otra", True)


def test_the_administrator_is_asked_where_a_tool_of_the_domain_is_known(lms: FlaskClient) -> None:
    listed = "/mod/lti/toolconfigure.php?as=2&lang=es&url=http://127.0.0.1:5000/register"
    assert "<iframe" in lms.get(listed).text
    sent(lms, token(lms))
    page = lms.get(listed).text
    assert "<iframe" not in page
    assert "Registrar como herramienta nueva" in page
    assert "update=new" in page
    assert "<iframe" in lms.get(f"{listed}&update=new").text


def test_a_tool_is_activated_shown_and_deleted_by_the_administrator_only(lms: FlaskClient) -> None:
    sent(lms, token(lms))
    [*_, tool] = tools(lms).values()
    page = lms.get("/mod/lti/toolconfigure.php?as=2&lang=es").text
    assert "Pendiente" in page
    assert lms.get("/mod/lti/toolconfigure.php?as=5").status_code == 403
    for what in ("is_active", "in_chooser", "sends_email"):
        assert lms.post("/mod/lti/toolconfigure.php?as=5", data={"tool": tool.id, "what": what}).status_code == 403
        assert lms.post("/mod/lti/toolconfigure.php?as=2", data={"tool": tool.id, "what": what}).status_code == 303
    changed = tools(lms)[tool.id]
    assert (changed.is_active, changed.in_chooser, changed.sends_email) == (True, True, True)
    assert "Agregar actividad: Biblioteca<" in lms.get("/course/view.php?id=2&as=5&lang=es").text
    lms.post("/mod/lti/toolconfigure.php?as=2", data={"tool": tool.id, "what": "delete"})
    assert tool.id not in tools(lms)
    assert lms.post("/mod/lti/toolconfigure.php?as=2", data={"tool": "1", "what": "delete"}).status_code == 409


def test_a_pending_tool_is_not_in_the_chooser(lms: FlaskClient) -> None:
    sent(lms, token(lms))
    [*_, tool] = tools(lms).values()
    assert lms.get(f"/course/modedit.php?id=2&as=5&tool={tool.id}").status_code == 404
