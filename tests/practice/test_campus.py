"""The campus of the tests: launches go the real way, and the LMS misbehaves as it is asked to."""

from __future__ import annotations

from tests.campus import STUDENT, TEACHER, Campus
from tests.lti.launching import is_signed_in


def test_a_launch_signs_in(campus: Campus) -> None:
    browser = campus.launch(STUDENT)
    assert is_signed_in(browser)
    assert browser.get(browser.landed).status_code == 200


def test_a_teacher_chooses(campus: Campus) -> None:
    assert is_signed_in(campus.choose(TEACHER))
