"""What pylti1p3 asks of its surroundings: the posted fields, cookies, nonces, and the platforms out of the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pylti1p3.cookie import CookieService
from pylti1p3.deployment import Deployment
from pylti1p3.redirect import Redirect
from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.abstract import ToolConfAbstract
from sqlalchemy.orm import Session

from lti import platforms
from lti.models import Platform
from lti.refusals import Reason, refuse


class Given(Request):
    """The posted fields, for pylti1p3."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    @property
    def session(self) -> dict[str, Any]:
        return {}

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self._fields.get(key, "")


class Cookies(CookieService):
    """The cookies of states, by state; the view reads and writes the real ones."""

    def __init__(self, brought: Mapping[str, str]) -> None:
        self._brought = brought
        self.to_set: list[str] = []

    def get_cookie(self, name: str) -> str | None:
        return self._brought.get(name)

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        self.to_set.append(name)


class Nonces(SessionService):
    """Remembers the nonce just made, which begin_login keeps beside its state in the database.

    pylti1p3 would keep nonces and launches in the browser's cookie; we have the tables ``logins`` and ``launches``.
    """

    def __init__(self) -> None:
        self.nonce = ""

    def save_nonce(self, nonce: str) -> None:
        self.nonce = nonce


class Registered(ToolConfAbstract[Given]):
    """The platforms that are registered with us, out of the database; each is looked for once a message."""

    def __init__(self, session: Session, *known: Platform) -> None:
        self._session = session
        self._known: dict[tuple[str, str], Platform] = {}
        for each in known:
            self.know(each)

    def know(self, platform: Platform) -> None:
        """Spare looking for a platform that is at hand."""
        self._known[platform.issuer, platform.client_id] = platform

    def check_iss_has_one_client(self, iss: str) -> bool:
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        return True

    def platform(self, issuer: str, client_id: str) -> Platform:
        found = self._known.get((issuer, client_id))
        if found is None and client_id:
            found = platforms.find(self._session, issuer, client_id)
        if found is None:
            raise refuse(Reason.UNKNOWN_PLATFORM, f"issuer {issuer!r}, client_id {client_id!r}")
        self.know(found)
        return found

    def find_registration_by_issuer(self, iss: str, *args: object, **kwargs: object) -> Registration:
        raise refuse(Reason.UNKNOWN_PLATFORM, "no client_id")

    def find_deployment(self, iss: str, deployment_id: str) -> Deployment | None:
        raise refuse(Reason.UNKNOWN_PLATFORM, "no client_id")

    def find_registration_by_params(self, iss: str, client_id: str, *args: object, **kwargs: object) -> Registration:
        platform = self.platform(iss, client_id)
        registration = Registration().set_issuer(platform.issuer).set_client_id(platform.client_id)
        registration.set_auth_login_url(platform.auth_login_url).set_auth_token_url(platform.auth_token_url)
        return registration.set_key_set_url(platform.jwks_url)

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *args: object, **kwargs: object
    ) -> Deployment | None:
        if platforms.find_deployment(self.platform(iss, client_id), deployment_id) is None:
            return None
        return Deployment().set_deployment_id(deployment_id)


class Address(Redirect[str]):
    """Answers the address itself; the view redirects."""

    def __init__(self, location: str) -> None:
        self._location = location

    def do_redirect(self) -> str:
        return self._location

    def do_js_redirect(self) -> str:
        return self._location

    def set_redirect_url(self, location: str) -> None:
        self._location = location

    def get_redirect_url(self) -> str:
        return self._location
