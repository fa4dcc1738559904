"""A quiz as a student takes it with forms alone: saving, a second device, handing in once, looking back, a retake."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.db import utcnow
from lrc.study.content import TrueFalse
from lrc.study.models import Attempt, Entry, EntryKind
from lti import visits
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.factories import Browser
from tests.study import shelf
from tests.study.learners import short

QUIZ = f"/{shelf.QUIZ}"
UID = "8a4ef9c0-18c3-4c2c-9a1e-0123456789ab"


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session, name="Alumna")


@pytest.fixture
def student(app: Flask, session: Session, person: Person) -> Browser:
    return factories.signed_in(app, session, Role.STUDENT, by=person)


def path(module: Resource, rest: str = QUIZ) -> str:
    return f"/study/modules/{module.id}{rest}"


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def begun(student: Browser, module: Resource) -> str:
    """The page of a new attempt."""
    return student.submit(path(module, f"{QUIZ}/attempts"), follow_redirects=True).text


def form(page: str, **answers: str) -> dict[str, str]:
    """What the form of an attempt's page would send, with these answers typed into it."""
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    typed = dict(re.findall(r'<input id="[^"]+" name="(q-[^"]+)" value="([^"]*)"', page))
    return hidden | typed | {f"q-{key}": value for key, value in answers.items()}


def send(student: Browser, module: Resource, fields: dict[str, str], do: str = "save-a") -> str:
    return student.submit(path(module, f"{QUIZ}/1"), fields | {"do": do}, follow_redirects=True).text


def attempt(session: Session) -> Attempt:
    session.rollback()
    return session.scalars(select(Attempt).execution_options(populate_existing=True)).one()


def answers(session: Session) -> list[Entry]:
    session.rollback()
    return list(session.scalars(select(Entry).where(Entry.kind == EntryKind.ANSWERED).order_by(Entry.id)))


def test_every_kind_of_question_is_asked_and_no_answer_is_given_away(session: Session, student: Browser) -> None:
    page = begun(student, shelf.module(session))
    assert words(page).count("Sin responder") >= 8
    assert "Pachamama" not in page
    assert "Así es." not in page
    assert "bajo" not in page


def test_saving_one_question_saves_all_that_the_form_carries(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"), short("b"), short("c"))
    page = send(student, module, form(begun(student, module), a="si", b="no"))
    assert "Guardado." in words(page)
    assert {each.question: each.response for each in answers(session)} == {"a": "si", "b": "no"}
    assert 'value="si"' in page
    assert page.count('data-said="saved"') == 2
    assert page.count('data-said="empty"') == 1


def test_the_same_form_sent_twice_counts_once(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"))
    fields = form(begun(student, module), a="si")
    send(student, module, fields)
    send(student, module, fields)
    assert len(answers(session)) == 1


def test_an_older_form_does_not_take_back_what_another_device_answered_since(
    app: Flask, session: Session, student: Browser, person: Person
) -> None:
    module = shelf.module(session, short("a"), short("b"))
    page = send(student, module, form(begun(student, module), a="no"))
    phone = factories.signed_in(app, session, Role.STUDENT, by=person)
    seen = phone.get(path(module)).text
    assert 'value="no"' in seen
    send(phone, module, form(seen, a="si"))
    page = send(student, module, form(page, b="si"))
    assert [(each.question, each.response) for each in answers(session)] == [("a", "no"), ("a", "si"), ("b", "si")]
    assert page.count('value="si"') == 2


def test_handing_in_with_something_missing_asks_first(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"), short("b"))
    page = send(student, module, form(begun(student, module), a="si"), do="submit")
    assert "Te falta responder 1 pregunta" in words(page)
    assert attempt(session).submitted_at is None
    page = send(student, module, form(page), do="submit-anyway")
    assert "1 de 2" in words(page)
    assert attempt(session).given == 1


def test_handing_in_saves_what_the_form_carries_and_works_once(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"))
    fields = form(begun(student, module), a="si")
    page = words(send(student, module, fields, do="submit"))
    assert "Aprobado: 1 de 1" in page
    submitted_at = attempt(session).submitted_at
    again = words(send(student, module, fields | {"q-a": "no", "uid": UID}, do="submit"))
    assert "1 respuesta llegó cuando el intento ya había terminado" in again
    assert attempt(session).submitted_at == submitted_at
    assert attempt(session).given == 1


def test_a_hint_is_shown_once_it_is_asked_for_and_that_is_noted(session: Session, student: Browser) -> None:
    module = shelf.module(session, TrueFalse(key="a", text="¿Sí?", is_true=True, hint="Piensa en la papa."))
    page = begun(student, module)
    assert re.search(r"data-hint-text[^>]* hidden>", page)
    page = student.submit(path(module, f"{QUIZ}/1"), form(page) | {"hint": "a"}, follow_redirects=True).text
    assert not re.search(r"data-hint-text[^>]* hidden>", page)
    assert session.scalars(select(Entry).where(Entry.kind == EntryKind.HINTED)).one().question == "a"


def test_an_attempt_is_begun_once_and_no_more_than_the_quiz_allows(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"), attempts=1)
    assert "Te queda 1 intento" in words(student.get(path(module)).text)
    begun(student, module)
    page = begun(student, module)
    send(student, module, form(page, a="no"), do="submit")
    front = words(student.get(path(module)).text)
    assert "Ya usaste todos tus intentos" in front
    assert "Intentar otra vez" not in front
    assert student.submit(path(module, f"{QUIZ}/attempts")).status_code == 409


def test_the_best_attempt_counts_and_is_named(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"))
    send(student, module, form(begun(student, module), a="si"), do="submit")
    page = begun(student, module)
    student.submit(path(module, f"{QUIZ}/2"), form(page, a="no") | {"do": "submit"})
    front = words(student.get(path(module)).text)
    assert "Cuenta el intento 1: 1 de 1" in front
    assert "Intento 2 · 0 de 1" in front
    assert "Aprobado 1 de 1" in words(student.get(path(module, "")).text)


def test_what_is_shown_afterwards_is_as_the_quiz_says(session: Session, student: Browser) -> None:
    for shows, tells_right, tells_state in (("answers", True, True), ("marks", False, True), ("score", False, False)):
        module = shelf.module(session, short("a"), shows=shows)
        page = words(send(student, module, form(begun(student, module), a="no"), do="submit"))
        assert ("Respuesta correcta: si" in page) == tells_right, shows
        assert ("Incorrecto" in page) == tells_state, shows


def test_a_limit_is_told_in_words_and_an_attempt_ends_with_it(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"), time_limit_minutes=20)
    assert "Tienes 20 min por intento" in words(student.get(path(module)).text)
    page = begun(student, module)
    assert "Te quedan 20 minutos" in words(page)
    send(student, module, form(page, a="si"))
    running = attempt(session)
    running.due_at = utcnow() - timedelta(minutes=5)
    session.commit()
    front = words(student.get(path(module)).text)
    assert "Intento 1 · 1 de 1" in front
    assert attempt(session).submitted_at is not None


def test_an_answer_that_cannot_be_is_refused_alone(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"), short("b"))
    page = words(send(student, module, form(begun(student, module), a="x" * 5000, b="si")))
    assert "demasiado larga" in page
    assert [(each.question, each.response) for each in answers(session)] == [("b", "si")]


def test_somebody_elses_attempt_is_not_found(app: Flask, session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"))
    send(student, module, form(begun(student, module), a="si"), do="submit")
    other = factories.signed_in(app, session, Role.STUDENT)
    assert other.get(path(module, f"{QUIZ}/1")).status_code == 404


def test_what_comes_from_another_persons_page_is_not_taken(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"))
    token = re.search(r'data-outbox="([^"]+)"', begun(student, module))
    assert token
    for whose, status in ((token[1], 200), ("0" * 24, 401)):
        headers = {"X-CSRFToken": student.csrf_token(), "X-Study-Person": whose}
        assert student.post("/study/journal", json={"lines": []}, headers=headers).status_code == status


def test_a_visit_without_cookies_answers_by_the_same_addresses(app: Flask, session: Session, person: Person) -> None:
    module = shelf.module(session, short("a"))
    visit = factories.launch(session, Role.STUDENT, by=person)
    home = visits.prefix(visits.enter_without_cookies(visit, {}))
    session.commit()
    framed = {"Sec-Fetch-Dest": "iframe"}
    browser = Browser(app, app.response_class, use_cookies=False)
    front = browser.get(home + path(module), headers=framed).text
    begun = browser.post(f"{home}{path(module)}/attempts", data=form(front))
    page = browser.get(begun.location, headers=framed).text
    door, token = (re.search(rf'{name}="([^"]+)"', page) for name in ("data-door", 'name="csrf_token" value'))
    assert door
    assert token
    line = {"uid": UID, "module": module.id, "kind": "answered", "part": shelf.QUIZ, "question": "a", "attempt": 1}
    parcel = {"lines": [line | {"response": {"": ["si"]}, "sequence": 1}]}
    receipt = browser.post(door[1], json=parcel, headers={"X-CSRFToken": token[1], "Sec-Fetch-Dest": "empty"})
    assert receipt.get_json()["kept"] == [UID]
    assert [each.response for each in answers(session)] == ["si"]


def test_an_open_attempt_has_no_review(session: Session, student: Browser) -> None:
    module = shelf.module(session, short("a"))
    begun(student, module)
    assert student.get(path(module, f"{QUIZ}/1")).location.endswith(QUIZ)
