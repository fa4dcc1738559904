"""The practice LMS's own pages are fit for people too: a teacher adds and grades, an administrator registers a tool."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lrc.practice.state import Grade
from tests.browser import assert_accessible, assert_fits
from tests.campus import Campus
from tests.journeys.conftest import LAPTOP, PATIENCE_MS, PERUVIAN

# The plain server of these tests leaves it to the collector to close static files that were sent compressed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*static:ResourceWarning")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=LAPTOP, **PERUVIAN) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def go(page: Page, campus: Campus, path: str) -> None:
    page.goto(f"{campus.lms.url}{path}&lang=es")
    page.wait_for_load_state()
    assert_fits(page)
    assert_accessible(page)


def test_the_pages_of_a_course(page: Page, campus: Campus) -> None:
    placed = campus.place(title="Lectura: Leer gráficos", maximum=20, review=True)
    with campus.lms.store.changing() as state:
        column = state.own_column(placed.id)
        assert column is not None
        column.grades.update({"4": Grade(raw=18.0, comment="Leído"), "21": Grade(raw=3.0, overridden=11.5)})
    go(page, campus, "/?x=1")
    go(page, campus, "/course/view.php?id=2&as=5")
    go(page, campus, f"/mod/lti/view.php?id=2&as=4&cm={placed.id}")
    go(page, campus, "/grade/report.php?id=2&as=5")
    page.get_by_role("link", name="Cambiar la calificación de Estudiante 02").click()
    page.get_by_role("textbox", name="Calificación de Estudiante 02").fill("15")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("row", name="Estudiante 02")).to_contain_text("cambiada a mano por un docente")
    assert campus.gradebook()[placed.link_id]["22"] == 15


def test_adding_an_activity(page: Page, campus: Campus) -> None:
    go(page, campus, "/course/view.php?id=2&as=5")
    page.get_by_role("link", name="Agregar actividad: Biblioteca virtual").click()
    page.get_by_role("textbox", name="Nombre de la actividad").fill("Mi biblioteca")
    page.get_by_role("button", name="Seleccionar contenido").click()
    frame = page.locator("iframe")
    expect(frame).to_have_attribute("width", "770")
    box = frame.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (770, 579)
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("link", name="Cerrar").click()
    page.get_by_role("textbox", name="Nombre de la actividad").fill("Mi biblioteca")
    page.get_by_role("button", name="Guardar cambios y volver al curso").click()
    expect(page.get_by_role("list", name="Actividades")).to_contain_text("Mi biblioteca")


def test_the_administrators_page_closes_the_frame_when_the_tool_is_done(page: Page, campus: Campus) -> None:
    go(page, campus, "/mod/lti/toolconfigure.php?as=2")
    page.get_by_role("textbox", name="Dirección de la herramienta").fill(f"{campus.lms.url}/?as=2")
    page.get_by_role("button", name="Agregar LTI Advantage").click()
    frame = page.frames[-1]
    frame.wait_for_load_state()
    frame.evaluate('parent.postMessage({subject: "org.imsglobal.lti.close"}, "*")')
    expect(page.locator("iframe")).to_have_count(0)
