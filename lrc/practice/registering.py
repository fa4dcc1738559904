"""Dynamic registration as Moodle does it: its openid-configuration, and the endpoint with a token good for one use."""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from lrc.practice.application import Application, BadApplication
from lrc.practice.beginnings import AGS_SCOPES, NRPS_SCOPE
from lrc.practice.custom import VARIABLES
from lrc.practice.signing import sign
from lrc.practice.site import Site, site
from lrc.practice.state import Tool

blueprint = Blueprint("registering", __name__)

TOKEN_LIFETIME_S = 3600
_NEW, _UPDATE = "reg", "reg-update"
_TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
_OTHER_SCOPES = (
    "https://purl.imsglobal.org/spec/lti-bo/scope/basicoutcome",
    "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting",
)


@blueprint.get("/mod/lti/openid-configuration.php")
def configuration() -> Response:
    home = site()
    messages = [
        {"type": "LtiResourceLinkRequest"},
        {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
    ]
    return jsonify(
        {
            "issuer": home.url,
            "token_endpoint": f"{home.url}/mod/lti/token.php",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": f"{home.url}/mod/lti/certs.php",
            "authorization_endpoint": f"{home.url}/mod/lti/auth.php",
            "registration_endpoint": f"{home.url}/mod/lti/openid-registration.php",
            "scopes_supported": [_OTHER_SCOPES[0], *AGS_SCOPES, NRPS_SCOPE, _OTHER_SCOPES[1], "openid"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            _PLATFORM_CONFIGURATION: {
                "product_family_code": "moodle",
                "version": "4.5.6 (Build: 20250811)",
                "messages_supported": messages,
                "variables": list(VARIABLES),
            },
        }
    )


@blueprint.post("/mod/lti/openid-registration.php")
def register() -> Response:
    """Keep a new tool, pending, or bring one up to date; 400 with plain text where the application is not complete."""
    home = site()
    client_id, updated = _by_token(home)
    try:
        application = Application.from_json(request.get_json(force=True, silent=True))
    except BadApplication as error:
        return Response(str(error), 400, mimetype="text/plain")
    if updated is None and not home.used_up(client_id):
        return Response("token_already_used", 401, mimetype="text/plain")
    with home.store.changing() as state:
        old = state.tools.get(updated or "")
        tool = application.tool(old.id if old else state.new_id(), old.client_id if old else client_id)
        if old:
            tool.is_active, tool.in_chooser = old.is_active, old.in_chooser
        state.tools[tool.id] = tool
    home.key_sets.pop(tool.jwks_url, None)
    return jsonify(_shown(tool))


@blueprint.get("/mod/lti/openid-registration.php")
def current() -> Response:
    """The registration as it is, for a token to update it."""
    updated = _by_token(site())[1]
    return jsonify(_shown(site().tool(updated or "")))


def new_token(home: Site, tool: Tool | None = None) -> str:
    """To register a new tool, once; or to update one, as often as wanted."""
    now = int(home.quirks.now())
    body = {"sub": secrets.token_urlsafe(11), "scope": _NEW, "iat": now, "exp": now + TOKEN_LIFETIME_S}
    if tool:
        body |= {"sub": tool.id, "scope": _UPDATE}
    return sign(body, home.key)


def _by_token(home: Site) -> tuple[str, str | None]:
    """The new client_id and None, or the client_id and id of the tool to update; a bad token ends in a 404 page."""
    token = request.headers.get("Authorization", "").partition(" ")[2]
    try:
        body = jwt.decode(token, home.key.private.public_key(), algorithms=["RS256"], options={"verify_iat": False})
    except jwt.InvalidTokenError:
        abort(404)
    if body.get("scope") == _NEW:
        return str(body["sub"]), None
    tool = home.tool(str(body.get("sub")))
    return tool.client_id, tool.id


def _shown(tool: Tool) -> dict[str, Any]:
    """Moodle's echo, with its faults: any AGS scope is echoed as all of grade sync, values end at "="."""
    grades = [AGS_SCOPES[0], AGS_SCOPES[2], AGS_SCOPES[3]] if set(tool.scopes) & set(AGS_SCOPES) else []
    scopes = [*grades, *(each for each in tool.scopes if each == NRPS_SCOPE)]
    claims = [*(["name", "given_name", "family_name"] if tool.sends_name else []), *["email"][: tool.sends_email]]
    return {
        "client_id": tool.client_id,
        "token_endpoint_auth_method": "private_key_jwt",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "application_type": "web",
        "client_name": tool.name,
        "jwks_uri": tool.jwks_url,
        "initiate_login_uri": tool.login_url,
        "redirect_uris": tool.redirect_uris,
        "logo_uri": tool.icon,
        "scope": " ".join(scopes),
        _TOOL_CONFIGURATION: {
            "version": "1.3.0",
            "deployment_id": tool.id,
            "target_link_uri": tool.url,
            "domain": tool.domain,
            "description": tool.description,
            "claims": ["sub", "iss", *claims],
            "custom_parameters": {name: text.split("=")[0] for name, text in tool.custom.items()},
            "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": tool.deep_link_url}],
        },
    }
