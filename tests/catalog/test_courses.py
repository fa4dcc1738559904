"""Browsing the catalogue of courses: who sees which, words, facets and their counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import cohorts, courses, enrolments, indexing
from catalog.facets import Choice
from catalog.models import Course, Resource, ResourceState
from lrc.db import engine_of, utcnow
from lti.models import Institution
from lti.viewers import Viewer, institution_audience
from search.engine import Index
from tests import factories
from tests.catalog.enrolling import statements


@pytest.fixture
def student(session: Session) -> Viewer:
    return factories.viewer(session)


def choice(words: str = "", page: int = 1, **chosen: str) -> Choice:
    return Choice(words, {name: frozenset(codes.split()) for name, codes in chosen.items()}, page)


def counts(session: Session, viewer: Viewer, name: str, wanted: Choice | None = None) -> dict[str, int]:
    shelf = courses.browse(session, viewer, wanted or choice())
    return {value.code: value.count for facet in shelf.facets if facet.name == name for value in facet.values}


def titles(session: Session, viewer: Viewer, wanted: Choice | None = None) -> list[str]:
    return [each.resource.title for each in courses.browse(session, viewer, wanted or choice()).items]


def made(session: Session, title: str, *modules: Resource, **columns: Any) -> Resource:
    return factories.course(session, *modules, title=title, published_at=utcnow(), **columns)


def test_only_published_courses_for_the_viewer_are_shown_and_counted(session: Session, student: Viewer) -> None:
    made(session, "Para todos", level="beginner")
    made(session, "De los míos", level="beginner", audience=institution_audience(student.institution_id))
    made(session, "De otros", level="beginner", audience=institution_audience(student.institution_id + 1000))
    made(session, "Borrador", level="beginner", state=ResourceState.DRAFT)
    made(session, "Retirado", level="beginner", state=ResourceState.WITHDRAWN)
    factories.module(session, title="Un módulo", level="beginner")
    assert titles(session, student) == ["De los míos", "Para todos"]
    assert counts(session, student, "level") == {"beginner": 2}


def test_a_count_obeys_the_other_facets_and_not_its_own(session: Session, student: Viewer) -> None:
    made(session, "A", level="beginner", language="es", subjects=["Cacao"])
    made(session, "B", level="beginner", language="en", subjects=["Cacao", "Comercio"])
    made(session, "C", level="advanced", language="es", subjects=["comercio"])
    wanted = choice(level="beginner")
    assert titles(session, student, wanted) == ["B", "A"]
    assert counts(session, student, "level", wanted) == {"beginner": 2, "advanced": 1}
    assert counts(session, student, "language", wanted) == {"es": 1, "en": 1}
    assert counts(session, student, "subject", wanted) == {"cacao": 2, "comercio": 1}
    both = choice(level="beginner advanced", subject="comercio")
    assert titles(session, student, both) == ["C", "B"]


def test_subjects_are_one_however_they_are_spelt(session: Session, student: Viewer) -> None:
    for number, subject in enumerate(["Matemática", "matematica", "Matemática"]):
        made(session, str(number), subjects=[subject])
    (facet,) = [each for each in courses.browse(session, student, choice()).facets if each.name == "subject"]
    assert [(each.code, each.label, each.count) for each in facet.values] == [("matematica", "Matemática", 3)]


def test_effort_falls_into_bands(session: Session, student: Viewer) -> None:
    for minutes in (0, 30, 120, 121, 600, 601):
        made(session, str(minutes), effort_minutes=minutes)
    assert counts(session, student, "effort") == {"2h": 2, "10h": 2, "more": 1}
    assert titles(session, student, choice(effort="10h")) == ["600", "121"]


def test_modes_and_certificates(session: Session, student: Viewer) -> None:
    tutored = made(session, "Con tutor", certificate=True)
    session.get_one(Course, tutored.id).is_self_study = False
    factories.cohort(session, tutored)
    late = made(session, "Ya cerró")
    factories.cohort(session, late, days=-1)
    cancelled = made(session, "Cancelado")
    factories.cohort(session, cancelled, is_cancelled=True)
    assert counts(session, student, "mode") == {"self": 2, "tutored": 1}
    assert titles(session, student, choice(mode="tutored")) == ["Con tutor"]
    assert titles(session, student, choice(certificate="no")) == ["Cancelado", "Ya cerró"]


def test_a_card_tells_its_institution_modules_groups_and_the_viewers_place(session: Session, student: Viewer) -> None:
    course = made(session, "Cacao", factories.module(session), factories.module(session, state=ResourceState.WITHDRAWN))
    group = factories.cohort(session, course, places=3)
    enrolments.enrol(session, student, course, group)
    enrolments.enrol(session, factories.viewer(session), course)
    (card,) = courses.browse(session, student, choice()).items
    assert card.institution == session.get_one(Institution, course.institution_id).name
    assert card.module_count == 1
    assert [(each.cohort.id, each.places_left) for each in card.groups] == [(group.id, 2)]
    assert card.enrolment is not None
    assert card.enrolment.person_id == student.person_id


def test_words_keep_what_the_index_finds_the_best_first_and_counts_obey_them(
    session: Session, index: Index, student: Viewer
) -> None:
    made(session, "Comercio justo", description="También del cacao.", level="beginner")
    made(session, "Cultivo del cacao", level="advanced")
    made(session, "Estadística", level="beginner")
    made(session, "El cacao de otros", audience=institution_audience(student.institution_id + 1000))
    factories.module(session, title="Módulo del cacao")
    session.commit()
    indexing.bring_up_to_date(index)
    assert titles(session, student, choice("cacaos")) == ["Cultivo del cacao", "Comercio justo"]
    assert counts(session, student, "level", choice("cacao")) == {"beginner": 1, "advanced": 1}
    assert titles(session, student, choice("cacao", level="beginner")) == ["Comercio justo"]
    assert titles(session, student, choice("quinua")) == []
    assert courses.browse(session, student, choice("quinua")).held == 3


def test_pages_beyond_the_last_are_the_last(session: Session, student: Viewer) -> None:
    for number in range(courses.SIZE + 1):
        made(session, str(number))
    shelf = courses.browse(session, student, choice(page=99))
    assert (shelf.number, shelf.count, shelf.total, len(shelf.items)) == (2, 2, courses.SIZE + 1, 1)


def test_browsing_takes_the_same_number_of_queries_however_much_there_is(
    app: Flask, session: Session, student: Viewer
) -> None:
    engine = engine_of(app)
    made(session, "Primero", factories.module(session))
    session.commit()
    few = statements(engine, lambda: courses.browse(session, student, choice()))
    for number in range(15):
        course = made(session, str(number), factories.module(session), subjects=[f"Tema {number}"])
        group = factories.cohort(session, course)
        enrolments.enrol(session, student, course, group)
    session.commit()
    session.expunge_all()
    assert statements(engine, lambda: courses.browse(session, student, choice())) == few


def test_counts_tell_how_an_institutions_courses_are_taken(session: Session) -> None:
    course = made(session, "B")
    owner_institution = course.institution_id
    assert owner_institution is not None
    untouched = made(session, "A", institution_id=owner_institution)
    made(session, "De otra institución")
    factories.course(session, state=ResourceState.DRAFT, institution_id=owner_institution)
    people = [factories.viewer(session) for _ in range(4)]
    for each in people:
        enrolments.enrol(session, each, course)
    rows = [enrolments.find(session, each.person_id, course.id) for each in people]
    assert rows[0]
    assert rows[1]
    rows[0].finished_at = rows[1].finished_at = utcnow() - timedelta(hours=1)
    for each in people[1:3]:
        enrolments.leave(session, each, course)
    session.flush()
    told = [
        (each.course_id, each.title, each.began, each.finished, each.left)
        for each in courses.counts(session, owner_institution)
    ]
    assert told == [(untouched.id, "A", 0, 0, 0), (course.id, "B", 4, 2, 1)]


def test_a_group_without_a_limit_has_no_number_of_places_left(session: Session) -> None:
    course = made(session, "Cacao")
    assert cohorts.standing(session, factories.cohort(session, course)).places_left is None
