"""Review of modules and courses: what is new in a version, its lessons and right answers, and what is decided."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import versions
from catalog.models import Authorship, Resource, ResourceState, Version, VersionState
from lrc.study import differences
from lrc.study.content import Choice, Course, Lesson, Module, Option, Quiz, Term, TrueFalse, to_data
from lrc.study.differences import What
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.factories import Browser

UNO = Lesson("uno", "Fuentes", "Una fuente dice de dónde viene algo.\n\n## Buscar")
QUIZ = Quiz(
    "q1",
    "¿Qué aprendiste?",
    questions=(
        TrueFalse(key="p1", text="Toda fuente es buena.", is_true=False, feedback="Depende de quién habla."),
        Choice(
            key="p2",
            text="¿Qué se cita?",
            options=(Option("a", "Lo propio"), Option("b", "Lo ajeno", 1.0)),
            hint="Piensa en lo que no es tuyo.",
        ),
    ),
)
MODULE = Module(title="Citar", summary="Aprender a citar", parts=(UNO, QUIZ))


@dataclass
class Desk:
    """A teacher's module of which the first version is published and a second one waits, and who looks at it."""

    app: Flask
    session: Session
    author: Person
    librarian: Person
    module: Resource

    def browser(self, person: Person, *roles: Role) -> Browser:
        return factories.signed_in(self.app, self.session, *roles, by=person)

    @property
    def reviewer(self) -> Browser:
        return self.browser(self.librarian, Role.LIBRARIAN)

    def hand_in(self, content: Module) -> Version:
        teacher = factories.viewer(self.session, Role.TEACHER, by=self.author)
        made = versions.submit(self.session, teacher, self.module, to_data(content), [], "Corregí la lección")
        self.session.commit()
        return made

    def state(self) -> tuple[ResourceState, list[VersionState]]:
        self.session.expire_all()
        found = self.session.scalars(versions.of_resource(self.module.id)).all()
        return self.module.state, [each.state for each in found]


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    moodle = factories.platform(session)
    author = factories.person(session, of=moodle, name="Rosa Quispe")
    librarian = factories.person(session, of=moodle, name="Luis Huamán", librarian=True)
    module = factories.module(session, by=author, state=ResourceState.WAITING, title="Citar")
    made = Desk(app, session, author, librarian, module)
    version = versions.waiting(session, module.id)
    assert version is not None
    version.content = to_data(MODULE)
    session.commit()
    return made


def test_a_librarian_goes_from_the_queue_through_all_that_is_handed_in_and_publishes_it(desk: Desk) -> None:
    path = f"/study/review/{desk.module.id}"
    assert f'href="{path}"' in desk.reviewer.get("/review").text
    page = desk.reviewer.get(path)
    assert page.status_code == 200, page.text
    assert "Aprender a citar" in page.text
    assert "Qué cambia" not in page.text
    lesson = desk.reviewer.get(f"{path}/uno").text
    assert "Una fuente dice de dónde viene algo." in lesson
    assert 'rel="next"' in lesson
    quiz = desk.reviewer.get(f"{path}/q1").text
    assert re.search(r"Falso</div>\s*<p><span[^>]*>Correcta", quiz)
    assert re.search(r"Lo ajeno</div>\s*<p><span[^>]*>Correcta", quiz)
    assert not re.search(r"(Verdadero|Lo propio)</div>\s*<p><span[^>]*>Correcta", quiz)
    assert "Piensa en lo que no es tuyo." in quiz
    assert "Depende de quién habla." in quiz
    assert "Lo ajeno (100 %)" in quiz
    answer = desk.reviewer.submit(path, {"do": "publish", "version": seen(page.text)})
    assert answer.location == path
    assert desk.state() == (ResourceState.PUBLISHED, [VersionState.PUBLISHED])


def seen(page: str) -> str:
    """The version that a page's forms name."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_what_is_new_is_told_part_by_part(desk: Desk) -> None:
    path = f"/study/review/{desk.module.id}"
    desk.reviewer.submit(path, {"do": "publish", "version": "1"})
    newer = Module(
        title="Citar", parts=(Lesson("uno", "Fuentes", "Una fuente dice quién habla."), Lesson("dos", "APA"))
    )
    desk.hand_in(newer)
    page = desk.reviewer.get(path).text
    for words in ("respecto de la versión 1", "Cambian sus datos", "Cambia: Fuentes", "Parte nueva: APA"):
        assert words in page
    assert "Ya no está: ¿Qué aprendiste?" in page
    assert "Corregí la lección" in page
    assert "<ins>Una fuente dice quién habla.</ins>" in page
    assert "la anterior sigue publicada" in desk.reviewer.get("/review").text


def test_what_was_replaced_while_it_was_read_is_not_published(desk: Desk) -> None:
    path = f"/study/review/{desk.module.id}"
    before = seen(desk.reviewer.get(path).text)
    desk.hand_in(MODULE)
    answer = desk.reviewer.submit(path, {"do": "publish", "version": before})
    assert answer.status_code == 409
    assert "Ya no es la versión que revisaste" in answer.text
    assert desk.state() == (ResourceState.WAITING, [VersionState.WAITING, VersionState.REPLACED])
    older = desk.reviewer.get(f"{path}?number=1").text
    assert "Esta no es la versión por revisar." in older
    assert "Publicar en la biblioteca" not in older


def test_a_version_goes_back_and_forth_between_librarian_and_author(desk: Desk) -> None:
    path = f"/study/review/{desk.module.id}"
    author = desk.browser(desk.author, Role.TEACHER)
    wrong = desk.reviewer.submit(path, {"do": "return", "version": "1", "remark": " "})
    assert wrong.status_code == 422
    assert "Escribe una observación" in wrong.text
    assert desk.reviewer.submit(path, {"do": "return", "version": "1", "remark": "Falta la fuente"}).status_code == 303
    page = author.get(path).text
    assert "Falta la fuente" in page
    assert "Publicar en la biblioteca" not in page
    assert author.submit(path, {"do": "answer", "remark": "Está al final"}).status_code == 303
    assert desk.state() == (ResourceState.WAITING, [VersionState.WAITING])
    desk.reviewer.submit(path, {"do": "publish", "version": "1"})
    assert desk.reviewer.submit(path, {"do": "withdraw", "remark": "Un error"}).status_code == 303
    assert desk.state()[0] is ResourceState.WITHDRAWN


def test_who_withdraws_a_module_is_told_which_courses_hold_it(desk: Desk) -> None:
    desk.reviewer.submit(f"/study/review/{desk.module.id}", {"do": "publish", "version": "1"})
    factories.course(desk.session, desk.module, title="Tesis en un mes")
    factories.course(desk.session, desk.module, title="Retirado", state=ResourceState.WITHDRAWN)
    page = desk.reviewer.get(f"/study/review/{desk.module.id}").text
    assert "está en un curso publicado, que se quedará sin él: Tesis en un mes." in page


def test_review_is_for_who_writes_it_and_who_reviews_it(desk: Desk) -> None:
    path = f"/study/review/{desk.module.id}"
    other = factories.person(desk.session, of=desk.author.platform)
    assert desk.browser(other, Role.TEACHER).get(path).status_code == 404
    helper = factories.person(desk.session, of=desk.author.platform, librarian=True)
    desk.session.add(Authorship(resource_id=desk.module.id, person_id=helper.id))
    both = desk.browser(helper, Role.TEACHER, Role.LIBRARIAN)
    assert "debe revisarlo otra persona" in both.get(path).text
    assert both.submit(path, {"do": "publish", "version": "1"}).status_code == 403
    desk.reviewer.submit(path, {"do": "publish", "version": "1"})
    student = desk.browser(other, Role.STUDENT)
    for wanted in (path, f"{path}/q1"):
        assert student.get(wanted).status_code == 403
    assert student.submit(path, {"do": "withdraw", "remark": "x"}).status_code == 403


def test_what_is_not_there_is_not_shown(desk: Desk) -> None:
    path = f"/study/review/{desk.module.id}"
    material = factories.resource(desk.session, by=desk.author)
    assert desk.reviewer.get(f"{path}/nada").status_code == 404
    assert desk.reviewer.get(f"{path}?number=9").status_code == 404
    assert desk.reviewer.get(f"/study/review/{material.id}").status_code == 404
    assert desk.reviewer.submit(path, {"do": "nada"}).status_code == 422


def test_a_course_shows_which_of_its_modules_are_there(desk: Desk) -> None:
    there = factories.module(desk.session, by=desk.author, title="Buscar")
    course = factories.course(desk.session, there, by=desk.author, state=ResourceState.WAITING, certificate=True)
    version = versions.waiting(desk.session, course.id)
    assert version is not None
    version.content = {**version.content, "modules": [there.record_id, "perdido"]}
    page = desk.reviewer.get(f"/study/review/{course.id}").text
    assert "Buscar</a>" in page
    assert "No está en la biblioteca</span> perdido" in page
    assert "Da certificado." in page


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        ({}, []),
        ({"parts": (UNO,)}, [(What.GONE, "q1")]),
        ({"parts": (QUIZ, UNO)}, [(What.MOVED, "q1"), (What.MOVED, "uno")]),
        ({"parts": (Lesson("cero", "Antes"), UNO, QUIZ)}, [(What.NEW, "cero")]),
        ({"glossary": (Term("APA", "Una norma"),)}, [(What.CHANGED, "")]),
        ({"parts": (Lesson("uno", "Fuentes", "Otra cosa"), QUIZ)}, [(What.CHANGED, "uno")]),
    ],
)
def test_differences_say_what_became_of_each_part(newer: dict[str, Any], expected: list[tuple[What, str]]) -> None:
    told = {"title": "Citar", "summary": "Aprender a citar", "parts": (UNO, QUIZ)} | newer
    assert [(each.what, each.key) for each in differences.between(MODULE, Module(**told))] == expected


def test_modules_of_a_course_are_told_by_their_titles(app: Flask) -> None:
    before, now = (Course(title="Curso", modules=names) for names in (("a", "b"), ("a", "c")))
    with app.test_request_context():
        (found,) = differences.between(before, now, {"b": "Buscar", "c": "Citar"})
    assert [(line.change, line.text) for line in found.lines if line.change in ("added", "removed")] == [
        ("removed", "Módulo: Buscar"),
        ("added", "Módulo: Citar"),
    ]
