"""Links that a teacher put into a course, opened from it, from a copy of it, and restored on another platform."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Resource
from lti.models import ResourceLink
from tests import factories
from tests.campus import COURSE, STUDENT, TEACHER, Campus
from tests.catalog.choosing import sent_back, tick
from tests.factories import Browser


@pytest.fixture
def book(session: Session) -> Resource:
    made = factories.resource(session, "uno", "dos", record_id="https://hdl.example/20.500/1", title="Guía")
    session.commit()
    return made


@pytest.fixture
def placed(campus: Campus, book: Resource) -> dict[str, str]:
    """The custom parameters of the book's link, as the picker gave them to the platform; it stands in the course."""
    teacher = campus.choose(TEACHER)
    prefix = teacher.landed.rstrip("/")
    tick(teacher, f"resource:{book.record_id}")
    _url, claims = sent_back(teacher.submit(f"{prefix}/picker/place"), campus.app)
    (item,) = claims["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"]
    campus.place(title=item["title"], custom=item["custom"], maximum=15)
    custom: dict[str, str] = item["custom"]
    return custom


def link_of(campus: Campus, course: str, custom: dict[str, str]) -> str:
    """The platform's id of the link with these parameters in a course."""
    return next(
        each.link_id
        for each in campus.lms.store.state.of_course(course)
        if each.custom.get("lrc_item") == custom["lrc_item"]
    )


def opened(browser: Browser) -> str:
    answer = browser.get(browser.landed)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_a_student_opens_it_from_the_course_and_from_a_copy(
    campus: Campus, session: Session, book: Resource, placed: dict[str, str]
) -> None:
    copy = campus.copy()
    for course in (COURSE, copy):
        student = campus.launch(STUDENT, course, link=link_of(campus, course, placed))
        assert opened(student).endswith(f"/resources/{book.id}")
        assert "Guía" in student.get(opened(student)).text
    first, second = session.scalars(select(ResourceLink).where(ResourceLink.item == placed["lrc_item"])).all()
    assert first.context_id != second.context_id
    assert first.resource_link_id != second.resource_link_id


def test_it_opens_where_it_was_restored_on_another_platform(
    campus: Campus, book: Resource, placed: dict[str, str], tmp_path: Path
) -> None:
    other = campus.another(tmp_path / "other")
    restored = other.place(title="Guía", custom=placed)
    student = other.launch(STUDENT, link=restored.link_id)
    assert opened(student).endswith(f"/resources/{book.id}")
