"""A course's people and groups as its platform tells them: Names and Role Provisioning 2.0, Course Groups 1.0.

Only what is used is taken: the platform's id of the person, name, roles, groups. Whatever a platform sends, asking
ends: after so many pages, people and seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pylti1p3.service_connector import ServiceConnector

from lti import claims, roles
from lti.connector import ServiceTrouble
from lti.texts import MAX_LISTED, NAME_CHARACTERS, line_in, name_in

MEMBERSHIP_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
GROUP_SCOPE = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
# Moodle answers "application/json" with 400.
_MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_GROUPS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"

PAGE_PEOPLE = 200
"""Asked for at once, so that an answer about a big course stays far below what is taken of one answer."""
MAX_PAGES, MAX_PEOPLE, MAX_S = 200, 20_000, 120.0
_MAX_ROLES, _MAX_GROUPS = 100, 1000


class Shortfall(Exception):
    """Why a list did not come whole; ``code`` is one of NO_ANSWER..., or the connector's own advice code."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


NO_ANSWER, NOT_A_LIST, ENDLESS, TOO_LONG, TOO_SLOW = "no-answer", "not-a-list", "endless", "too-long", "too-slow"


@dataclass(frozen=True)
class Member:
    """Somebody of the list; ``groups`` is None where the platform does not tell."""

    sub: str
    name: str
    roles: tuple[str, ...]
    groups: tuple[str, ...] | None
    is_active: bool


@dataclass
class Roster:
    """What came of the list, by the platform's id of the person."""

    members: dict[str, Member] = field(default_factory=dict)
    passed_over: int = 0
    """How many entries were no people."""
    shortfall: Shortfall | None = None
    """Why it is not the whole list; None where it is, and only then are those who are not in it gone."""


def fetch(connector: ServiceConnector, url: str, *, with_groups: bool) -> Roster:
    """The course's people, as far as they come; nothing is raised, since what came is worth keeping."""
    roster = Roster()
    wished = {"limit": str(PAGE_PEOPLE)} | ({"groups": "true"} if with_groups else {})
    # Without the scope of groups a platform leaves them out of the list (Course Groups 1.0).
    scopes = [MEMBERSHIP_SCOPE, *([GROUP_SCOPE] if with_groups else [])]
    try:
        for entries, is_last in _pages(connector, scopes, _asking(url, wished), _MEMBERS_TYPE, "members"):
            before = len(roster.members)
            _add(roster, entries)
            if not is_last and len(roster.members) == before:
                raise Shortfall(ENDLESS, "a page without anybody new leads on")
            if len(roster.members) > MAX_PEOPLE:
                raise Shortfall(TOO_LONG, f"more than {MAX_PEOPLE} people")
    except Shortfall as shortfall:
        roster.shortfall = shortfall
    return roster


def fetch_groups(connector: ServiceConnector, url: str) -> dict[str, str]:
    """Names of the course's groups by the platform's id; raises Shortfall where they do not all come."""
    names: dict[str, str] = {}
    for entries, _is_last in _pages(connector, [GROUP_SCOPE], url, _GROUPS_TYPE, "groups"):
        for entry in entries:
            group_id = _id_in(entry, "id") if isinstance(entry, dict) else ""
            if group_id:
                names[group_id] = line_in(entry, "name") or group_id
        if len(names) > _MAX_GROUPS:
            raise Shortfall(TOO_LONG, f"more than {_MAX_GROUPS} groups")
    return names


def member_of(entry: Any) -> Member | None:
    """A member in our words (NRPS 2.0, section 2.2); None for what cannot be one. No status means Active."""
    if not isinstance(entry, dict) or not claims.is_id(entry.get("user_id")):
        return None
    said = entry.get("roles")
    named = [each for each in said[:_MAX_ROLES] if isinstance(each, str)] if isinstance(said, list) else []
    return Member(
        sub=entry["user_id"],
        name=name_in(entry),
        roles=tuple(sorted(roles.translate(named))),
        groups=_groups_of(entry),
        is_active=entry.get("status", "Active") == "Active",
    )


def _add(roster: Roster, entries: list[Any]) -> None:
    for entry in entries:
        member = member_of(entry)
        if member is None:
            roster.passed_over += 1
        else:
            roster.members[member.sub] = member


def _groups_of(entry: Mapping[str, Any]) -> tuple[str, ...] | None:
    enrolled = entry.get("group_enrollments")
    if not isinstance(enrolled, list):
        return None
    found = [_id_in(each, "group_id") for each in enrolled[:MAX_LISTED] if isinstance(each, dict)]
    return tuple(each for each in found if each)


def _id_in(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return text if claims.is_id(text, NAME_CHARACTERS) else ""


def _pages(
    connector: ServiceConnector, scopes: list[str], url: str, accept: str, name: str
) -> Iterator[tuple[list[Any], bool]]:
    """The entries of each page of a list, and whether it is the last. Raises Shortfall where it cannot be finished."""
    ends_at = time.monotonic() + MAX_S
    seen: set[str] = set()
    following: str | None = url
    while following:
        if following in seen:
            raise Shortfall(ENDLESS, "a page leads back to an earlier one")
        if len(seen) >= MAX_PAGES:
            raise Shortfall(TOO_LONG, f"more than {MAX_PAGES} pages")
        if time.monotonic() > ends_at:
            raise Shortfall(TOO_SLOW, f"longer than {MAX_S:.0f} s")
        seen.add(following)
        try:
            answer = connector.make_service_request(scopes, following, accept=accept)
        except ServiceTrouble as trouble:
            raise Shortfall(trouble.advice_code or NO_ANSWER, str(trouble)) from trouble
        body, following = answer["body"], answer["next_page_url"]
        entries = body.get(name) if isinstance(body, dict) else None
        if not isinstance(entries, list):
            raise Shortfall(NOT_A_LIST)
        yield entries, not following


def _asking(url: str, wished: Mapping[str, str]) -> str:
    """The address with these parameters added; one that it has already stays."""
    parts = urlsplit(url)
    there = parse_qsl(parts.query, keep_blank_values=True)
    added = [(name, value) for name, value in wished.items() if name not in dict(there)]
    return urlunsplit(parts._replace(query=urlencode(there + added)))
