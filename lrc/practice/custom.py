"""Custom parameters as Moodle sends them: whose value wins, which keys go twice, what "$..." is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lrc.practice.classroom import Somebody
from lrc.practice.state import Activity, Course, Tool

_PLAIN = re.compile(r"[a-z0-9_]+")
_NOT_PLAIN = re.compile(r"[^a-z0-9_]")
_BEGINS, _ENDS = "2026-08-10T00:00:00+00:00", "2026-12-18T00:00:00+00:00"
_BEGINS_UNIX = "1786320000"

VARIABLES = (
    *("Context.id", "Context.title", "Context.label", "Context.sourcedId", "Context.id.history"),
    *("Context.longDescription", "Context.timeFrame.begin", "CourseSection.title", "CourseSection.label"),
    *("CourseSection.sourcedId", "CourseSection.timeFrame.begin", "CourseSection.timeFrame.end"),
    *("ResourceLink.id", "ResourceLink.title", "ResourceLink.description", "User.id", "User.username"),
    *("Person.name.full", "Person.name.given", "Person.name.family", "Person.name.middle", "Person.email.primary"),
    *("Person.sourcedId", "Person.address.locality", "Person.address.country", "Person.address.timezone"),
    *("Person.phone.primary", "Person.webaddress", "Membership.role", "Result.sourcedId", "Result.autocreate"),
    *("BasicOutcome.sourcedId", "BasicOutcome.url", "Moodle.Person.userGroupIds", "ToolProxyBinding.memberships.url"),
    *("LineItems.url", "LineItem.url", "Scores.url", "Results.url", "LtiLink.memberships.url", "LtiLink.custom.url"),
)
"""What its openid-configuration says that it can fill in, though some stay empty or come out wrong."""


def parameters(
    of_tool: Mapping[str, str], of_item: Mapping[str, str], known: Mapping[str, str | None]
) -> dict[str, str | None]:
    """The claim: on the same key the tool's value wins; a value ends at a line break; a key that is not all of
    a-z, 0-9 and _ is sent twice; a value that is a known "$variable" is replaced, an unknown one is sent as it is.
    """
    sent: dict[str, str | None] = {}
    for key, text in {**of_item, **of_tool}.items():
        line = str(text).split("\n", 1)[0].rstrip("\r")
        value = known.get(line[1:], line) if line.startswith("$") else line
        if not _PLAIN.fullmatch(key):
            sent[_NOT_PLAIN.sub("_", key.lower())] = value
        sent[key] = value
    return sent


def about_course(course: Course) -> dict[str, str | None]:
    sourced_id = f"C-{course.label}"
    return {
        "Context.id": course.id,
        "Context.title": course.title,
        "Context.label": course.label,
        "Context.sourcedId": sourced_id,
        "Context.longDescription": "",
        "Context.timeFrame.begin": _BEGINS_UNIX,
        "Context.id.history": ",".join(course.history),
        "CourseSection.title": course.title,
        "CourseSection.label": course.label,
        "CourseSection.sourcedId": sourced_id,
        "CourseSection.timeFrame.begin": _BEGINS,
        "CourseSection.timeFrame.end": _ENDS,
        "Scores.url": "",
        "Results.url": "",
    }


def about_person(person: Somebody, tool: Tool, course: Course) -> dict[str, str | None]:
    names = {
        "Person.name.full": person.name,
        "Person.name.given": person.given_name,
        "Person.name.family": person.family_name,
        "Person.name.middle": "",
    }
    groups = [name for name, members in course.groups.items() if person.sub in members]
    return {
        "User.id": person.sub,
        "User.username": person.username,
        "Person.sourcedId": person.sourced_id,
        "Person.address.locality": "Lima",
        "Person.address.country": "PE",
        "Person.address.timezone": "99",
        "Person.phone.primary": "",
        "Person.webaddress": "",
        "Person.email.primary": f"{person.username}@practica.example" if tool.sends_email else None,
        "Moodle.Person.userGroupIds": ",".join(groups),
        **{name: value if tool.sends_name else None for name, value in names.items()},
    }


def about_link(activity: Activity) -> dict[str, str | None]:
    return {
        "ResourceLink.id": activity.link_id,
        "ResourceLink.title": activity.title,
        "ResourceLink.description": activity.description,
    }


def short_role(roles: Iterable[str]) -> str:
    """The course role by its short name, as rosters and $Membership.role have it."""
    return "Instructor" if any(each.endswith("#Instructor") for each in roles) else "Learner"
