"""The campus of the tests: launches go the real way, and the LMS misbehaves as it is asked to."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lrc.practice.trouble import LOST
from lti.models import Person, ResourceLink
from tests.campus import STUDENT, TEACHER, Campus
from tests.lti.launching import is_signed_in
from tests.practice.calling import Caller


def test_a_launch_signs_in(campus: Campus) -> None:
    browser = campus.launch(STUDENT)
    assert is_signed_in(browser)
    assert browser.get(browser.landed).status_code == 200


def test_a_teacher_chooses(campus: Campus) -> None:
    assert is_signed_in(campus.choose(TEACHER))


def test_services_fail_as_often_as_asked(campus: Campus) -> None:
    campus.lms.quirks.fail("keys", 503, times=2)
    address = f"{campus.lms.url}/mod/lti/certs.php"
    assert [requests.get(address, timeout=10).status_code for _ in range(3)] == [503, 503, 200]
    assert [each.status for each in campus.lms.quirks.called("keys")] == [503, 503, 200]


def test_an_answer_can_be_lost_after_the_score_is_stored(campus: Campus) -> None:
    link = campus.place(maximum=20).link_id
    campus.lms.quirks.fail("scores", LOST)
    with pytest.raises(requests.ConnectionError):
        Caller(campus).score(link, STUDENT.sub, 5)
    assert campus.gradebook() == {link: {STUDENT.sub: 10}}
    assert Caller(campus).score(link, STUDENT.sub, 5).status_code == 409


def test_a_service_can_be_slow(campus: Campus) -> None:
    campus.lms.quirks.slow("keys", 0.5)
    with pytest.raises(requests.Timeout):
        requests.get(f"{campus.lms.url}/mod/lti/certs.php", timeout=0.2)


def test_a_second_lms_has_the_same_people_and_is_another_platform(
    campus: Campus, session: Session, tmp_path: Path
) -> None:
    other = campus.another(tmp_path / "other")
    assert other.lms.url != campus.lms.url
    campus.launch(STUDENT)
    other.launch(STUDENT)
    assert session.scalar(select(func.count()).select_from(Person).where(Person.sub == STUDENT.sub)) == 2


def test_a_launch_of_a_placed_activity_is_known_by_its_link(campus: Campus, session: Session) -> None:
    placed = campus.place(title="Leer", custom={"lrc_kind": "resource", "lrc_id": "x", "lrc_item": "i"}, maximum=20)
    campus.launch(STUDENT, link=placed.link_id)
    link = session.scalars(select(ResourceLink).where(ResourceLink.resource_link_id == placed.link_id)).one()
    assert (link.kind, link.target, link.item, link.is_graded) == ("resource", "x", "i", True)
