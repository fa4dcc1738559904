"""The token endpoint (mod/lti/token.php): a signed assertion brings a tool a token for its scopes."""

from __future__ import annotations

import json
from typing import Any

import jwt
from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from lrc.practice.fetching import FetchFailed, fetch_json
from lrc.practice.grants import LIFETIME_S
from lrc.practice.site import Site, site
from lrc.practice.state import Tool

blueprint = Blueprint("tokens", __name__)

_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FIELDS = ("client_assertion", "client_assertion_type", "grant_type", "scope")
_LEEWAY_S = 60


class KeysBlocked(Exception):
    """Moodle's HTTP security settings keep it from the tool's key set: it answers an HTML page with status 404."""


class BadSignature(Exception):
    """Not signed by the tool, or out of its time; the message says how Moodle puts it."""


@blueprint.post("/mod/lti/token.php")
def token() -> Response:
    """A token for those of the asked scopes that the tool may use; JSON, though its Content-Type says text/html."""
    given = {name: request.form.get(name, "") for name in _FIELDS}
    if not all(given.values()):
        return _refused("invalid_request")
    if given["client_assertion_type"] != _BEARER or given["grant_type"] != "client_credentials":
        return _refused("unsupported_grant_type")
    home = site()
    tool = _tool_of(home, given["client_assertion"])
    if tool is None:
        return _refused("invalid_client")
    try:
        verified(home, tool, given["client_assertion"])
    except BadSignature as error:
        return _refused(str(error))
    scopes = [each for each in dict.fromkeys(given["scope"].split()) if each in tool.scopes]
    if not scopes:
        return _refused("invalid_scope")
    return _answer(
        {
            "access_token": home.grants.give(tool.id, scopes, home.quirks.now()),
            "token_type": "Bearer",
            "expires_in": LIFETIME_S,
            "scope": " ".join(scopes),
        }
    )


@blueprint.app_errorhandler(KeysBlocked)
def keys_blocked(_error: KeysBlocked) -> tuple[str, int]:
    return render_template("failed.html"), 404


def verified(home: Site, tool: Tool, signed: str) -> dict[str, Any]:
    """The claims of what a tool signed with a key of its key set; aud is not looked at, as in Moodle.

    Raises KeysBlocked, and BadSignature.
    """
    if home.quirks.blocks_keys:
        raise KeysBlocked
    try:
        key = _key(home, tool.jwks_url, jwt.get_unverified_header(signed).get("kid", ""))
        found: dict[str, Any] = jwt.decode(
            signed,
            key,
            algorithms=["RS256"],
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise BadSignature(type(error).__name__) from error
    if not _is_current(found, home.quirks.now()):
        raise BadSignature("Expired token")
    return found


def _is_current(body: dict[str, Any], now: float) -> bool:
    ends, begins = body.get("exp", now), body.get("iat", now)
    return now - _LEEWAY_S < float(ends) and float(begins) < now + _LEEWAY_S


def _key(home: Site, address: str, kid: str) -> jwt.PyJWK:
    """The tool's key, out of the key set as last fetched, which is fetched again where the key is not in it."""
    for kept in (home.key_sets.get(address), None):
        found = kept if kept is not None else _fetched(home, address)
        for key in jwt.PyJWKSet.from_dict(found).keys:
            if key.key_id == kid:
                return key
    raise BadSignature("kid invalid, unable to lookup correct key")


def _fetched(home: Site, address: str) -> dict[str, Any]:
    try:
        found = fetch_json(address, home.timeout_s)
    except FetchFailed as error:
        raise BadSignature("No keys to decode") from error
    home.key_sets[address] = found
    return found


def _tool_of(home: Site, assertion: str) -> Tool | None:
    """The tool that the assertion says it is from, pending or active."""
    try:
        said = jwt.decode(assertion, options={"verify_signature": False}).get("sub")
    except jwt.InvalidTokenError:
        return None
    return next((each for each in home.store.state.tools.values() if each.client_id == said), None)


def _refused(error: str) -> Response:
    return _answer({"error": error}, 400)


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body, indent=2), status, content_type="text/html; charset=utf-8")
