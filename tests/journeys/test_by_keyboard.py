"""The reader and the queue by keyboard alone, at 400 % zoom: 320 px wide, and no more than 256 px of height."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.keyboard import Keyboard, assert_nothing_is_cut_off
from tests.journeys.sites import serving
from tests.journeys.visit import Visit

_ZOOMED: dict[str, Any] = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
"""A window of 1280 x 1024 at 400 %, as WCAG 1.4.10 counts."""
_ASKED, _MANUAL = "como es el metodo cornel para tomar apunte", "Manual de estudio y trabajo universitario"
_REMARK = "Falta decir de qué año es."


def test_a_page_is_found_turned_read_as_text_and_set_to_ones_liking(visit: Callable[..., Visit]) -> None:
    student = visit(**_ZOOMED)
    student.enter("Estudiante", in_frame=False)
    student.search_until_found(_ASKED, _MANUAL)
    tool = student.tool
    keys = Keyboard(student.page, tool)
    keys.to(student.hit(_MANUAL).get_by_role("link", name=_MANUAL, exact=True))
    keys.press("Enter")
    tool.locator("[data-drawn] canvas").wait_for()
    assert_nothing_is_cut_off(tool)
    page = int(re.findall(r"page=(\d+)", tool.url)[0])
    keys.to(tool.get_by_role("link", name="Siguiente").first)
    keys.press("Enter")
    tool.locator(f"[data-drawn='{page + 1}'] canvas").wait_for()
    keys.to(tool.get_by_role("link", name="Leer como texto"))
    keys.press("Enter")
    tool.locator("article.reader").wait_for()
    assert_nothing_is_cut_off(tool)
    keys.to(tool.locator("summary", has_text="Cómo se lee"))
    keys.press("Enter")
    keys.to(tool.get_by_label("Tamaño"))
    keys.press("ArrowDown")
    expect(tool.get_by_role("status").filter(has_text="Guardado para todos")).to_be_visible()
    assert_nothing_is_cut_off(tool)
    student.complaints.assert_none()


def test_what_waits_is_looked_into_and_returned(visit: Callable[..., Visit]) -> None:
    librarian = visit(**_ZOOMED)
    librarian.enter("Bibliotecaria", in_frame=False)
    tool = librarian.tool
    keys = Keyboard(librarian.page, tool)
    keys.to(tool.get_by_role("link", name="Por revisar").first)
    keys.press("Enter")
    tool.get_by_role("heading", level=1, name="Por revisar").wait_for()
    assert_nothing_is_cut_off(tool)
    keys.to(tool.get_by_role("main").get_by_role("listitem").get_by_role("link").last)
    keys.press("Enter")
    tool.get_by_role("button", name="Publicar en la biblioteca").wait_for()
    assert_nothing_is_cut_off(tool)
    keys.to(tool.get_by_label("Observación", exact=True))
    keys.type(_REMARK)
    keys.to(tool.get_by_role("button", name="Devolver con esta observación"))
    keys.press("Enter")
    expect(tool.locator(".badge", has_text="Devuelto con observaciones")).to_be_visible()
    expect(tool.get_by_text(_REMARK).first).to_be_visible()
    assert_nothing_is_cut_off(tool)
    librarian.complaints.assert_none()


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("<a href=/ style='outline: none'>a</a>", "unseen"),
        ("<a href=/ onfocus='this.blur()'>a</a>", "lost"),
        ("<a href=/>a</a><div style='position: fixed; inset: 0; background: #fff'></div>", "covered"),
        ("<a href=/ style='position: fixed; top: -9em'>a</a>", "outside of what is shown"),
        ("<p style='width: 3em; overflow: hidden; white-space: nowrap'>Todo lo que no cabe</p>", "cut off"),
    ],
)
def test_a_bad_page_is_found(browser: Browser, body: str, finding: str) -> None:
    with serving(lambda path, cookies: (f"<!doctype html><title>x</title>{body}", [])) as port:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        with pytest.raises(AssertionError, match=finding):
            assert_nothing_is_cut_off(page)
            Keyboard(page, page.main_frame).to(page.locator("a"))
        page.close()
