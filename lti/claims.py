"""What a launch's id_token must look like before anything in it is used (LTI 1.3, sections 5.3 and 5.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lti.refusals import Reason, refuse

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
MESSAGE_TYPE = f"{CLAIM}message_type"
VERSION = f"{CLAIM}version"
DEPLOYMENT_ID = f"{CLAIM}deployment_id"
TARGET_LINK_URI = f"{CLAIM}target_link_uri"
ROLES = f"{CLAIM}roles"
RESOURCE_LINK = f"{CLAIM}resource_link"
CONTEXT = f"{CLAIM}context"
CUSTOM = f"{CLAIM}custom"
PRESENTATION = f"{CLAIM}launch_presentation"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
GROUPS = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
FOR_USER = f"{CLAIM}for_user"
PLATFORM = f"{CLAIM}tool_platform"

RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW_REQUEST = "LtiSubmissionReviewRequest"

MAX_ID_CHARACTERS = 255
_MAX_URL_CHARACTERS = 2000
_MAX_AUDIENCES = 20
_MAX_ROLES = 100
_LAST_SECOND = 2**40


def check_header(header: Any) -> None:
    """Raise LaunchRefused unless the token says RS256 and names its key; which algorithm is used is ours to say."""
    if not isinstance(header, dict):
        raise refuse(Reason.BAD_TOKEN, "header")
    if header.get("alg") != "RS256":
        raise refuse(Reason.BAD_ALGORITHM)
    if not is_id(header.get("kid")):
        raise refuse(Reason.NO_KEY_ID)


def check_envelope(body: Any) -> None:
    """Raise LaunchRefused unless the claims needed to find the sender and check the signature have their types."""
    if not isinstance(body, dict):
        raise refuse(Reason.BAD_TOKEN, "body")
    if not is_id(body.get("iss"), _MAX_URL_CHARACTERS):
        raise refuse(Reason.UNKNOWN_PLATFORM, "iss")
    client_of(body)
    for name in ("exp", "iat"):
        value = body.get(name)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < _LAST_SECOND:
            raise refuse(Reason.BAD_TIMES, name)
    if not is_id(body.get("nonce")):
        raise refuse(Reason.BAD_NONCE, "missing")


def client_of(body: Mapping[str, Any]) -> str:
    """The client_id that the token is for: the only aud, or azp, which several aud need (OpenID Connect, 3.1.3.7)."""
    audiences = body.get("aud")
    audiences = audiences if isinstance(audiences, list) else [audiences]
    if not 0 < len(audiences) <= _MAX_AUDIENCES or not all(is_id(each) for each in audiences):
        raise refuse(Reason.BAD_AUDIENCE, "aud missing or malformed")
    if "azp" not in body and len(audiences) > 1:
        raise refuse(Reason.BAD_AUDIENCE, "several aud without azp")
    client_id = body.get("azp", audiences[0])
    if client_id not in audiences:
        raise refuse(Reason.BAD_AUDIENCE, "azp is not among aud")
    return str(client_id)


def check_message(body: Mapping[str, Any]) -> None:
    """Raise LaunchRefused unless it is a message that we take, with all that its specification requires of it."""
    if body.get(VERSION) != "1.3.0":
        raise refuse(Reason.BAD_VERSION)
    message_type = body.get(MESSAGE_TYPE)
    if not is_id(message_type):
        raise refuse(Reason.BAD_MESSAGE, "message_type")
    if message_type not in _CHECKS:
        raise refuse(Reason.NOT_YET, "another message_type")
    if not is_id(body.get("sub")):
        raise refuse(Reason.NO_PERSON)
    roles = body.get(ROLES)
    if not isinstance(roles, list) or len(roles) > _MAX_ROLES or not all(isinstance(each, str) for each in roles):
        raise refuse(Reason.NO_ROLES)
    if not is_id(body.get(TARGET_LINK_URI), _MAX_URL_CHARACTERS):
        raise refuse(Reason.BAD_MESSAGE, "target_link_uri")
    _CHECKS[message_type](body)


def _check_link(body: Mapping[str, Any]) -> None:
    link = body.get(RESOURCE_LINK)
    if not isinstance(link, dict) or not is_id(link.get("id")):
        raise refuse(Reason.BAD_MESSAGE, "resource_link.id")


def _check_deep_linking(body: Mapping[str, Any]) -> None:
    """LTI Deep Linking 2.0, section 4.4.1: where to return to, and what may be returned."""
    asked = body.get(DEEP_LINKING)
    if not isinstance(asked, dict) or not is_id(asked.get("deep_link_return_url"), _MAX_URL_CHARACTERS):
        raise refuse(Reason.BAD_MESSAGE, "deep_link_return_url")
    for name in ("accept_types", "accept_presentation_document_targets"):
        if not isinstance(asked.get(name), list):
            raise refuse(Reason.BAD_MESSAGE, name)
    try:  # kept as they came, to be given back: Python reads "NaN" as JSON, which databases and platforms do not
        json.dumps(asked, allow_nan=False)
    except ValueError as error:
        raise refuse(Reason.BAD_MESSAGE, "deep_linking_settings") from error


def _check_review(body: Mapping[str, Any]) -> None:
    """LTI Submission Review 1.0: whose work is to be shown."""
    _check_link(body)
    person = body.get(FOR_USER)
    if not isinstance(person, dict) or not is_id(person.get("user_id")):
        raise refuse(Reason.BAD_MESSAGE, "for_user.user_id")


_CHECKS = {
    RESOURCE_LINK_REQUEST: _check_link,
    DEEP_LINKING_REQUEST: _check_deep_linking,
    SUBMISSION_REVIEW_REQUEST: _check_review,
}


def is_id(value: Any, longest: int = MAX_ID_CHARACTERS) -> bool:
    """Whether it is a text that can be an identifier: not empty, not too long, nothing in it that does not print."""
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable() and value == value.strip()
