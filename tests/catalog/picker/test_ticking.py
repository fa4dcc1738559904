"""The picker as a teacher meets it: the library with ticks, and the list of what is ticked."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalog.models import ResourceState
from catalog.picking import MOST_NEWEST, MOST_OWN, MOST_RECENT
from lrc.db import engine_of
from lti.models import Context, Person, Placement
from lti.viewers import Role, context_audience
from search.documents import Document, Page
from search.engine import Index
from tests import factories
from tests.catalog.choosing import DL_CLAIM, browser_of, choosing, launch, sent_back, tick, ticks
from tests.catalog.picker.picked import picked, place
from tests.factories import Browser


def test_the_library_is_the_picker_while_a_teacher_is_choosing(browser: Browser) -> None:
    page = browser.get("/").text
    assert "Elige para «Curso EST101»" in page
    assert ticks(page) == {"resource:r1": False, "resource:r2": False}
    assert "Nada elegido todavía" in page
    assert "Poner en el curso" not in page


def test_what_is_ticked_is_marked_and_counted_on_every_page(browser: Browser, session: Session) -> None:
    answer = tick(browser, "resource:r2", Referer=f"{browser.tool_url}/?x=1")
    assert answer.status_code == 303
    assert answer.location.startswith("/?x=1#tick-")
    page = browser.get(answer.location).text
    assert ticks(page) == {"resource:r1": False, "resource:r2": True}
    assert "1 elegido" in page
    assert "Poner en el curso" in page
    assert f'id="{answer.location.partition("#")[2]}"' in page
    tick(browser, "resource:r2", "remove")
    assert picked(session) == []


def test_ticking_with_htmx_changes_the_control_and_the_bar_alone(browser: Browser) -> None:
    answer = tick(browser, "resource:r1", **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert ticks(answer.text) == {"resource:r1": True}
    assert '<p id="picker-count" hx-swap-oob="innerHTML">1 elegido</p>' in answer.text
    again = tick(browser, "resource:r1", "remove", **{"HX-Request": "true"})
    assert ticks(again.text) == {"resource:r1": False}
    assert "Nada elegido todavía" in again.text


def test_ticking_goes_back_to_pages_of_ours_only(browser: Browser) -> None:
    for referer in ("https://elsewhere.example/x", f"{browser.tool_url}//evil.example", ""):
        answer = tick(browser, "resource:r1", Referer=referer)
        # Without a page of ours before it, the form itself is refused, or leads to the first page.
        assert answer.status_code == 400 or answer.location == "/"


def test_results_the_resource_and_the_reader_have_the_control(
    app: Flask, session: Session, index: Index, teacher: Person, course: Context
) -> None:
    held = factories.resource(session, "El riego por goteo", record_id="r9", title="Riego")
    browser = choosing(app, session, by=teacher, where=course)
    index.write([Document(str(held.id), "r9", "Riego", pages=[Page(1, "El riego por goteo")], page_count=1)])
    for path in (f"/resources/{held.id}", f"/resources/{held.id}/read"):
        assert ticks(browser.get(path).text) == {"resource:r9": False}
    assert ticks(browser.get("/search?q=riego").text) == {"search:riego": False, "resource:r9": False}


def test_a_search_can_be_put_into_the_course(browser: Browser, app: Flask, index: Index) -> None:
    index.write([Document("1", "r1", "Guía de riego")])
    page = browser.get("/search?q=riego/goteo  $x").text
    (value,) = [each for each in ticks(page) if each.startswith("search:")]
    tick(browser, value)
    _url, claims = sent_back(place(browser), app)
    (item,) = claims[f"{DL_CLAIM}content_items"]
    assert item["custom"]["lrc_kind"] == "search"
    assert item["custom"]["lrc_id"] == "riego goteo $x"
    assert item["url"] == f"{browser.tool_url}/open/search/riego%20goteo%20$x"
    assert item["title"] == "Búsqueda: riego goteo $x"
    assert "lineItem" not in item


@pytest.mark.parametrize(
    "value", ["search:???", "resource:a\x00b", "search:\x00", "search:", "resource:nothing", "module:1", "resource", ""]
)
def test_what_opens_nothing_is_not_picked(browser: Browser, session: Session, value: str) -> None:
    answer = tick(browser, value, **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert "ya no está en la biblioteca" in answer.text
    assert picked(session) == []


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"state": ResourceState.WAITING}, "no está publicado"),
        ({"state": ResourceState.WITHDRAWN}, "no está publicado"),
        ({"audience": context_audience(4711)}, "es para otro curso"),
    ],
)
def test_an_own_resource_that_students_could_not_open_is_explained_and_not_picked(
    app: Flask, session: Session, teacher: Person, course: Context, columns: dict[str, Any], why: str
) -> None:
    mine = factories.resource(session, "Texto", by=teacher, record_id="mine", **columns)
    browser = choosing(app, session, by=teacher, where=course)
    page = browser.get(f"/resources/{mine.id}").text
    assert why in page
    assert ticks(page) == {}
    assert why in tick(browser, "resource:mine", **{"HX-Request": "true"}).text
    assert picked(session) == []


def test_the_first_page_offers_what_was_used_lately_then_own_then_new_each_once(
    app: Flask, session: Session, teacher: Person, course: Context
) -> None:
    used = factories.resource(session, "x", by=teacher, record_id="used", title="Usado")
    factories.resource(session, "x", by=teacher, record_id="own", title="Propio")
    factories.resource(session, "x", record_id="new", title="Nuevo")
    gone = factories.resource(session, "x", record_id="gone", state=ResourceState.WITHDRAWN)
    others = factories.person(session, of=teacher.platform)
    for person, target, kind in [
        (teacher, "old words", "search"),
        (teacher, used.record_id, "resource"),
        (teacher, gone.record_id, "resource"),
        (teacher, used.record_id, "resource"),
        (others, "new", "resource"),
    ]:
        item = str(time.monotonic_ns())
        session.add(Placement(item=item, person_id=person.id, kind=kind, target=target, title="x"))
        session.flush()
    page = choosing(app, session, by=teacher, where=course).get("/").text
    assert list(ticks(page)) == ["resource:used", "search:old words", "resource:own", "resource:new"]
    heads = [page.index(f"<h2>{each}</h2>") for each in ("Usados hace poco", "Mis materiales", "Lo más nuevo")]
    assert heads == sorted(heads)


def test_students_see_no_picker_and_cannot_use_it(app: Flask, session: Session, browser: Browser) -> None:
    student = factories.person(session)
    ordinary = factories.signed_in(app, session, Role.STUDENT, by=student)
    forged = browser_of(app, session, launch(session, Role.STUDENT, by=student))
    teaching = factories.signed_in(app, session, Role.TEACHER)
    for each in (ordinary, forged, teaching):
        page = each.get("/").text
        assert "picker" not in page
        assert ticks(page) == {}
        assert tick(each, "resource:r1").status_code == 403
        for path in ("/picker/place", "/picker/cancel", "/picker/review"):
            assert each.submit(path).status_code == 403
        assert each.get("/picker/review").status_code == 403
    assert picked(session) == []


def test_the_first_page_takes_as_many_queries_for_much_as_for_little(
    app: Flask, session: Session, teacher: Person, course: Context, browser: Browser
) -> None:
    asked: list[str] = []
    event.listen(engine_of(app), "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    browser.get("/")
    few = len(asked)
    for number in range(30):
        factories.resource(session, "x", by=teacher, record_id=f"n{number}")
        session.add(Placement(item=str(number), person_id=teacher.id, kind="resource", target=f"n{number}", title="x"))
    session.commit()
    for number in range(20):
        tick(browser, f"resource:n{number}")
    asked.clear()
    assert len(ticks(browser.get("/").text)) == MOST_RECENT + MOST_OWN + MOST_NEWEST
    assert len(asked) <= few + 1  # what was used lately is looked up only where there is any


def test_a_pdf_shown_as_it_looks_has_the_control_too(app: Flask, session: Session, teacher: Person) -> None:
    held = factories.resource(session, "x", record_id="r9", media_type="application/pdf", name="libro.pdf")
    browser = choosing(app, session, by=teacher)
    assert ticks(browser.get(f"/resources/{held.id}/read?view=pages").text) == {"resource:r9": False}
    assert ticks(browser.get("/mine").text) == {}


def test_one_visit_does_not_show_what_another_picked(
    app: Flask, session: Session, teacher: Person, browser: Browser
) -> None:
    tick(browser, "resource:r1")
    other = choosing(app, session, by=teacher)
    assert ticks(other.get("/").text)["resource:r1"] is False
    tick(other, "resource:r1", "remove")
    assert picked(session) == ["r1"]
