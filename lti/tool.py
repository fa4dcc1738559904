"""Login and launch by LTI 1.3, led by pylti1p3 (which only this room knows), with our checks on top.

pylti1p3 leads through both; what it would accept and should not (docs/moodle.md tells which) is refused by the
overridden steps: state bound to the browser and to its nonce and used once, RS256 only, exp and iat, aud and azp,
the shape of every claim before it is used, and keys fetched with limits.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pylti1p3.exception import LtiException, OIDCException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from sqlalchemy.orm import Session

from lti import claims, keysets, logins, platforms
from lti.models import Login, Platform
from lti.platforms import origin_of
from lti.refusals import Reason, refuse
from lti.surroundings import Address, Cookies, Given, Nonces, Registered

LEEWAY_S = 30
MAX_TOKEN_CHARACTERS = 200_000
_MAX_FIELD_CHARACTERS = 2000


@dataclass(frozen=True)
class LoginRequest:
    """A third-party initiated login as the platform sends it; what is missing is ""."""

    iss: str = ""
    login_hint: str = ""
    target_link_uri: str = ""
    lti_message_hint: str = ""
    client_id: str = ""
    lti_deployment_id: str = ""
    lti_storage_target: str = ""
    """Which frame of the platform keeps things for us (LTI Client Side postMessages); "" where none does."""

    @classmethod
    def from_fields(cls, given: Mapping[str, str]) -> LoginRequest:
        """Raises LaunchRefused where one of the three required is missing or any is too long."""
        known = {name: given.get(name, "") for name in cls.__dataclass_fields__}
        if len(known["lti_storage_target"]) > Login.storage_target.type.length:
            known["lti_storage_target"] = ""
        asked = cls(**known)
        if not (asked.iss and asked.login_hint and asked.target_link_uri):
            raise refuse(Reason.INCOMPLETE_LOGIN, ", ".join(name for name, text in known.items() if not text))
        if any(len(text) > _MAX_FIELD_CHARACTERS or "\0" in text for text in known.values()):
            raise refuse(Reason.INCOMPLETE_LOGIN, "a field is too long")
        return asked


@dataclass(frozen=True)
class Begun:
    """A login that was begun: where to send the browser, and the state that it must bring back as a cookie."""

    url: str
    state: str


@dataclass(frozen=True)
class Verified:
    """A launch message that keeps every rule."""

    platform: Platform
    body: dict[str, Any]
    has_cookies: bool
    """Whether its browser keeps our cookies; else the platform's storage has shown that it is the same browser."""


def check_login(session: Session, asked: LoginRequest, tool_url: str) -> Platform:
    """The platform that asks; raises LaunchRefused where it or its deployment is unknown or it leads elsewhere."""
    platform = platforms.find(session, asked.iss, asked.client_id)
    if platform is None:
        raise refuse(Reason.UNKNOWN_PLATFORM, f"issuer {asked.iss!r}, client_id {asked.client_id!r}")
    if asked.lti_deployment_id and not platforms.find_deployment(platform, asked.lti_deployment_id):
        raise refuse(Reason.UNKNOWN_DEPLOYMENT, repr(asked.lti_deployment_id))
    if origin_of(asked.target_link_uri) != origin_of(tool_url):
        raise refuse(Reason.OTHER_ORIGIN, f"{origin_of(asked.target_link_uri)} is not {origin_of(tool_url)}")
    return platform


def begin_login(session: Session, asked: LoginRequest, tool_url: str, launch_url: str) -> Begun:
    """Keep a new login; the platform is to answer at ``launch_url``, which it must know letter by letter."""
    platform = check_login(session, asked, tool_url)
    cookies, nonces = Cookies({}), Nonces()
    fields = {**asdict(asked), "client_id": platform.client_id}
    address = _Login(Given(fields), Registered(session, platform), nonces, cookies).redirect(launch_url)
    [state] = cookies.to_set
    logins.begin(session, platform, state, nonces.nonce, asked.target_link_uri)
    return Begun(_with_query(address, platform.auth_login_url), state)


def verified_launch(
    session: Session, posted: Mapping[str, str], cookies: Mapping[str, str], tool_url: str, limits: keysets.Limits
) -> Verified:
    """The launch that a platform posted, with every rule checked and its login used up.

    ``cookies`` maps each state to what the browser brought back for it. Ends the transaction of ``session`` before
    asking the platform for keys. Raises LaunchRefused with the rule that is broken.
    """
    message = _Message(session, Given(posted), Cookies(cookies), tool_url, limits)
    try:
        body = dict(message.validate().get_launch_data())
    except (LtiException, RecursionError) as error:
        raise refuse(Reason.BAD_TOKEN, type(error).__name__) from error
    return Verified(message.platform, body, message.has_cookies)


def _with_query(address: str, auth_login_url: str) -> str:
    """pylti1p3 puts "?" before its parameters even where the platform's address has some already."""
    if "?" not in auth_login_url:
        return address
    return f"{auth_login_url}&{address.removeprefix(auth_login_url + '?')}"


class _Login(OIDCLogin[Given, Registered, Nonces, Cookies, str]):
    def get_redirect(self, url: str) -> Redirect[str]:
        return Address(url)

    def redirect(self, launch_url: str, js_redirect: bool = False) -> str:
        try:
            return super().redirect(launch_url)
        except OIDCException as error:
            raise refuse(Reason.INCOMPLETE_LOGIN, type(error).__name__) from error

    def _get_uuid(self) -> str:
        return logins.new_secret()

    def _generate_nonce(self) -> str:
        return logins.new_secret()


class _Message(MessageLaunch[Given, Registered, Nonces, Cookies]):
    """pylti1p3's order of steps (state, form, nonce, registration, signature, deployment, message, keeping)."""

    def __init__(self, session: Session, given: Given, cookies: Cookies, tool_url: str, limits: keysets.Limits) -> None:
        super().__init__(given, Registered(session), Nonces(), cookies)
        self._session = session
        self._tool_url = tool_url
        self._limits = limits
        self._login: Login
        self.platform: Platform
        self.has_cookies = True

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)

    @property
    def _body(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self._jwt["body"])

    def get_client_id(self) -> str:
        return claims.client_of(self._body)

    def validate_state(self) -> _Message:
        """The state is one of ours, open, and came from the browser that began with it."""
        state = self._get_request_param("state")
        if self._get_request_param("error"):
            raise refuse(Reason.PLATFORM_ERROR, ascii(self._get_request_param("error")[:60]))
        if not claims.is_id(state):
            raise refuse(Reason.NO_STATE)
        self.has_cookies = hmac.compare_digest((self._cookie_service.get_cookie(state) or "").encode(), state.encode())
        if not self.has_cookies and not self._is_secret_known(state):
            raise refuse(Reason.OTHER_BROWSER)
        self._login = logins.get_open(self._session, state)
        self._tool_config.know(self._login.platform)
        return self

    def _is_secret_known(self, state: str) -> bool:
        login = self._session.get(Login, state)
        return login is not None and logins.is_secret_of(login, self._get_request_param("storage"))

    def validate_jwt_format(self) -> _Message:
        token = self._get_request_param("id_token")
        if not token:
            raise refuse(Reason.NO_TOKEN)
        if len(token) > MAX_TOKEN_CHARACTERS or not token.isascii():
            raise refuse(Reason.BAD_TOKEN, f"{len(token)} characters")
        super().validate_jwt_format()
        claims.check_header(self._jwt["header"])
        claims.check_envelope(self._jwt["body"])
        return self

    def validate_nonce(self) -> _Message:
        """The nonce is that of this very state."""
        if not hmac.compare_digest(self._body["nonce"].encode(), self._login.nonce.encode()):
            raise refuse(Reason.BAD_NONCE)
        return self

    def validate_registration(self) -> _Message:
        """Issuer and client are registered, and are those that the login was begun for."""
        super().validate_registration()
        self.platform = self._tool_config.platform(self.get_iss(), self.get_client_id())
        if self.platform.id != self._login.platform_id:
            raise refuse(Reason.BAD_AUDIENCE, "not the platform that the login was begun for")
        return self

    def get_key(self) -> RSAPublicKey:
        return keysets.public_key(self._session, self.platform.jwks_url, self._jwt["header"]["kid"], self._limits)

    def validate_jwt_signature(self) -> _Message:
        try:
            jwt.decode(
                self._get_id_token(),
                self.get_key(),
                algorithms=["RS256"],
                audience=self.get_client_id(),
                issuer=self.get_iss(),
                leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "iss", "aud", "nonce"], "verify_sub": False},
            )
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError, jwt.InvalidIssuedAtError) as error:
            raise refuse(Reason.BAD_TIMES, type(error).__name__) from error
        except jwt.InvalidAlgorithmError as error:
            raise refuse(Reason.BAD_ALGORITHM) from error
        except (jwt.InvalidTokenError, OverflowError) as error:
            raise refuse(Reason.BAD_SIGNATURE, type(error).__name__) from error
        # A message answers a login that we began minutes ago, so one issued before that cannot be its answer.
        if self._body["iat"] < time.time() - logins.LIFETIME.total_seconds() - LEEWAY_S:
            raise refuse(Reason.BAD_TIMES, "iat long ago")
        return self

    def validate_deployment(self) -> _Message:
        deployment_id = self._body.get(claims.DEPLOYMENT_ID, "")
        if not claims.is_id(deployment_id):
            raise refuse(Reason.UNKNOWN_DEPLOYMENT, "missing")
        if platforms.find_deployment(self.platform, deployment_id) is None:
            raise refuse(Reason.UNKNOWN_DEPLOYMENT, repr(deployment_id))
        return self

    def validate_message(self) -> _Message:
        claims.check_message(self._body)
        super().validate_message()
        target = origin_of(self._body[claims.TARGET_LINK_URI])
        if target != origin_of(self._tool_url):
            raise refuse(Reason.OTHER_ORIGIN, f"{target} is not {origin_of(self._tool_url)}")
        return self

    def save_launch_data(self) -> _Message:
        """Nothing is kept here but that the login, and with it the nonce and the id_token, cannot be used again."""
        logins.use_up(self._session, self._login.state)
        return self
