"""A tool's application to be registered: what Moodle requires of it, what it keeps and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lrc.practice.beginnings import AGS_SCOPES, NRPS_SCOPE
from lrc.practice.state import Tool

_TAG = re.compile(r"<[^>]*>")
_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_DEEP_LINKING = "LtiDeepLinkingRequest"


class BadApplication(Exception):
    """The message is what Moodle answers, as plain text with status 400."""


@dataclass(frozen=True)
class Application:
    """An application that has all that is required."""

    given: Mapping[str, Any]
    configuration: Mapping[str, Any]
    url: str

    @classmethod
    def from_json(cls, given: Any) -> Application:
        """Raises BadApplication with the name of what is wrong."""
        if not isinstance(given, dict):
            raise BadApplication("missing_application")
        _check(given)
        configuration = given.get(_CONFIGURATION)
        if not isinstance(configuration, dict) or not configuration.get("domain"):
            raise BadApplication("missing_domain")
        domain = str(configuration["domain"])
        url = str(configuration.get("target_link_uri") or f"https://{domain}")
        if urlsplit(url).netloc != domain:
            raise BadApplication("domain_targetlinkuri_mismatch")
        return cls(given, configuration, url)

    def tool(self, tool_id: str, client_id: str) -> Tool:
        """As it is kept: pending, and not in the activity chooser."""
        claims = _list(self.configuration.get("claims"))
        messages = [each for each in _list(self.configuration.get("messages")) if isinstance(each, dict)]
        choosing = next((each for each in messages if each.get("type") == _DEEP_LINKING), {})
        return Tool(
            id=tool_id,
            name=_plain(self.given["client_name"]),
            client_id=client_id,
            url=self.url,
            login_url=str(self.given["initiate_login_uri"]),
            redirect_uris=[str(each) for each in self.given["redirect_uris"]],
            jwks_url=str(self.given["jwks_uri"]),
            deep_link_url=str(choosing.get("target_link_uri") or ""),
            description=_plain(self.configuration.get("description")),
            icon=str(self.given.get("logo_uri") or ""),
            custom=_custom(self.configuration.get("custom_parameters")),
            scopes=_scopes(str(self.given.get("scope") or "").split()),
            sends_name=bool({"name", "given_name", "family_name"} & set(claims)),
            sends_email="email" in claims,
            is_active=False,
        )


def _check(given: Mapping[str, Any]) -> None:
    rules = {
        "invalid_response_types": "id_token" in _list(given.get("response_types")),
        "missing_initiate_login_uri": bool(given.get("initiate_login_uri")),
        "missing_redirect_uris": bool(_list(given.get("redirect_uris"))),
        "missing_client_name": bool(given.get("client_name")),
        "missing_jwks_uri": bool(given.get("jwks_uri")),
        "invalid_token_endpoint_auth_method": given.get("token_endpoint_auth_method") == "private_key_jwt",
        "invalid_application_type": given.get("application_type", "web") == "web",
    }
    wrong = [name for name, is_kept in rules.items() if not is_kept]
    if wrong:
        raise BadApplication(wrong[0])


def _custom(given: Any) -> dict[str, str]:
    """A value with a line break makes a second key out of its second line."""
    lines = [f"{key}={_plain(value)}" for key, value in (given if isinstance(given, dict) else {}).items()]
    pairs = [line.partition("=") for each in lines for line in each.splitlines()]
    return {key: value for key, _equals, value in pairs if key}


def _scopes(asked: list[str]) -> list[str]:
    """Column management brings all of AGS; any other AGS scope brings all but that."""
    lineitem = AGS_SCOPES[0]
    grades = list(AGS_SCOPES) if lineitem in asked else [each for each in AGS_SCOPES if each != lineitem]
    wants_grades = bool(set(asked) & set(AGS_SCOPES))
    return [*(grades if wants_grades else []), *([NRPS_SCOPE] if NRPS_SCOPE in asked else [])]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _plain(text: Any) -> str:
    return _TAG.sub("", str(text or "")).strip()
