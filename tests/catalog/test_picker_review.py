"""The list of what goes into the course: order, names, texts and grades, before it is sent."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti.models import Person, Pick, Placement
from tests import factories
from tests.catalog.choosing import DL_CLAIM, choosing, sent_back, tick
from tests.factories import Browser

PATH = "/picker/review"


@pytest.fixture
def teacher(session: Session) -> Person:
    return factories.person(session)


@pytest.fixture
def browser(app: Flask, session: Session, teacher: Person) -> Browser:
    """With three resources and a search picked."""
    for name in "abc":
        factories.resource(session, "x", record_id=name, title=f"Libro {name}")
    made = choosing(app, session, by=teacher)
    for value in ("resource:a", "resource:b", "resource:c", "search:riego"):
        tick(made, value)
    return made


def ids(session: Session) -> dict[str, int]:
    """Target and id of what is picked, in order."""
    session.expire_all()
    session.rollback()
    return {each.target: each.id for each in session.scalars(select(Pick).order_by(Pick.position))}


def fields(page: str) -> dict[str, str]:
    """What the form would send as it stands, without its buttons."""
    inputs = re.findall(r'<input id="[^"]+" name="(title-\d+)" value="([^"]*)"', page)
    texts = re.findall(r'<textarea[^>]* name="(text-\d+)"[^>]*>([^<]*)</textarea>', page)
    maxima = re.findall(r'name="(maximum-\d+)" value="([^"]*)"', page)
    graded = [(name, "on") for name in re.findall(r'name="(graded-\d+)" checked', page)]
    return {name: unescape(value) for name, value in (*inputs, *texts, *maxima, *graded)}


def send(browser: Browser, do: str, **changes: str) -> TestResponse:
    """Press a button of the form after changing some of its fields ("title_7" for "title-7")."""
    typed = fields(browser.get(PATH).text) | {name.replace("_", "-"): value for name, value in changes.items()}
    return browser.submit(PATH, {**typed, "do": do})


def items(browser: Browser, app: Flask, answer: TestResponse | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sent_back(answer or send(browser, "place"), app)[1][f"{DL_CLAIM}content_items"]
    return found


def test_the_list_shows_what_goes_into_the_course_in_its_order(browser: Browser) -> None:
    page = browser.get(PATH).text
    assert re.findall(r"<legend>(.*?)</legend>", page) == [
        "1. Libro a",
        "2. Libro b",
        "3. Libro c",
        "4. Búsqueda: riego",
    ]
    assert "4 elegidos" in page


def test_things_are_put_into_another_order_without_dragging(browser: Browser, session: Session, app: Flask) -> None:
    known = ids(session)
    answer = send(browser, f"down:{known['a']}")
    assert answer.location == f"{PATH}#pick-{known['a']}"
    send(browser, f"up:{known['riego']}")
    assert list(ids(session)) == ["b", "a", "riego", "c"]
    assert [each["custom"]["lrc_id"] for each in items(browser, app)] == ["b", "a", "riego", "c"]


def test_what_was_typed_is_kept_whichever_button_is_pressed(browser: Browser, session: Session) -> None:
    known = ids(session)
    send(browser, f"up:{known['c']}", **{f"title_{known['a']}": "  Lectura   1 "})
    send(browser, f"remove:{known['b']}", **{f"text_{known['a']}": "Lee\r\nesto "})
    send(browser, "more", **{f"title_{known['c']}": "Otra"})
    assert list(ids(session)) == ["a", "c", "riego"]
    kept = {each.target: (each.title, each.text) for each in session.scalars(select(Pick))}
    assert kept["a"] == ("Lectura 1", "Lee\nesto")
    assert kept["c"][0] == "Otra"


def test_a_grade_is_sent_as_a_whole_number_where_it_was_asked_for(
    browser: Browser, session: Session, app: Flask
) -> None:
    known = ids(session)
    assert 'value="20"' in browser.get(PATH).text, "what is usual in Peru is offered"
    answer = send(
        browser,
        "place",
        **{f"graded_{known['b']}": "on", f"maximum_{known['b']}": "15", f"maximum_{known['c']}": "50"},
        **{f"title_{known['b']}": "Práctica 1", f"text_{known['b']}": "Lee y marca."},
    )
    sent = items(browser, app, answer)
    assert [each.get("lineItem", {}).get("scoreMaximum") for each in sent] == [None, 15, None, None]
    assert sent[1]["title"] == sent[1]["lineItem"]["label"] == "Práctica 1"
    assert sent[1]["text"] == "Lee y marca."
    assert sent[1]["lineItem"]["submissionReview"]["url"] == sent[1]["url"]
    session.rollback()
    kept = {each.target: each.maximum for each in session.scalars(select(Placement))}
    assert kept == {"a": None, "b": 15, "c": None, "riego": None}
    assert fields(browser.get(PATH).text)[f"graded-{known['b']}"] == "on"


@pytest.mark.parametrize("maximum", ["0", "101", "42.5", "200", "-3", "", "veinte", "٢٠", "1" * 5000, "1e1"])
def test_a_maximum_that_moodle_would_refuse_or_spoil_is_refused_here(
    browser: Browser, session: Session, maximum: str
) -> None:
    known = ids(session)
    answer = send(browser, "place", **{f"graded_{known['a']}": "on", f"maximum_{known['a']}": maximum})
    assert answer.status_code == 422
    assert "La nota máxima debe ser un número entero del 1 al 100" in answer.text
    assert f'href="#maximum-{known["a"]}"' in answer.text
    assert f'value="{maximum}"' in answer.text, "what was typed is still there"
    assert session.scalars(select(Placement)).all() == []


def test_names_that_cannot_be_are_shown_beside_their_field(browser: Browser, session: Session) -> None:
    known = ids(session)
    answer = send(browser, "save", **{f"title_{known['a']}": " ", f"title_{known['b']}": "x" * 256})
    assert answer.status_code == 422
    assert f'id="title-{known["a"]}-error"' in answer.text
    assert "Escribe cómo se llamará en tu curso" in answer.text
    assert "usa hasta 255 caracteres" in answer.text
    session.rollback()
    assert {each.title for each in session.scalars(select(Pick))} >= {"Libro a", "Libro b"}


def test_what_no_database_can_hold_is_left_out(browser: Browser, session: Session) -> None:
    known = ids(session)
    answer = send(browser, "save", **{f"title_{known['a']}": "Uno\x00dos\ttres", f"text_{known['a']}": "a\x00b\nc"})
    assert answer.status_code == 303
    session.rollback()
    kept = {each.target: (each.title, each.text) for each in session.scalars(select(Pick))}
    assert kept["a"] == ("Uno dos tres", "a b\nc")


def test_something_can_be_taken_out_while_another_field_is_wrong(browser: Browser, session: Session) -> None:
    known = ids(session)
    changes = {f"title_{known['a']}": "", f"title_{known['c']}": "Otra"}
    assert send(browser, f"remove:{known['b']}", **changes).status_code == 303
    session.rollback()
    kept = {each.target: each.title for each in session.scalars(select(Pick))}
    assert kept == {"a": "Libro a", "c": "Otra", "riego": "Búsqueda: riego"}


def test_a_search_cannot_be_graded(browser: Browser, session: Session, app: Flask) -> None:
    known = ids(session)
    assert f"graded-{known['riego']}" not in browser.get(PATH).text
    answer = send(browser, "place", **{f"graded_{known['riego']}": "on", f"maximum_{known['riego']}": "20"})
    assert all("lineItem" not in each for each in items(browser, app, answer))


def test_where_the_platform_takes_no_grades_none_is_offered_or_sent(
    app: Flask, session: Session, teacher: Person
) -> None:
    factories.resource(session, "x", record_id="a")
    browser = choosing(app, session, by=teacher, accept_lineitem=False)
    tick(browser, "resource:a")
    (known,) = ids(session).values()
    page = browser.get(PATH).text
    assert "Con nota</label>" not in page
    assert "no acepta materiales con nota" in page
    answer = send(browser, "place", **{f"graded_{known}": "on", f"maximum_{known}": "20"})
    assert "lineItem" not in items(browser, app, answer)[0]


def test_a_button_for_what_is_gone_does_nothing(browser: Browser, session: Session) -> None:
    for do in ("up:99999", "remove:99999", "remove:x", "fly:1", ""):
        assert send(browser, do).status_code == 303
    assert list(ids(session)) == ["a", "b", "c", "riego"]


def test_one_visit_cannot_change_what_another_picked(
    app: Flask, session: Session, teacher: Person, browser: Browser
) -> None:
    known = ids(session)
    other = choosing(app, session, by=factories.person(session))
    typed = {f"title-{known['a']}": "Robado", "do": f"remove:{known['a']}"}
    other.submit(PATH, typed)
    assert list(ids(session)) == ["a", "b", "c", "riego"]
    assert "Robado" not in {each.title for each in session.scalars(select(Pick))}


def test_an_empty_list_says_how_to_choose(app: Flask, session: Session, teacher: Person) -> None:
    page = choosing(app, session, by=teacher).get(PATH).text
    assert "Todavía no has elegido nada" in page
    assert "Poner en el curso" not in page


def test_the_longest_list_is_light(app: Flask, session: Session, teacher: Person) -> None:
    browser = choosing(app, session, by=teacher)
    for number in range(51):
        factories.resource(session, "x", record_id=f"n{number}", title=f"Título {number} " + "x" * 300)
    session.commit()
    for number in range(51):
        tick(browser, f"resource:n{number}")
    assert len(ids(session)) == 50
    answer = browser.get(PATH, headers={"Accept-Encoding": "br"})
    assert len(answer.data) < 20_000
    assert "Ya elegiste 50" in tick(browser, "resource:n50", **{"HX-Request": "true"}).text
