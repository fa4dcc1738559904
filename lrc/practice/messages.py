"""The messages that the practice LMS sends, shaped claim by claim as Moodle 4.5 does."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

from lrc.practice import custom
from lrc.practice.beginnings import CLIENT_ID, DEPLOYMENT_ID, NRPS_SCOPE, own_tool
from lrc.practice.classroom import Course as Seed
from lrc.practice.classroom import Somebody
from lrc.practice.signing import ABSENT, SigningKey, changed, sign
from lrc.practice.state import Activity, Column, Course, Tool
from lti import claims
from lti.roles import LEARNER

__all__ = ["ABSENT", "CLIENT_ID", "DEPLOYMENT_ID", "Message", "SigningKey", "Visit", "body_of", "changed", "sign"]

TOKEN_LIFETIME_S = 60
OUTCOMES = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"


@dataclass(frozen=True)
class Visit:
    """Somebody opening the library from a course as it is at the beginning."""

    person: Somebody
    course: Seed
    locale: str = "es"
    document_target: str = "iframe"


@dataclass(frozen=True)
class Message:
    """All that a message is made of."""

    issuer: str
    tool: Tool
    course: Course
    person: Somebody
    activity: Activity | None = None
    """What is opened; None while a teacher chooses (deep linking)."""
    column: Column | None = None
    """The activity's own grade item, or one that the tool made for its link."""
    sesskey: str = ""
    locale: str = "es"
    document_target: str = "iframe"
    as_student: bool = False
    """The person has switched their role to student."""
    for_user: str = ""
    """Whose work is to be reviewed."""
    title: str = ""
    """What the teacher has typed already, for deep linking."""

    @property
    def services(self) -> str:
        return f"{self.issuer}/mod/lti/services.php"

    @property
    def lineitems_url(self) -> str:
        return f"{self.services}/{self.course.id}/lineitems?type_id={self.tool.id}"

    @property
    def lineitem_url(self) -> str | None:
        """None without a grade item; "" where the tool made one for the link, as Moodle has it."""
        if self.column is None:
            return None
        address = f"{self.services}/{self.course.id}/lineitems/{self.column.id}/lineitem?type_id={self.tool.id}"
        return address if self.column.activity_id else ""

    @property
    def memberships_url(self) -> str:
        return f"{self.services}/CourseSection/{self.course.id}/bindings/{self.tool.id}/memberships"

    @property
    def target_link_uri(self) -> str:
        if self.activity is None:
            return self.tool.deep_link_url or self.tool.url
        own = self.activity.url or self.tool.url
        return ((self.column and self.column.review_url) or own) if self.for_user else own


def body_of(visit: Visit, *, issuer: str, tool_url: str, nonce: str) -> dict[str, Any]:
    """The claims of a launch of the library from a course as it is at the beginning."""
    seed, tool = visit.course, own_tool(tool_url)
    course = Course(seed.id, seed.label, seed.title)
    activity = Activity(seed.activity_id, seed.resource_link_id, seed.id, tool.id, "Biblioteca virtual")
    message = Message(
        issuer, tool, course, visit.person, activity, locale=visit.locale, document_target=visit.document_target
    )
    return claims_of(message, nonce, time.time())


def claims_of(message: Message, nonce: str, now: float) -> dict[str, Any]:
    """The body of the id_token."""
    body: dict[str, Any] = {
        "nonce": nonce,
        "iat": int(now),
        "exp": int(now) + TOKEN_LIFETIME_S,
        "iss": message.issuer,
        "aud": message.tool.client_id,
        claims.DEPLOYMENT_ID: message.tool.id,
        claims.TARGET_LINK_URI: message.target_link_uri,
        claims.VERSION: "1.3.0",
        claims.ROLES: [LEARNER] if message.as_student else list(message.person.roles),
        **_about_course(message.course),
        **_about_person(message),
        **_about_platform(message),
        **_about_services(message),
    }
    body.update(_choosing(message) if message.activity is None else _opening(message, message.activity))
    return body


def _opening(message: Message, activity: Activity) -> dict[str, Any]:
    review = {claims.FOR_USER: {"user_id": message.for_user}} if message.for_user else {}
    query = f"course={message.course.id}&launch_container=3&instanceid={activity.link_id}&sesskey={message.sesskey}"
    parameters = dict(activity.custom)
    if message.for_user and message.column:
        parameters.update(message.column.review_custom)
    found = custom.parameters(message.tool.custom, parameters, _variables(message))
    if claims.NRPS in _about_services(message):
        found["context_memberships_url"] = message.memberships_url
    return {
        claims.MESSAGE_TYPE: claims.SUBMISSION_REVIEW_REQUEST if message.for_user else claims.RESOURCE_LINK_REQUEST,
        **review,
        claims.RESOURCE_LINK: {
            "title": activity.title,
            "description": activity.description,
            "id": activity.link_id,
        },
        claims.CUSTOM: found,
        claims.PRESENTATION: {
            "locale": message.locale,
            "document_target": message.document_target,
            "return_url": f"{message.issuer}/mod/lti/return.php?{query}",
        },
    }


def _choosing(message: Message) -> dict[str, Any]:
    query = f"course={message.course.id}&id={message.tool.id}&sesskey={message.sesskey}"
    return {
        claims.MESSAGE_TYPE: claims.DEEP_LINKING_REQUEST,
        claims.CUSTOM: custom.parameters(message.tool.custom, {}, _variables(message)),
        claims.PRESENTATION: {"locale": message.locale},
        claims.DEEP_LINKING: {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_copy_advice": False,
            "accept_multiple": True,
            "accept_unsigned": False,
            "auto_create": False,
            "can_confirm": False,
            "deep_link_return_url": f"{message.issuer}/mod/lti/contentitem_return.php?{query}",
            "title": message.title or message.tool.name,
            "text": "",
        },
    }


def _about_course(course: Course) -> dict[str, Any]:
    about = {"id": course.id, "label": course.label, "title": course.title, "type": ["CourseSection"]}
    return {claims.CONTEXT: about}


def _about_person(message: Message) -> dict[str, Any]:
    person = message.person
    return {
        "sub": person.sub,
        **public_names(person, message.tool),
        f"{claims.CLAIM}lis": {
            "person_sourcedid": person.sourced_id,
            "course_section_sourcedid": f"C-{message.course.label}",
        },
        f"{claims.CLAIM}ext": {
            **({"user_username": person.username} if message.tool.sends_name else {}),
            "lms": "moodle-2",
        },
    }


def public_names(person: Somebody, tool: Tool) -> dict[str, str]:
    """Name and email as far as the tool's privacy settings let them out."""
    names = {"given_name": person.given_name, "family_name": person.family_name, "name": person.name}
    return (names if tool.sends_name else {}) | ({"email": email_of(person)} if tool.sends_email else {})


def email_of(person: Somebody) -> str:
    return f"{person.username}@practica.example"


def _about_platform(message: Message) -> dict[str, Any]:
    return {
        f"{claims.CLAIM}tool_platform": {
            "product_family_code": "moodle",
            "version": "2024100706",
            "guid": hashlib.sha256(message.issuer.encode()).hexdigest()[:32],
            "name": "practica",
            "description": "Aula virtual de práctica",
        },
    }


def _about_services(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = {}
    scopes = [each for each in message.tool.scopes if each != NRPS_SCOPE]
    if scopes:
        found[claims.AGS] = {"scope": scopes, "lineitems": message.lineitems_url}
        if message.lineitem_url is not None:
            found[claims.AGS]["lineitem"] = message.lineitem_url
    if NRPS_SCOPE in message.tool.scopes and message.activity:
        found[claims.NRPS] = {
            "context_memberships_url": message.memberships_url,
            "service_versions": ["1.0", "2.0"],
        }
    if message.lineitem_url:
        found[OUTCOMES] = {
            "lis_result_sourcedid": _result_id(message),
            "lis_outcome_service_url": f"{message.issuer}/mod/lti/service.php",
        }
    return found


def _result_id(message: Message) -> str:
    link_id = message.activity.link_id if message.activity else ""
    data = {"instanceid": link_id, "userid": message.person.sub, "typeid": message.tool.id, "launchid": 1}
    return json.dumps({"data": data, "hash": hashlib.sha256(json.dumps(data).encode()).hexdigest()})


def _variables(message: Message) -> dict[str, str | None]:
    """What "$..." stands for; None where privacy keeps it back."""
    known = custom.about_course(message.course) | custom.about_person(message.person, message.tool, message.course)
    known["Membership.role"] = "Learner" if message.as_student else custom.short_role(message.person.roles)
    known["LineItems.url"], known["LineItem.url"] = message.lineitems_url, message.lineitem_url or ""
    known["ToolProxyBinding.memberships.url"] = message.memberships_url
    for wrong in ("memberships", "custom"):
        known[f"LtiLink.{wrong}.url"] = f"{message.services}/links/{{link_id}}/{wrong}"
    if message.activity is None:
        return known
    known |= custom.about_link(message.activity)
    outcomes = f"{message.issuer}/mod/lti/service.php"
    known |= {"Result.sourcedId": _result_id(message), "BasicOutcome.sourcedId": _result_id(message)}
    return known | {"Result.autocreate": outcomes, "BasicOutcome.url": outcomes}
