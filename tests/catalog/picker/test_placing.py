"""What goes back to the platform from the picker: signed claim by claim, kept once, and what is not sent."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import ResourceState
from lti.models import Context, Person, Placement
from lti.viewers import EVERYONE
from tests import factories
from tests.catalog.choosing import CLAIM, DL_CLAIM, choosing, sent_back, tick, ticks
from tests.catalog.picker.picked import place
from tests.factories import Browser


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
