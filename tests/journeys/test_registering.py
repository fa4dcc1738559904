"""An administrator registers the library in Moodle with one address; the operator invites, and registers by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Frame, Page

from tests.browser import Complaints, look
from tests.demo import Demo
from tests.journeys.conftest import LAPTOP, PATIENCE_MS, PERUVIAN

INSTITUTION = "Universidad Nacional de la Selva Alta"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with browser.new_context(**PERUVIAN, viewport=LAPTOP, java_script_enabled=request.param) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()


def framed(page: Page) -> Frame:
    page.locator("iframe").wait_for()
    return page.frames[1]


def look_without_scripts(where: Page | Frame, complaints: Complaints, scripts: bool, *, reload: bool = True) -> None:
    """With scripts the tour looks at these pages."""
    if not scripts:
        look(where, complaints, reload=reload, axe=False)


def test_an_administrator_pastes_reads_presses_and_closes(
    page: Page, centre: Demo, request: pytest.FixtureRequest
) -> None:
    scripts = "without" not in request.node.name
    complaints = Complaints(page.context)
    address = centre.command("platforms", "invite", INSTITUTION)
    page.goto(f"{centre.lms_url}/mod/lti/toolconfigure.php?as=2&lang=es")
    page.get_by_label("Dirección de la herramienta").fill(address)
    page.get_by_role("button", name="Agregar LTI Advantage").click()
    page.get_by_role("link", name="Registrar como herramienta nueva").click()
    frame = framed(page)
    frame.get_by_role("heading", name="Registrar la biblioteca en tu Moodle").wait_for()
    assert frame.get_by_text(INSTITUTION).is_visible()
    look_without_scripts(frame, complaints, scripts, reload=False)
    frame.get_by_role("button", name="Registrar la biblioteca").click()
    frame.get_by_role("heading", name="La biblioteca está registrada").wait_for()
    look_without_scripts(frame, complaints, scripts, reload=False)
    close = frame.get_by_role("button", name="Cerrar")
    if scripts:
        close.click()
        page.locator("iframe").wait_for(state="detached")
    else:
        assert not close.is_visible()
        page.get_by_role("link", name="Cancelar").click()
    assert page.get_by_text("Pendiente").first.is_visible()
    complaints.assert_none()


def test_the_operator_invites_and_registers_by_hand(page: Page, centre: Demo, request: pytest.FixtureRequest) -> None:
    scripts = "without" not in request.node.name
    complaints = Complaints(page.context)
    page.goto(centre.command("operator"))
    look_without_scripts(page, complaints, scripts)
    page.get_by_role("button", name="Entrar").click()
    page.get_by_role("heading", name="Plataformas").wait_for()
    look_without_scripts(page, complaints, scripts)
    page.get_by_label("Institución").fill(INSTITUTION)
    page.get_by_role("button", name="Crear la invitación").click()
    address = page.get_by_role("textbox", name="Dirección de registro")
    assert re.fullmatch(rf"{re.escape(centre.tool_url)}/lti/register/[\w-]{{43}}", address.input_value())
    look_without_scripts(page, complaints, scripts, reload=False)
    copy = page.get_by_role("button", name="Copiar")
    assert copy.is_visible() == scripts
    if scripts:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        copy.click()
        page.get_by_text("Copiado").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == address.input_value()
    page.get_by_role("link", name="Registrar a mano").click()
    look_without_scripts(page, complaints, scripts)
    page.get_by_label("Institución").fill(INSTITUTION)
    page.get_by_label("ID de la plataforma").fill(f"https://aula-{'a' if scripts else 'b'}.example")
    page.get_by_label("ID de cliente").fill("abc")
    page.get_by_label("ID de despliegue").fill("1")
    page.get_by_role("button", name="Registrar", exact=True).click()
    page.get_by_role("heading", level=1, name=INSTITUTION).wait_for()
    look_without_scripts(page, complaints, scripts)
    page.get_by_role("link", name="Plataformas").click()
    page.get_by_role("button", name="Anular").first.click()
    page.get_by_text("ya no sirve").wait_for()
    page.get_by_role("button", name="Salir").click()
    complaints.pardon("401")
    page.get_by_text("lrc operator").wait_for()
