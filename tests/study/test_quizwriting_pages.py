"""Writing a quiz through its pages, as plain forms and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from lxml import html as reader
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.models import Resource
from lrc.study import parts, quizforms, quizwriting
from lrc.study.content import Quiz
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.factories import Browser
from tests.study import manuscripts
from tests.study.questions.examples import CHOICE, EVERY_KIND


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session, name="Rosa Quispe")


@pytest.fixture
def rosa(app: Flask, session: Session, person: Person) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=person)


@pytest.fixture
def module(session: Session, person: Person) -> Resource:
    """A module with a quiz of one question of each kind."""
    teacher = manuscripts.teacher(session, by=person)
    made = manuscripts.begun(session, teacher)
    parts.add(session, teacher, made, Quiz("repaso", "Repaso", questions=EVERY_KIND))
    session.commit()
    return made


@pytest.fixture
def path(module: Resource) -> str:
    return f"/study/writing/modules/{module.id}/repaso"


def quiz(session: Session, module: Resource) -> Quiz:
    session.rollback()
    return quizwriting.quiz_of(parts.get(session, module, "repaso"))


def form_in(answer: TestResponse, holding: str = "based_on") -> tuple[str, dict[str, Any]]:
    """Where the form with this field goes, and what a browser would send of it."""
    page = reader.fromstring(answer.text)
    form = next(each for each in page.forms if holding in each.fields)
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return form.action or answer.request.path, sent


def typed(browser: Browser, answer: TestResponse, /, **changes: Any) -> TestResponse:
    """Send the form of a page with something typed into it."""
    action, sent = form_in(answer)
    return browser.submit(action, sent | {name.replace("__", "-"): value for name, value in changes.items()})


def test_the_page_of_a_quiz_shows_its_questions_with_what_they_are_worth(rosa: Browser, path: str) -> None:
    page = rosa.get(path)
    assert page.status_code == 200
    for words in ("Repaso", "8 preguntas", "8 puntos", "¿Cuál es la capital del Perú?", "Unir parejas", "Copiar"):
        assert words in page.text


def test_a_question_opened_and_saved_stays_what_it_was(
    session: Session, rosa: Browser, module: Resource, path: str
) -> None:
    before = quiz(session, module)
    for question in EVERY_KIND:
        page = rosa.get(f"{path}/questions/{question.key}")
        assert "Así la verán" in page.text
        assert typed(rosa, page, do="save").status_code == 303
    assert quiz(session, module) == before


def test_the_form_of_a_new_question_names_all_its_fields(rosa: Browser, path: str) -> None:
    for kind in quizforms.KINDS:
        page = reader.fromstring(rosa.get(f"{path}/new-question?kind={kind}").text)
        form = next(each for each in page.forms if "based_on" in each.fields)
        fields = form.xpath(".//input[not(@type='hidden')] | .//select | .//textarea")
        assert fields
        for field in fields:
            assert field.xpath("ancestor::label") or page.xpath("//label[@for=$id]", id=field.get("id"))
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))


def test_a_new_question_is_typed_with_a_row_more_and_comes_last(
    session: Session, rosa: Browser, module: Resource, path: str
) -> None:
    page = rosa.get(f"{path}/new-question?kind=short")
    page = typed(rosa, page, text="¿Dónde se domesticó la papa?", do="add-answers")
    assert "Todavía no está guardado" in page.text
    assert "¿Dónde se domesticó la papa?" in page.text
    assert page.text.count('name="answers-text"') == 3
    saved = typed(rosa, page, answers__text=["Perú", "", "Los Andes"], do="save")
    assert saved.status_code == 303
    question = quiz(session, module).questions[-1]
    assert [answer.text for answer in question.answers] == ["Perú", "Los Andes"]  # type: ignore[union-attr]


def test_a_question_that_cannot_be_asked_yet_is_kept_and_says_what_it_lacks(
    session: Session, rosa: Browser, module: Resource, path: str
) -> None:
    page = rosa.get(f"{path}/questions/p1")
    saved = typed(rosa, page, options__worth=["wrong"] * 3, do="save")
    assert saved.status_code == 303
    assert "marca cuál es la correcta" in rosa.get(path).text


def test_what_cannot_be_kept_comes_back_as_it_was_typed(
    session: Session, rosa: Browser, module: Resource, path: str
) -> None:
    before = quiz(session, module)
    answer = typed(rosa, rosa.get(f"{path}/questions/p4"), points="mucho", text="<b>Nuevo</b>", do="save")
    assert answer.status_code == 422
    assert 'value="mucho"' in answer.text
    assert "&lt;b&gt;Nuevo&lt;/b&gt;" in answer.text
    assert "Escribe un número con cifras" in answer.text
    assert quiz(session, module) == before


def test_a_look_at_how_a_question_would_be_keeps_nothing(
    session: Session, rosa: Browser, module: Resource, path: str
) -> None:
    before = quiz(session, module)
    page = typed(rosa, rosa.get(f"{path}/questions/p1"), text="¿**Qué** ciudad?", do="preview")
    assert "<strong>Qué</strong>" in page.text
    assert quiz(session, module) == before


def test_two_tabs_with_the_same_question_show_both_and_lose_nothing(
    session: Session, rosa: Browser, module: Resource, path: str
) -> None:
    one, other = rosa.get(f"{path}/questions/p1"), rosa.get(f"{path}/questions/p1")
    typed(rosa, one, text="¿Uno?", do="save")
    conflict = typed(rosa, other, text="¿Dos?", do="save")
    assert conflict.status_code == 409
    assert "¿Uno?" in conflict.text
    assert "¿Dos?" in conflict.text
    assert quiz(session, module).questions[0].text == "¿Uno?"
    assert typed(rosa, conflict, do="save").status_code == 303
    assert quiz(session, module).questions[0].text == "¿Dos?"


def test_questions_are_copied_moved_and_taken_out_by_buttons(
    session: Session, rosa: Browser, module: Resource, path: str
) -> None:
    rosa.get(path)
    _action, sent = form_in(rosa.get(path), "place")
    rosa.submit(f"{path}/questions/p1/copy", sent)
    rosa.submit(f"{path}/questions/p1/copy", sent)
    rosa.submit(f"{path}/questions/p8/move", sent | {"place": "1"})
    _action, sent = form_in(rosa.get(path), "place")
    rosa.submit(f"{path}/questions/p2/delete", sent)
    now = quiz(session, module).questions
    assert [each.key for each in now][:2] == ["p8", "p1"]
    assert now[2].text == CHOICE.text
    assert "p2" not in [each.key for each in now]
    assert len(now) == 8


def test_settings_are_typed_and_what_cannot_be_is_said(
    session: Session, rosa: Browser, module: Resource, path: str
) -> None:
    page = rosa.get(f"{path}/settings")
    refused = typed(rosa, page, attempts="tres", title="Otro")
    assert refused.status_code == 422
    assert 'value="tres"' in refused.text
    assert typed(rosa, refused, attempts="3", shows="marks").status_code == 303
    now = quiz(session, module)
    assert (now.attempts, now.shows, now.title, len(now.questions)) == (3, "marks", "Otro", 8)


def test_two_tabs_with_the_settings_show_both(session: Session, rosa: Browser, module: Resource, path: str) -> None:
    one, other = rosa.get(f"{path}/settings"), rosa.get(f"{path}/settings")
    typed(rosa, one, attempts="3")
    conflict = typed(rosa, other, attempts="5")
    assert conflict.status_code == 409
    assert "Guardado ahora:" in conflict.text
    assert typed(rosa, conflict).status_code == 303
    assert quiz(session, module).attempts == 5


def test_only_who_writes_the_module_comes_to_its_quiz(app: Flask, session: Session, path: str) -> None:
    for role in (Role.STUDENT, Role.TEACHER):
        other = factories.signed_in(app, session, role)
        for page in ("", "/settings", "/questions/p1", "/new-question?kind=choice"):
            assert other.get(path + page).status_code in (403, 404)
        for page in ("/questions/p1", "/questions/p1/move", "/questions/p1/delete", "/questions/p1/copy", "/settings"):
            assert other.submit(path + page, {"place": "1"}).status_code in (403, 404)


@pytest.mark.parametrize(
    ("page", "fields", "status"),
    [
        ("/questions/p1", {"kind": "otra"}, 404),
        ("/questions/P%20X", {"kind": "short", "points": "1", "based_on": "1", "uid": "a" * 12}, 422),
        ("/questions/p1", {"kind": "truefalse", "points": "1"}, 422),
        ("/questions/p1/move", {"place": "arriba"}, 422),
        ("/settings", {}, 422),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(
    session: Session, rosa: Browser, module: Resource, path: str, page: str, fields: dict[str, str], status: int
) -> None:
    before = quiz(session, module)
    assert rosa.submit(path + page, fields).status_code == status
    assert quiz(session, module) == before
