"""A platform's configuration: fetched from the address that it gave, and checked before anything in it is used.

1EdTech LTI Dynamic Registration 1.0, section 3.4, and OpenID Connect Discovery 1.0, section 4.3: the issuer must be
where the configuration lies. We also want every endpoint there, so that no one can register in another's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from lti import claims, outgoing
from lti.platforms import Registration, is_address, origin_of
from lti.registering.refusals import Reason, refuse
from lti.texts import line_in, mapping_in

PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
_MOST_LISTED, _LISTED_CHARACTERS = 200, 100
_NEEDED = {
    "response_types_supported": ("id_token",),
    "id_token_signing_alg_values_supported": ("RS256",),
    "token_endpoint_auth_methods_supported": ("private_key_jwt",),
    "token_endpoint_auth_signing_alg_values_supported": ("RS256",),
    "scopes_supported": ("openid",),
    "claims_supported": ("sub", "iss"),
}
"""What LTI 1.3 and its services cannot do without, by the field that must list it."""


@dataclass(frozen=True)
class Configuration:
    """What a platform says of itself, as far as we use it; everything checked."""

    url: str
    issuer: str
    auth_login_url: str
    auth_token_url: str
    jwks_url: str
    registration_url: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    messages: tuple[str, ...]
    placements: tuple[str, ...]
    """Where it offers deep linking."""
    product: str
    version: str

    @property
    def is_moodle(self) -> bool:
        return self.product.lower() == "moodle"

    def registration(self, client_id: str) -> Registration:
        return Registration(self.issuer, client_id, self.auth_login_url, self.auth_token_url, self.jwks_url)


def check_address(url: str) -> str:
    """The same address; raises RegistrationRefused where it cannot be one of a configuration."""
    if not url:
        raise refuse(Reason.NOT_FROM_A_PLATFORM)
    if not is_address(url) or any(part in (".", "..") for part in unquote(urlsplit(url).path).split("/")):
        raise refuse(Reason.BAD_ADDRESS, "openid_configuration")
    return url


def limits_for(url: str, limits: outgoing.Limits) -> outgoing.Limits:
    """How to ask there: anywhere public by https; by http only within the private networks that were let in."""
    return limits if url.startswith("https://") else replace(limits, is_private=True)


def discover(url: str, limits: outgoing.Limits) -> Configuration:
    """Fetch and check the configuration; raises RegistrationRefused. ``url`` must have passed check_address."""
    try:
        answer = outgoing.send("GET", url, limits=limits_for(url, limits), headers={"Accept": "application/json"})
        body = answer.json() if answer.status == HTTPStatus.OK else None
    except outgoing.Unreachable as error:
        raise refuse(_reason_of(error), f"{origin_of(url)} {error}") from error
    if answer.status != HTTPStatus.OK:
        raise refuse(Reason.UNREACHABLE, f"{origin_of(url)} answered {answer.status}")
    return configuration_of(body, url)


def _reason_of(error: outgoing.Unreachable) -> Reason:
    if error.code in ("bad-address", "private-address", "redirect"):
        return Reason.BAD_ADDRESS
    return Reason.BAD_CONFIGURATION if error.code in ("not-json", "too-large") else Reason.UNREACHABLE


def configuration_of(body: Any, url: str) -> Configuration:
    """What the platform's configuration, got at ``url``, says; raises RegistrationRefused for the rule it breaks."""
    if not isinstance(body, dict):
        raise refuse(Reason.BAD_CONFIGURATION, "not an object")
    issuer = _address(body, "issuer")
    _check_issuer(issuer, url)
    for name, needed in _NEEDED.items():
        _check_listed(name, _texts(body, name), needed)
    about = mapping_in(body, PLATFORM_CONFIGURATION)
    messages = about.get("messages_supported")
    offered = [each for each in messages[:_MOST_LISTED] if isinstance(each, dict)] if isinstance(messages, list) else []
    kinds = tuple(line_in(each, "type", _LISTED_CHARACTERS) for each in offered)
    _check_listed("messages_supported", kinds, (claims.RESOURCE_LINK_REQUEST,))
    return Configuration(
        url=url,
        issuer=issuer,
        auth_login_url=_endpoint(body, "authorization_endpoint", issuer),
        auth_token_url=_endpoint(body, "token_endpoint", issuer),
        jwks_url=_endpoint(body, "jwks_uri", issuer),
        registration_url=_endpoint(body, "registration_endpoint", issuer),
        scopes=_texts(body, "scopes_supported"),
        claims=_texts(body, "claims_supported"),
        messages=kinds,
        placements=_placements(offered),
        product=line_in(about, "product_family_code", 100),
        version=line_in(about, "version", 100),
    )


def _check_issuer(issuer: str, url: str) -> None:
    said, found = urlsplit(issuer), urlsplit(url)
    # Two Moodles may share a host, each below a path of its own: neither may speak for the other.
    folder = said.path.rstrip("/") + "/"
    if said.query or origin_of(issuer) != origin_of(url) or not found.path.startswith(folder):
        raise refuse(Reason.OTHER_ISSUER, f"{issuer!r} at {origin_of(url)}")


def _endpoint(body: Mapping[str, Any], name: str, issuer: str) -> str:
    url = _address(body, name)
    if origin_of(url) != origin_of(issuer):
        raise refuse(Reason.OTHER_ENDPOINT, f"{name} at {origin_of(url)}, not {origin_of(issuer)}")
    return url


def _address(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not is_address(value):
        raise refuse(Reason.BAD_CONFIGURATION, name)
    return value


def _texts(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = body.get(name)
    listed = value[:_MOST_LISTED] if isinstance(value, list) else []
    return tuple(each for each in listed if claims.is_id(each, _LISTED_CHARACTERS))


def _check_listed(name: str, listed: tuple[str, ...], needed: tuple[str, ...]) -> None:
    missing = [each for each in needed if each not in listed]
    if missing:
        raise refuse(Reason.MISSING_ABILITY, f"{name} without {', '.join(missing)}")


def _placements(offered: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(
        place
        for each in offered
        if each.get("type") == claims.DEEP_LINKING_REQUEST
        for place in _texts(each, "placements")
    )
