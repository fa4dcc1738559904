"""Where somebody stopped: kept while they read, offered when they come back, told to nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import places
from catalog.models import Place, Resource
from lrc.db import utcnow
from lrc.errors import BadInput
from tests import factories
from tests.factories import Browser


@pytest.fixture
def book(session: Session) -> Resource:
    return factories.resource(session, *[f"Página {number}." for number in range(1, 6)])


@pytest.fixture
def student(app: Flask, session: Session, book: Resource) -> Browser:
    return factories.signed_in(app, session)


def read(resource: Resource, query: str = "") -> str:
    return f"/resources/{resource.id}/read{query}"


def turn(student: Browser, resource: Resource, to: int) -> Any:
    """Turn to a page, as from the one before."""
    return student.get(read(resource, f"?page={to}"), headers={"Referer": student.tool_url + read(resource)})


def found(session: Session, viewer: Any, resource: Resource) -> tuple[int, float] | None:
    place = places.find(session, viewer, resource)
    return (place.page, place.offset) if place else None


def test_who_comes_back_goes_on_where_they_stopped(session: Session, student: Browser, book: Resource) -> None:
    assert "donde quedaste" not in student.get(read(book)).text
    turn(student, book, 3)
    for address in (read(book), f"/resources/{book.id}"):
        page = student.get(address).text
        assert "Seguir donde quedaste (página 3)" in page
        assert f'href="{read(book)}?page=3"' in page
    assert "donde quedaste" not in student.get(read(book, "?page=2")).text  # they know where they want to be


def test_who_only_looks_at_a_hit_keeps_their_place(session: Session, student: Browser, book: Resource) -> None:
    turn(student, book, 3)
    student.get(read(book, "?page=5&q=papa"), headers={"Referer": f"{student.tool_url}/search?q=papa"})
    assert "(página 3)" in student.get(read(book)).text


def test_a_place_is_told_to_nobody_else(app: Flask, session: Session, student: Browser, book: Resource) -> None:
    turn(student, book, 3)
    assert "donde quedaste" not in factories.signed_in(app, session).get(read(book)).text


def test_how_far_in_a_page_one_is_is_kept_while_one_reads(session: Session, student: Browser, book: Resource) -> None:
    answer = student.submit(f"/resources/{book.id}/place", {"page": "2", "offset": "0.5"})
    assert answer.status_code == 204
    turn(student, book, 2)  # loading the same page again forgets nothing
    assert f"{read(book)}?page=2&amp;at=0.5" in student.get(read(book)).text
    assert 'data-at="0.5"' in student.get(read(book, "?page=2&at=0.5")).text
    assert session.scalar(select(func.count()).select_from(Place)) == 1


@pytest.mark.parametrize("fields", [{"page": "6", "offset": "0"}, {"page": "0", "offset": "0"}, {"page": "1"}, {}])
def test_a_place_that_is_not_there_is_refused(student: Browser, book: Resource, fields: dict[str, str]) -> None:
    assert student.submit(f"/resources/{book.id}/place", fields).status_code == 422


@pytest.mark.parametrize("offset", [-0.1, 1.1, float("nan"), float("inf")])
def test_an_offset_is_a_share_of_a_page(session: Session, app: Flask, book: Resource, offset: float) -> None:
    with pytest.raises(BadInput):
        places.keep(session, factories.viewer(session), book, 1, offset)


def test_the_very_beginning_and_the_end_are_no_places_to_go_on_from(
    session: Session, app: Flask, book: Resource
) -> None:
    viewer = factories.viewer(session)
    for number, offset, expected in ((1, 0.05, None), (1, 0.5, (1, 0.5)), (5, 0.5, (5, 0.5)), (5, 1.0, None)):
        places.keep(session, viewer, book, number, offset)
        assert found(session, viewer, book) == expected


def test_in_a_recording_it_is_a_moment(session: Session, app: Flask) -> None:
    talk = factories.resource(session, "Hola.", "Adiós.", media_type="video/mp4", name="clase.mp4")
    assert talk.file is not None
    talk.file.duration_s = 100.0
    viewer = factories.viewer(session)
    for offset, expected in ((4.0, None), (61.5, (2, 61.5)), (97.0, None)):
        places.keep(session, viewer, talk, 2, offset)
        assert found(session, viewer, talk) == expected
    with pytest.raises(BadInput):
        places.keep(session, viewer, talk, 2, 102.0)


def test_a_corrected_file_is_begun_anew(session: Session, app: Flask, book: Resource) -> None:
    viewer = factories.viewer(session)
    places.keep(session, viewer, book, 4, 0.0)
    assert book.file is not None
    book.file.key = "files/another"
    assert found(session, viewer, book) is None


def test_who_is_choosing_for_a_course_leaves_no_trace(session: Session, app: Flask, book: Resource) -> None:
    viewer = replace(factories.viewer(session), is_choosing=True)
    places.keep(session, viewer, book, 4, 0.0)
    assert session.scalar(select(func.count()).select_from(Place)) == 0


def test_where_one_stopped_is_told_and_forgotten_at_a_touch(session: Session, student: Browser, book: Resource) -> None:
    turn(student, book, 3)
    assert "en qué página quedaste de 1 material" in student.get("/history").text
    answer = student.submit("/reading/forget-places", follow_redirects=True)
    assert "Ya no recordamos" in answer.text
    assert "en qué página quedaste" not in answer.text
    assert "donde quedaste" not in student.get(read(book)).text


def test_places_left_a_year_ago_are_forgotten_when_another_is_kept(
    session: Session, app: Flask, book: Resource
) -> None:
    viewer = factories.viewer(session)
    places.keep(session, viewer, book, 3, 0.0)
    session.scalars(select(Place)).one().left_at = utcnow() - places.KEPT - timedelta(hours=1)
    session.flush()
    other = factories.resource(session, "Uno.", "Dos.")
    places.keep(session, viewer, other, 2, 0.0)
    assert session.scalars(select(Place.resource_id)).all() == [other.id]
