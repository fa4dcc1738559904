"""LTI's roles become ours only by words that are known."""

from __future__ import annotations

import pytest

from lti.roles import INSTITUTION_ADMINISTRATOR, INSTRUCTOR, LEARNER, LIBRARIAN, SYSTEM_ADMINISTRATOR, translate
from lti.viewers import Role

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([LEARNER], {Role.STUDENT}),
        ([INSTRUCTOR], {Role.TEACHER}),
        ([INSTITUTION_ADMINISTRATOR, INSTRUCTOR, SYSTEM_ADMINISTRATOR], {Role.TEACHER, Role.ADMINISTRATOR}),
        ([LIBRARIAN], {Role.LIBRARIAN}),
        (["Learner"], {Role.STUDENT}),
        (["Instructor", "Learner"], {Role.TEACHER, Role.STUDENT}),
        ([f"{LIS}membership/Instructor#TeachingAssistant"], {Role.TEACHER}),
        ([], set()),
    ],
)
def test_known_roles_become_ours(names: list[str], expected: set[Role]) -> None:
    assert translate(names) == expected


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example/vocab#Instructor",
        "http://evil.example/http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
        f"{LIS}unheard#Instructor",
        f"{LIS}institution/person#Instructor",
        f"{LIS}system/person#SysAdmin",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#instructor",
        f"{LIS}membership#Administrator#Instructor",
        "urn:lti:sysrole:ims/lis/Administrator",
        "ContentDeveloper#Librarian",
        "Librarian",
        "",
        " Instructor",
    ],
)
def test_an_unknown_word_gives_no_right(name: str) -> None:
    assert translate([name]) == frozenset()


def test_a_courses_administrator_does_not_administer_the_institution() -> None:
    assert translate([f"{LIS}membership#Administrator", "Administrator"]) == {Role.TEACHER}
