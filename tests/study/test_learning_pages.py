"""The pages of a module as a student meets them, with forms alone: nothing here needs scripts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.models import Authorship, Resource, ResourceState, Version
from lrc.study.content import Lesson
from lrc.study.models import Entry, EntryKind, Study
from lti import grades
from lti.models import Context, Person, ResourceLink
from lti.viewers import Role
from tests import factories
from tests.factories import Browser
from tests.study import learners, shelf


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session, name="Alumna")


@pytest.fixture
def student(app: Flask, session: Session, person: Person) -> Browser:
    return factories.signed_in(app, session, Role.STUDENT, by=person)


def path(module: Resource, rest: str = "") -> str:
    return f"/study/modules/{module.id}{rest}"


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def study_of(session: Session, person: Person) -> Study:
    session.rollback()
    return session.scalars(select(Study).where(Study.person_id == person.id)).one()


def test_the_front_page_says_what_a_module_is_and_what_is_to_be_done(session: Session, student: Browser) -> None:
    page = words(student.get(path(shelf.module(session))).text)
    assert "Sembrar papa" in page
    assert "Empezar" in page
    assert page.count("Por leer") == 2
    assert page.count("Por responder") == 1


def test_beginning_leads_to_the_first_lesson_and_reading_to_what_follows(
    session: Session, student: Browser, person: Person
) -> None:
    module = shelf.module(session)
    assert student.submit(path(module, "/begin")).location.endswith("/semilla")
    lesson = student.get(path(module, "/semilla")).text
    assert "Lección, parte 1 de 3" in words(lesson)
    assert "<strong>mejor</strong>" in lesson
    assert student.submit(path(module, "/semilla/read")).location.endswith("/siembra")
    assert study_of(session, person).read_parts == ["semilla"]
    page = words(student.get(path(module)).text)
    assert "Llevas 1 de 3 partes" in page
    assert "Seguir: La siembra" in page


def test_one_goes_on_where_one_stopped_also_in_another_browser(
    app: Flask, session: Session, student: Browser, person: Person
) -> None:
    module = shelf.module(session)
    student.submit(path(module, "/begin"))
    student.get(path(module, "/siembra"))
    other = factories.signed_in(app, session, Role.STUDENT, by=person)
    assert "Seguir: La siembra" in words(other.get(path(module)).text)
    assert other.submit(path(module, "/begin")).location.endswith("/siembra")


def test_looking_at_a_lesson_without_having_begun_keeps_nothing(session: Session, student: Browser) -> None:
    module = shelf.module(session)
    assert student.get(path(module, "/semilla")).status_code == 200
    assert session.scalars(select(Study)).all() == []


def test_a_newer_version_is_offered_and_taken_only_when_asked(
    session: Session, student: Browser, person: Person
) -> None:
    module = shelf.module(session)
    student.submit(path(module, "/begin"))
    student.submit(path(module, "/semilla/read"))
    learners.version(session, module, *shelf.LESSONS, Lesson("cosecha", "La cosecha"), shelf.quiz())
    session.commit()
    page = words(student.get(path(module)).text)
    assert "Hay una versión nueva" in page
    assert "La cosecha" not in page
    page = words(student.submit(path(module, "/move"), follow_redirects=True).text)
    assert "La cosecha" in page
    assert "Llevas 1 de 4 partes" in page
    assert "Hay una versión nueva" not in page


def test_of_a_withdrawn_module_who_began_it_is_told(session: Session, student: Browser) -> None:
    module, other = shelf.module(session), shelf.module(session)
    student.submit(path(module, "/begin"))
    for each in (module, other):
        each.state = ResourceState.WITHDRAWN
    session.commit()
    told = student.get(path(module))
    assert told.status_code == 409
    assert "la biblioteca lo retiró" in words(told.text)
    assert student.get(path(other)).status_code == 404


def test_who_wrote_it_once_studies_what_is_published_in_earnest(
    session: Session, student: Browser, person: Person
) -> None:
    module = shelf.module(session)
    session.add(Authorship(resource_id=module.id, person_id=person.id))
    content = {"title": "Aún no", "parts": [{"type": "lesson", "key": "nuevo", "title": "Aún no", "text": "Secreto"}]}
    session.add(Version(resource_id=module.id, number=2, content=content))
    session.commit()
    student.submit(path(module, "/begin"))
    assert "Secreto" in student.get(path(module, "/nuevo")).text
    session.execute(delete(Authorship))
    session.commit()
    assert student.get(path(module, "/nuevo")).status_code == 404
    student.submit(path(module, "/begin"))
    assert not study_of(session, person).is_trial
    assert student.get(path(module, "/semilla")).status_code == 200


@pytest.mark.parametrize("rest", ["/nada", "/repaso/1", "/semilla/1"])
def test_what_a_module_does_not_have_is_not_found(session: Session, student: Browser, rest: str) -> None:
    assert student.get(path(shelf.module(session), rest)).status_code == 404


def test_a_material_is_no_module(session: Session, student: Browser) -> None:
    material = factories.resource(session, "Texto")
    session.commit()
    assert student.get(path(material)).status_code == 404


def test_opening_a_part_is_noted_once(session: Session, student: Browser, person: Person) -> None:
    module = shelf.module(session)
    student.submit(path(module, "/begin"))
    for _ in range(3):
        student.get(path(module, "/semilla"))
    entries = session.scalars(select(Entry).where(Entry.kind == EntryKind.OPENED)).all()
    assert [each.part for each in entries] == ["semilla"]
    assert study_of(session, person).last_part == "semilla"


def graded_link(session: Session, where: Context, **target: str) -> ResourceLink:
    made = ResourceLink(context_id=where.id, resource_link_id=str(target), is_graded=True, maximum=20, **target)
    session.add(made)
    return made


def test_the_front_page_says_which_courses_it_is_in_and_how_the_grade_stands(
    app: Flask, session: Session, person: Person
) -> None:
    module = shelf.module(session)
    course = learners.course(session, module)
    where = factories.context(session, of=person.platform)
    graded_link(session, where, kind="module", target=module.record_id)
    link = graded_link(session, where, kind="course", target=course.record_id)
    session.flush()
    grades.owe(session, link, person.id, 15, 20, origin="course:1")
    student = factories.signed_in(app, session, Role.STUDENT, by=person, where=where)
    html = student.get(path(module)).text
    assert f'href="/study/courses/{course.id}"' in html
    page = words(html)
    assert "Moodle recibirá tu nota cuando entregues el primer cuestionario." in page
    assert "Por el curso que lo incluye Por enviar Nota 15/20" in page
    teacher = factories.signed_in(app, session, Role.TEACHER, where=where)
    assert "Tus estudiantes reciben hasta 20/20 en Moodle." in words(teacher.get(path(module)).text)


def test_who_writes_it_may_edit_it_and_a_teacher_sees_their_class(app: Flask, session: Session) -> None:
    teacher = factories.person(session)
    module = shelf.module(session, by=teacher)
    where = factories.context(session, of=teacher.platform)
    graded_link(session, where, kind="module", target=module.record_id)
    page = words(factories.signed_in(app, session, Role.TEACHER, by=teacher, where=where).get(path(module)).text)
    assert "Editar" in page
    assert "Cómo va mi clase" in page
    page = words(factories.signed_in(app, session, Role.TEACHER).get(path(module)).text)
    assert "Editar" not in page
    assert "Cómo va mi clase" not in page
