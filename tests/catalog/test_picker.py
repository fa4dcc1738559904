"""The picker as a teacher meets it: the library with ticks, the list, and what goes back to the platform."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from catalog.models import ResourceState
from catalog.picking import MOST_NEWEST, MOST_OWN, MOST_RECENT
from lrc.db import engine_of
from lti.models import Context, Person, Pick, Placement
from lti.viewers import EVERYONE, Role, context_audience
from search.documents import Document, Page
from search.engine import Index
from tests import factories
from tests.catalog.choosing import CLAIM, DL_CLAIM, browser_of, choosing, launch, sent_back, tick, ticks
from tests.factories import Browser


@pytest.fixture
def teacher(session: Session) -> Person:
    return factories.person(session, name="Rosa Docente")


@pytest.fixture
def course(session: Session, teacher: Person) -> Context:
    return factories.context(session, of=teacher.platform)


@pytest.fixture
def browser(app: Flask, session: Session, teacher: Person, course: Context) -> Browser:
    factories.resource(session, "Texto", record_id="r1", title="Guía de riego", description="Cómo **regar** bien.")
    factories.resource(session, "Texto", record_id="r2", title="Manual de abonos")
    return choosing(app, session, by=teacher, where=course)


def picked(session: Session) -> list[str]:
    session.rollback()
    return [each.target for each in session.scalars(select(Pick).order_by(Pick.position))]


def place(browser: Browser) -> Any:
    return browser.submit("/picker/place")


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


def test_what_is_placed_is_signed_for_the_platform_claim_by_claim(
    browser: Browser, app: Flask, session: Session, teacher: Person
) -> None:
    tick(browser, "resource:r2")
    tick(browser, "resource:r1")
    url, claims = sent_back(place(browser), app)
    placed = session.scalars(select(Placement).order_by(Placement.id)).all()
    assert url == f"{teacher.platform.issuer}/mod/lti/contentitem_return.php?course=2&id=1&sesskey=x"
    items = claims.pop(f"{DL_CLAIM}content_items")
    assert len(claims.pop("nonce")) > 30
    now = time.time()
    assert now - 60 < claims.pop("iat") <= now
    assert now < claims.pop("exp") <= now + 3600
    assert claims == {
        "iss": teacher.platform.client_id,
        "aud": [teacher.platform.issuer],
        f"{CLAIM}message_type": "LtiDeepLinkingResponse",
        f"{CLAIM}version": "1.3.0",
        f"{CLAIM}deployment_id": "1",
    }
    assert items == [
        {
            "type": "ltiResourceLink",
            "title": title,
            **({"text": text} if text else {}),
            "url": f"https://tool.example/open/resource/{target}",
            "icon": {"url": "https://tool.example/static/icon.png"},
            "custom": {"lrc_kind": "resource", "lrc_id": target, "lrc_item": kept.item},
        }
        for kept, (target, title, text) in zip(
            placed, [("r2", "Manual de abonos", ""), ("r1", "Guía de riego", "Cómo regar bien.")], strict=True
        )
    ]


def test_what_is_placed_is_kept_once_however_often_it_is_sent(browser: Browser, app: Flask, session: Session) -> None:
    tick(browser, "resource:r1")
    first = sent_back(place(browser), app)[1]
    second = sent_back(place(browser), app)[1]
    assert first["nonce"] != second["nonce"]
    assert first[f"{DL_CLAIM}content_items"] == second[f"{DL_CLAIM}content_items"]
    (kept,) = session.scalars(select(Placement)).all()
    assert (kept.kind, kept.target, kept.title, kept.maximum) == ("resource", "r1", "Guía de riego", None)
    assert ticks(browser.get("/").text)["resource:r1"], "the way back shows what was chosen"


def test_data_that_the_platform_sent_comes_back_as_it_was(app: Flask, session: Session, teacher: Person) -> None:
    for data in ("opaque ñ", "x" * 50_000, {"a": [1]}):
        browser = choosing(app, session, by=teacher, data=data)
        assert sent_back(browser.submit("/picker/cancel"), app)[1][f"{DL_CLAIM}data"] == data


def test_cancelling_returns_nothing_and_keeps_nothing(browser: Browser, app: Flask, session: Session) -> None:
    tick(browser, "resource:r1")
    _url, claims = sent_back(browser.submit("/picker/cancel"), app)
    assert claims[f"{DL_CLAIM}content_items"] == []
    assert session.scalars(select(Placement)).all() == []


def test_placing_nothing_says_what_to_do_in_the_picker(browser: Browser) -> None:
    answer = place(browser)
    assert answer.location == "/picker/review"
    assert "Elige al menos un material" in browser.get(answer.location).text


def test_what_was_withdrawn_meanwhile_is_named_in_the_picker_and_not_sent(
    browser: Browser, session: Session, app: Flask
) -> None:
    mine = factories.resource(session, "x", record_id="r3", title="Apuntes")
    session.commit()
    tick(browser, "resource:r1")
    tick(browser, "resource:r3")
    mine.state = ResourceState.WITHDRAWN
    session.commit()
    page = browser.get(place(browser).location).text
    assert "Esto ya no está disponible para tus estudiantes: «Apuntes»" in page
    tick(browser, "resource:r3", "remove")
    items = sent_back(place(browser), app)[1][f"{DL_CLAIM}content_items"]
    assert [each["custom"]["lrc_id"] for each in items] == ["r1"]


def test_where_only_one_is_taken_another_takes_its_place(
    app: Flask, session: Session, teacher: Person, browser: Browser
) -> None:
    for accept in (False, "false", None, 17):
        single = choosing(app, session, by=teacher, accept_multiple=accept)
        assert "hx-post" not in single.get("/").text, "the other control must change too"
        tick(single, "resource:r1")
        tick(single, "resource:r2")
        assert ticks(single.get("/").text) == {"resource:r1": False, "resource:r2": True}


def test_where_no_links_are_taken_the_picker_says_so_and_leads_back(
    app: Flask, session: Session, teacher: Person, browser: Browser
) -> None:
    for types in (["link", "file"], [], [{"x": 1}]):
        useless = choosing(app, session, by=teacher, accept_types=types)
        page = useless.get("/").text
        assert "tu Moodle no acepta enlaces de la biblioteca" in page
        assert "Volver a mi curso" in page
        assert ticks(page) == {}
        assert "no acepta enlaces" in tick(useless, "resource:r1", **{"HX-Request": "true"}).text
        assert sent_back(useless.submit("/picker/cancel"), app)[1][f"{DL_CLAIM}content_items"] == []


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


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/return",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://{host}@elsewhere.example/",
        "https://elsewhere.example\\@{host}/",
        "https://user@{host}/return",
        "//{host}/return",
        "/return",
        "http://{host}/return",
        "https://{host}:444/return",
        "https://{host}.elsewhere.example/",
        "https://{host}/a b",
        17,
        None,
    ],
)
def test_nothing_is_sent_to_another_site(
    app: Flask, session: Session, teacher: Person, url: object, course: Context
) -> None:
    host = teacher.platform.issuer.removeprefix("https://")
    address = url.format(host=host) if isinstance(url, str) else url
    browser = choosing(app, session, by=teacher, where=course, deep_link_return_url=address)
    factories.resource(session, "x", record_id="r1", audience=EVERYONE)
    session.commit()
    tick(browser, "resource:r1")
    assert browser.submit("/picker/cancel").status_code == 401
    answer = place(browser)
    assert answer.location == "/picker/review"
    assert "una dirección que no es suya" in browser.get(answer.location).text
    assert session.scalars(select(Placement)).all() == []
