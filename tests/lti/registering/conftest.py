"""A platform on loopback that registers tools, well or as badly as a test wants, and an invitation to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti import invitations
from lti.models import Invitation, Platform
from tests.factories import Browser
from tests.lti.servers import Asked, Server, says, serving

SECRET = "eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiJuZXctY2xpZW50In0.c2lnbmF0dXJl"
CONFIGURATION = "/mod/lti/openid-configuration.php"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"


def moodle_configuration(url: str, **changes: Any) -> dict[str, Any]:
    """What Moodle 4.5 says of itself at this address."""
    return {
        "issuer": url,
        "token_endpoint": f"{url}/mod/lti/token.php",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{url}/mod/lti/certs.php",
        "authorization_endpoint": f"{url}/mod/lti/auth.php",
        "registration_endpoint": f"{url}/mod/lti/openid-registration.php",
        "scopes_supported": [
            "https://purl.imsglobal.org/spec/lti-bo/scope/basicoutcome",
            *(f"{AGS}/{name}" for name in ("lineitem.readonly", "result.readonly", "score", "lineitem")),
            NRPS,
            "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting",
            "openid",
        ],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        PLATFORM: {
            "product_family_code": "moodle",
            "version": "4.5.6 (Build: 20250811)",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": ["Context.id.history", "Moodle.Person.userGroupIds"],
        },
        **changes,
    }


@dataclass
class Administrator:
    """Pastes the invitation into a platform that answers with ``configuration`` and ``answer``."""

    app: Flask
    server: Server
    address: str
    configuration: dict[str, Any]
    answer: Any = None
    status: int = 200
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Browser(self.app, self.app.response_class, use_cookies=False)
        self.server.reply = self._reply
        self.answer = {"client_id": "new-client", TOOL: {"deployment_id": "7"}}

    def _reply(self, asked: Asked) -> None:
        if asked.command == "GET":
            says(self.configuration)(asked)
        else:
            says(self.answer, self.status)(asked)

    def paste(self, url: str | None = None, secret: str = SECRET) -> TestResponse:
        """What the platform's frame shows first."""
        query = {"openid_configuration": self.server.url + CONFIGURATION if url is None else url}
        return self.browser.get(f"{self.address}?{urlencode({**query, 'registration_token': secret})}")

    def press(self, page: TestResponse) -> TestResponse:
        """Press the page's button."""
        return self.browser.post("/lti/register", data={"ticket": ticket_in(page)})

    def register(self) -> TestResponse:
        page = self.paste()
        assert page.status_code == 200, page.text
        return self.press(page)

    @property
    def sent(self) -> list[Asked]:
        """The registrations that the platform was sent."""
        return [each for each in self.server.asked if each.command == "POST"]


def ticket_in(page: TestResponse) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return unescape(found[1])


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server(says({}))) as server:
        yield server


@pytest.fixture
def administrator(app: Flask, session: Session, server: Server) -> Administrator:
    _, token = invitations.invite(session, "Universidad Nacional de Prueba")
    session.commit()
    return Administrator(app, server, f"/lti/register/{token}", moodle_configuration(server.url))


@pytest.fixture
def nothing_is_kept(session: Session) -> Iterator[None]:
    """Whatever a test tries, no platform is registered and the invitation keeps its use."""
    yield
    session.rollback()
    assert session.scalars(select(Platform)).all() == []
    assert set(session.scalars(select(Invitation.uses_left))) <= {1}
