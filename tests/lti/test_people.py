"""The People page: administrators find the people of their own institution and appoint its librarians."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.pagination import SIZE
from lti.models import Person
from lti.viewers import Role, find
from tests import factories
from tests.factories import Browser


@pytest.fixture
def administrator(app: Flask, session: Session) -> tuple[Browser, Person]:
    person = factories.person(session, name="Ada Administra")
    return factories.signed_in(app, session, Role.ADMINISTRATOR, by=person), person


def names(page: str) -> list[str]:
    return re.findall(r"<li class=\"card\">\s*<div class=\"card-body\">\s*<h2>([^<]+)</h2>", page)


def test_an_administrator_appoints_and_dismisses_a_librarian(
    administrator: tuple[Browser, Person], session: Session
) -> None:
    browser, me = administrator
    teacher = factories.person(session, of=me.platform, name="Tomás Enseña")
    visit = factories.launch(session, Role.TEACHER, by=teacher)
    session.commit()
    seen = []
    for appointed in ("yes", "no"):
        answer = browser.submit(f"/people/{teacher.id}/librarian", {"appointed": appointed})
        assert answer.status_code == 303
        page = browser.get(answer.location).text
        session.rollback()
        session.expire_all()
        viewer = find(session, visit.id)
        seen.append(("Tomás Enseña ya puede revisar" in page, viewer is not None and viewer.is_librarian))
    assert seen == [(True, True), (False, False)]


def test_people_of_other_institutions_are_neither_shown_nor_touched(
    administrator: tuple[Browser, Person], session: Session
) -> None:
    browser, _ = administrator
    stranger = factories.person(session, name="Otra Universidad")
    session.commit()
    assert names(browser.get("/people").text) == ["Ada Administra"]
    assert names(browser.get("/people?q=otra").text) == []
    answer = browser.submit(f"/people/{stranger.id}/librarian", {"appointed": "yes"})
    assert answer.status_code == 404
    session.refresh(stranger)
    assert stranger.is_librarian is False


def test_an_administrator_of_one_moodle_sees_those_of_the_institutions_other_one(
    administrator: tuple[Browser, Person], session: Session
) -> None:
    browser, me = administrator
    second = factories.platform(session, of=me.institution)
    factories.person(session, of=second, name="Bea de la Filial")
    session.commit()
    assert names(browser.get("/people").text) == ["Ada Administra", "Bea de la Filial"]


@pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER, Role.LIBRARIAN])
def test_only_administrators_see_and_appoint(app: Flask, session: Session, role: Role) -> None:
    person = factories.person(session)
    browser = factories.signed_in(app, session, role, by=person)
    assert browser.get("/people").status_code == 403
    assert browser.submit(f"/people/{person.id}/librarian", {"appointed": "yes"}).status_code == 403
    session.refresh(person)
    assert person.is_librarian is False


def test_nobody_signed_in_is_sent_to_moodle(app: Flask) -> None:
    answer = app.test_client().get("/people")
    assert answer.status_code == 401
    assert "Vuelve a Moodle" in answer.text


def test_an_appointment_needs_the_pages_own_form(administrator: tuple[Browser, Person], session: Session) -> None:
    browser, me = administrator
    answer = browser.post(f"/people/{me.id}/librarian", data={"appointed": "yes"})
    assert answer.status_code == 400
    session.refresh(me)
    assert me.is_librarian is False


def test_addresses_that_nobody_has_find_nobody(administrator: tuple[Browser, Person]) -> None:
    browser, _ = administrator
    assert browser.submit(f"/people/{10**30}/librarian", {"appointed": "yes"}).status_code == 404
    assert browser.get(f"/people?page={10**30}").status_code == 200
    assert browser.get("/people?q=%00%ed%a0%80").status_code == 200


@pytest.mark.parametrize("appointed", ["", "maybe"])
def test_an_appointment_that_is_neither_yes_nor_no_is_refused(
    administrator: tuple[Browser, Person], appointed: str
) -> None:
    browser, me = administrator
    assert browser.submit(f"/people/{me.id}/librarian", {"appointed": appointed}).status_code == 422


def test_people_are_found_without_accents_and_by_any_part(
    administrator: tuple[Browser, Person], session: Session
) -> None:
    browser, me = administrator
    for name in ("José Muñoz", "Rosa Quispe", "100% _Rara_"):
        factories.person(session, of=me.platform, name=name)
    session.commit()
    found = {words: names(browser.get("/people", query_string={"q": words}).text) for words in ("munoz", "qui rosa")}
    assert found == {"munoz": ["José Muñoz"], "qui rosa": ["Rosa Quispe"]}
    assert names(browser.get("/people?q=%25").text) == ["100% _Rara_"]
    assert names(browser.get("/people?q=_").text) == ["100% _Rara_"]
    assert "Nadie con ese nombre" in browser.get("/people?q=zz").text


def test_many_people_are_shown_page_by_page(administrator: tuple[Browser, Person], session: Session) -> None:
    browser, me = administrator
    for number in range(SIZE):
        factories.person(session, of=me.platform, name=f"Persona {number:02}")
    session.commit()
    first, second, past = (browser.get(f"/people?page={number}").text for number in (1, 2, 99))
    assert [len(names(page)) for page in (first, second, past)] == [SIZE, 1, 1]
    assert "Siguiente" in first
    assert "Siguiente" not in second
    assert "Página 2 de 2" in past
    assert browser.get("/people?page=x").status_code == 200


def test_librarians_come_first_and_states_are_in_words(administrator: tuple[Browser, Person], session: Session) -> None:
    browser, me = administrator
    factories.person(session, of=me.platform, name="Zoila Biblioteca", librarian=True)
    factories.person(session, of=me.platform, name="")
    session.commit()
    page = browser.get("/people").text
    assert names(page)[0] == "Zoila Biblioteca"
    assert "Sin nombre (" in page
    assert "Revisa y publica materiales" in page


def test_the_page_of_people_is_kept_by_no_browser(app: Flask, session: Session) -> None:
    answer = factories.signed_in(app, session, Role.ADMINISTRATOR).get("/people")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
