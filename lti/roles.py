"""The roles of LTI 1.3 (section A.2) as ours. Only the known vocabularies count; an unknown word gives no right."""

from __future__ import annotations

from collections.abc import Iterable

from lti.viewers import Role

_LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
_MEMBERSHIP = f"{_LIS}membership"

INSTRUCTOR = f"{_MEMBERSHIP}#Instructor"
LEARNER = f"{_MEMBERSHIP}#Learner"
LIBRARIAN = f"{_MEMBERSHIP}/ContentDeveloper#Librarian"
INSTITUTION_ADMINISTRATOR = f"{_LIS}institution/person#Administrator"
SYSTEM_ADMINISTRATOR = f"{_LIS}system/person#Administrator"

# Course roles may also come by their simple name (section A.2.3.1); those of system and institution may not.
_COURSE = {
    "Administrator": Role.TEACHER,
    "ContentDeveloper": Role.TEACHER,
    "Instructor": Role.TEACHER,
    "Learner": Role.STUDENT,
    "Member": Role.STUDENT,
}
_KNOWN = {
    **{f"{_MEMBERSHIP}#{name}": role for name, role in _COURSE.items()},
    **_COURSE,
    LIBRARIAN: Role.LIBRARIAN,
    INSTITUTION_ADMINISTRATOR: Role.ADMINISTRATOR,
    SYSTEM_ADMINISTRATOR: Role.ADMINISTRATOR,
    **{
        f"{_MEMBERSHIP}/Instructor#{name}": Role.TEACHER
        for name in (
            "ExternalInstructor",
            "Grader",
            "GuestInstructor",
            "Lecturer",
            "PrimaryInstructor",
            "SecondaryInstructor",
            "TeachingAssistant",
        )
    },
    **{
        f"{_MEMBERSHIP}/Learner#{name}": Role.STUDENT
        for name in ("ExternalLearner", "GuestLearner", "Instructor", "Learner", "NonCreditLearner")
    },
}


def translate(names: Iterable[str]) -> frozenset[Role]:
    """Our roles of LTI's.

    Moodle sends a switched role ("switch role to student") as Learner alone, so it is obeyed by taking roles from
    this launch only. Who has none that we know may read, and nothing more.
    """
    return frozenset(_KNOWN[name] for name in names if name in _KNOWN)
